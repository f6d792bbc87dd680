/** A move in a list: the new order, and how the API is told of it. */
export interface Move {
  readonly order: readonly string[];
  readonly ids: readonly string[];
  /** The file that they come before; undefined at the end. */
  readonly before: string | undefined;
}

/** Moves files before or behind another one. They keep their order among each other. */
export const moved = (order: readonly string[], chosen: readonly string[], target: string, isBefore: boolean): Move => {
  const ids = order.filter((id) => chosen.includes(id));
  const at = order.indexOf(target) + (isBefore ? 0 : 1);
  const before = order.slice(at).find((id) => !ids.includes(id));
  const rest = order.filter((id) => !ids.includes(id));
  const place = before === undefined ? rest.length : rest.indexOf(before);
  return { order: [...rest.slice(0, place), ...ids, ...rest.slice(place)], ids, before };
};

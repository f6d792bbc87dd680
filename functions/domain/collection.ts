/** The records of one collection: their ids are one item, read with each page. */
export const MOST_COLLECTED = 1000;
/** The collections of a team are one answer. */
export const MOST_COLLECTIONS = 500;

/** An ordered selection of records of a team, for any purpose. A record may be in many. */
export interface Collection {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  /** How many records it has. Those in the trash count, and come back with their places. */
  readonly count: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Counts every change. */
  readonly version: number;
}

/** A collection with its records, in their order. */
export interface OrderedCollection extends Collection {
  readonly mediaIds: readonly string[];
}

/**
 * The order with these records before another one, or at the end: new ones come in, those that were there move. Without the
 * other record, which may have left meanwhile, they come to the end.
 */
export const placed = (order: readonly string[], ids: readonly string[], before: string | undefined): string[] => {
  const moved = [...new Set(ids)];
  const rest = order.filter((id) => !moved.includes(id));
  // A record that is to stand before itself stays where it is: the first one behind it that stays marks its place.
  const start = before === undefined ? -1 : order.indexOf(before);
  const mark = start < 0 ? undefined : order.slice(start).find((id) => !moved.includes(id));
  const at = mark === undefined ? rest.length : rest.indexOf(mark);
  return [...rest.slice(0, at), ...moved, ...rest.slice(at)];
};

/** The order without these records. */
export const without = (order: readonly string[], ids: readonly string[]): string[] => {
  const gone = new Set(ids);
  return order.filter((id) => !gone.has(id));
};

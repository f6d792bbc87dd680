import type { PlacedBlock } from './use-rows.ts';

interface Placed {
  readonly id: string;
  readonly centre: number;
}

/** The rows that are loaded, as the arrow keys walk through them. */
const rowsOf = (placed: readonly PlacedBlock[]): readonly (readonly Placed[])[] =>
  placed.flatMap(({ layout }) =>
    (layout?.rows ?? []).map(({ cells }) =>
      cells.map(({ media, x, width }) => ({ id: media.id, centre: x + width / 2 })),
    ),
  );

const MOVES: Readonly<Record<string, 'line' | 'row' | 'page'>> = {
  ArrowLeft: 'line',
  ArrowRight: 'line',
  ArrowUp: 'row',
  ArrowDown: 'row',
  PageUp: 'page',
  PageDown: 'page',
};

export interface MoveOptions {
  readonly rowsPerPage: number;
  readonly isRightToLeft: boolean;
}

/** The file to which a key leads from another; undefined when the key does not move, or there is nothing in that direction. */
export const moveFrom = (
  placed: readonly PlacedBlock[],
  from: string | undefined,
  key: string,
  { rowsPerPage, isRightToLeft }: MoveOptions,
): string | undefined => {
  const rows = rowsOf(placed);
  const flat = rows.flat();
  if (key === 'Home') return flat[0]?.id;
  if (key === 'End') return flat.at(-1)?.id;
  const kind = MOVES[key];
  if (!kind) return undefined;
  const rowAt = rows.findIndex((row) => row.some(({ id }) => id === from));
  if (rowAt < 0) return flat[0]?.id;
  const isForward = key === 'ArrowDown' || key === 'PageDown' || key === (isRightToLeft ? 'ArrowLeft' : 'ArrowRight');
  if (kind === 'line') {
    const at = flat.findIndex(({ id }) => id === from);
    return flat[at + (isForward ? 1 : -1)]?.id;
  }
  const steps = kind === 'row' ? 1 : Math.max(1, rowsPerPage);
  const target = rows[Math.min(rows.length - 1, Math.max(0, rowAt + (isForward ? steps : -steps)))] ?? [];
  const centre = rows[rowAt]?.find(({ id }) => id === from)?.centre ?? 0;
  const nearest = target.toSorted((a, b) => Math.abs(a.centre - centre) - Math.abs(b.centre - centre))[0];
  return nearest?.id === from ? undefined : nearest?.id;
};

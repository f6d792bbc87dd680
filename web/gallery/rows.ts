import type { Media } from '../../client/index.ts';

export interface Cell {
  readonly media: Media;
  readonly x: number;
  readonly width: number;
}

export interface Row {
  readonly y: number;
  readonly height: number;
  readonly cells: readonly Cell[];
}

export interface Layout {
  readonly height: number;
  readonly rows: readonly Row[];
}

export interface Measures {
  /** Of the place for the rows. */
  readonly width: number;
  /** The height that rows of pictures should have. */
  readonly target: number;
  readonly gap: number;
}

const NARROWEST = 0.55;
const WIDEST = 2.6;
/** The proportion of a file whose own is not known. */
const USUAL = 4 / 3;
/** How much higher than the others a row may become to fill the width. */
const MOST_STRETCH = 1.5;

/** Width by height, within what can be looked at in a row. */
export const aspectOf = ({ width, height, renditions }: Pick<Media, 'width' | 'height' | 'renditions'>): number => {
  const size = renditions.medium ?? renditions.small;
  const aspect = size ? size.width / size.height : width && height ? width / height : USUAL;
  return Math.min(WIDEST, Math.max(NARROWEST, aspect));
};

/** Files that are tried as one row at most: no width holds more. */
const LONGEST_ROW = 40;

/**
 * Where each row ends, so that the heights differ as little as they can from the wanted one. Only the last row of the list may
 * stay short, and then costs nothing.
 */
const breaksOf = (
  aspects: readonly number[],
  { width, target, gap }: Measures,
  mayEndShort: boolean,
): readonly number[] => {
  const costs = [0];
  const starts = [0];
  for (let end = 1; end <= aspects.length; end += 1) {
    let best = Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let start = end - 1; start >= Math.max(0, end - LONGEST_ROW); start -= 1) {
      sum += aspects[start] ?? USUAL;
      const height = (width - gap * (end - start - 1)) / sum;
      const isShort = mayEndShort && end === aspects.length && height > target;
      const cost = (costs[start] ?? 0) + (isShort ? 0 : (height / target - 1) ** 2);
      if (cost < best) {
        best = cost;
        starts[end] = start;
      }
      if (height < target / 3) break;
    }
    costs[end] = best;
  }
  const ends: number[] = [];
  for (let end = aspects.length; end > 0; end = starts[end] ?? 0) ends.unshift(end);
  return ends;
};

/** Breaks files into rows of the full width and of nearly one height. */
export const justifiedRows = (files: readonly Media[], measures: Measures, mayEndShort: boolean): Layout => {
  const { width, target, gap } = measures;
  const aspects = files.map(aspectOf);
  const rows: Row[] = [];
  let y = 0;
  let start = 0;
  for (const end of breaksOf(aspects, measures, mayEndShort)) {
    const inRow = aspects.slice(start, end);
    const full = (width - gap * (inRow.length - 1)) / inRow.reduce((total, aspect) => total + aspect, 0);
    const isShort = mayEndShort && end === files.length && full > target;
    const height = Math.round(isShort ? target : Math.min(full, target * MOST_STRETCH));
    let x = 0;
    const cells = inRow.map((aspect, index): Cell => {
      // The last one takes what rounding left.
      const fills = index === inRow.length - 1 && !isShort && Math.abs(full - height) < 1;
      const cellWidth = fills ? width - x : Math.round(aspect * height);
      const cell = { media: files[start + index] as Media, x, width: cellWidth };
      x += cellWidth + gap;
      return cell;
    });
    rows.push({ y, height, cells });
    y += height + gap;
    start = end;
  }
  return { height: y, rows };
};

/** One file in each row. */
export const listRows = (files: readonly Media[], { width, target }: Measures): Layout => ({
  height: files.length * target,
  rows: files.map((media, index) => ({ y: index * target, height: target, cells: [{ media, x: 0, width }] })),
});

/** The height that files take which are not loaded yet. */
export const expectedHeight = (count: number, { width, target, gap }: Measures, isList: boolean): number =>
  isList ? count * target : Math.max(1, Math.round((count * USUAL * target) / width)) * (target + gap);

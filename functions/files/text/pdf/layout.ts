/** A letter or a word with its position. Lengths in any one unit, `top` smaller than `bottom`. */
export interface Placed {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** In the order of the text, a space or the end of a line precedes it. */
  readonly afterSpace?: boolean;
}

/** Lines of a page have gaps of a fifth of their height at most; larger gaps become an empty line. */
const EMPTY_LINE = 1.8;
/** A gap larger than any space between words, as a part of the height of a line: a column begins. */
const COLUMN_GAP = 0.9;
/** The gap of a space. */
const WORD_GAP = 0.18;
const MOST_COLUMNS = 400;

const heightOf = ({ top, bottom }: Placed): number => bottom - top;
const middleOf = ({ top, bottom }: Placed): number => (top + bottom) / 2;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The text of a page with its lines and columns in position, as in a monospaced font. */
export const layOut = (placed: readonly Placed[]): string => {
  if (placed.length === 0) return '';
  const height = median(placed.map(heightOf)) || 1;
  const lines = linesOf(placed, height).map((line) => segmentsOf(line, height));
  const segments = lines.flat();
  const start = Math.min(...segments.map(({ left }) => left));
  // As narrow as the tightest line, so that no text is wider than its space and all columns begin in the right place.
  const width = Math.max(
    Math.min(
      ...segments.filter(({ text }) => text.length > 2).map(({ text, left, right }) => (right - left) / text.length),
    ),
    height / 5,
  );
  let last: number | undefined;
  return lines
    .flatMap((line) => {
      const middle = middleOf(line[0] as Placed);
      const isApart = last !== undefined && middle - last > EMPTY_LINE * height;
      last = middle;
      const text = inColumns(line, start, Number.isFinite(width) ? width : height);
      return isApart ? ['', text] : [text];
    })
    .join('\n');
};

const inColumns = (line: readonly Placed[], start: number, width: number): string => {
  let text = '';
  for (const segment of line) {
    const column = Math.min(Math.round((segment.left - start) / width), MOST_COLUMNS);
    text += ' '.repeat(text === '' ? column : Math.max(2, column - text.length)) + segment.text;
  }
  return text;
};

/** The pieces at one height, from the left; the lines from the top. */
const linesOf = (placed: readonly Placed[], height: number): readonly (readonly Placed[])[] => {
  const lines: Placed[][] = [];
  for (const each of placed.toSorted((one, other) => middleOf(one) - middleOf(other))) {
    const line = lines.at(-1);
    const reference = line?.[0];
    if (line && reference && middleOf(each) - middleOf(reference) < height / 2) line.push(each);
    else lines.push([each]);
  }
  return lines.map((line) => line.sort((one, other) => one.left - other.left));
};

/** The adjacent parts of a line, with a space if there is room for one. */
const segmentsOf = (line: readonly Placed[], height: number): readonly Placed[] => {
  const segments: Placed[] = [];
  for (const each of line) {
    const before = segments.at(-1);
    const gap = before ? each.left - before.right : Number.POSITIVE_INFINITY;
    if (!before || gap > COLUMN_GAP * height) {
      segments.push(each);
      continue;
    }
    const space = each.afterSpace || gap > WORD_GAP * height ? ' ' : '';
    segments[segments.length - 1] = {
      ...before,
      text: before.text + space + each.text,
      right: Math.max(before.right, each.right),
    };
  }
  return segments;
};

/** A line in the order of the text. `top` smaller than `bottom`. */
export interface Line {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The distance of lines in one paragraph, as a part of their height. */
const SAME_PARAGRAPH = 1.9;
/** Letters of one paragraph have one size, except for ascenders. */
const SAME_SIZE = 1.5;
/** PDFium's mark for a hyphen that a line break made, and the soft hyphen. */
const BREAKING_HYPHEN = /[\ufffe\u00ad]$/;

/** Joins consecutive lines of one size to paragraphs, until one ends early with a sentence. */
export const joinLines = (lines: readonly Line[]): string => {
  const widest = lines.reduce((most, { left, right }) => Math.max(most, right - left), 0);
  return lines
    .reduce<{ text: string; before: Line | undefined }>(
      ({ text, before }, line) => ({
        text: !before
          ? line.text
          : belongs(before, line, widest)
            ? continued(text, line.text)
            : `${text}\n${line.text}`,
        before: line,
      }),
      { text: '', before: undefined },
    )
    .text.replace(/[\ufffe\u00ad]/g, '');
};

const belongs = (before: Line, line: Line, widest: number): boolean => {
  const [one, other] = [before.bottom - before.top, line.bottom - line.top];
  const distance = line.bottom - before.bottom;
  // Upwards: the text continues in the next column.
  if (distance > SAME_PARAGRAPH * Math.max(one, other)) return false;
  if (Math.max(one, other) > SAME_SIZE * Math.min(one, other)) return false;
  return !(before.right - before.left < 0.75 * widest && /[.!?:;"»”]$/.test(before.text));
};

const continued = (text: string, line: string): string => {
  if (BREAKING_HYPHEN.test(text)) return text.slice(0, -1) + line;
  // A hyphen before a small letter is one of the line, one before a capital or a digit belongs to the word.
  if (/\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(line)) return text.slice(0, -1) + line;
  return `${text} ${line}`;
};

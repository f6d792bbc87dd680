/** Embedded texts are untrusted: they are cut to the bounds of a record, and invisible characters are removed. */
const LONGEST_LINE = 255;
const LONGEST_TEXT = 1000;
const MOST_KEYWORDS = 50;
const LONGEST_KEYWORD = 100;

/** Control characters except line breaks and tabs, and marks that change the direction of text. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/g;

/** Cuts between characters, never through one. */
const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');

const clean = (value: unknown, longest: number): string | null => {
  if (typeof value !== 'string') return null;
  // The most that can remain of a text of any length.
  const text = cut(value, longest * 4)
    .toWellFormed()
    .replace(UNSEEN, '')
    .trim();
  return text === '' ? null : cut(text, longest).trim();
};

/** A text of several lines; null when none remains. */
export const textOf = (value: unknown): string | null => clean(value, LONGEST_TEXT)?.replace(/\r\n?/g, '\n') ?? null;

/** A text of one line; null when none remains. */
export const lineOf = (value: unknown): string | null => clean(value, LONGEST_LINE)?.replace(/\s+/g, ' ') ?? null;

/** Keywords, each once, in order; a text with a list is split at commas and semicolons. */
export const keywordsOf = (value: unknown): readonly string[] => {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? cut(value, 20_000).split(/[;,]/) : [];
  const words = list
    .slice(0, MOST_KEYWORDS * 4)
    .flatMap((each) => clean(each, LONGEST_KEYWORD)?.replace(/\s+/g, ' ') ?? []);
  return [...new Set(words)].slice(0, MOST_KEYWORDS);
};

/** A number that JSON and DynamoDB can hold, rounded to so many digits after the point. */
export const numberOf = (value: unknown, digits = 3): number | null => {
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > 1e15) return null;
  const rounded = Number(value.toFixed(digits));
  return Object.is(rounded, -0) ? 0 : rounded;
};

/** A number above zero. */
export const positiveOf = (value: unknown, digits = 3): number | null => {
  const number = numberOf(value, digits);
  return number !== null && number > 0 ? number : null;
};

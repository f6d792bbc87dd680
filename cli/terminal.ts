import type { Readable, Writable } from 'node:stream';

/** The environment of a command: its terminal, streams and variables. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  readonly out: Writable & { readonly isTTY?: boolean };
  readonly errors: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Whether lines may be redrawn: the output is a terminal that supports it. */
export const canRedraw = ({ errors, env }: Terminal): boolean => errors.isTTY === true && env.TERM !== 'dumb';

/** Colours, where they are seen and wanted (https://no-color.org). */
export const colours = ({ errors, env }: Terminal) => {
  const isOn = errors.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const paint = (code: number) => (text: string) => (isOn ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { dim: paint(2), red: paint(31), green: paint(32), yellow: paint(33) };
};

/** Control characters of a file's name would move the cursor, and marks of direction would let a line read as another one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text from another source, safe to print. */
export const plain = (text: string): string => text.replaceAll(CONTROL, '\ufffd');

/** A value as one line of JSON that a terminal only displays: JSON itself escapes only characters below U+0020. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replaceAll(CONTROL, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size for people. */
export const sizeText = (bytes: number): string => {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
};

/** Rows in columns; those whose heading starts with `>` are set to the right. */
export const columns = (headings: readonly string[], rows: readonly (readonly string[])[]): string => {
  const titles = headings.map((heading) => heading.replace(/^>/, ''));
  const all = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return headings[column]?.startsWith('>') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
};

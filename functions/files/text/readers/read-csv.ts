import { decodeText } from './decode-text.ts';
import type { PageCollector } from './page-collector.ts';

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** Rows that are laid out together: their columns are as wide as the widest cell among them. */
const ROWS_IN_ONE = 1000;

/** Reads comma-separated values after RFC 4180, with any separator. */
export const readCsv = (bytes: Uint8Array, pages: PageCollector): void => {
  const text = decodeText(bytes);
  let rows: string[][] = [];
  for (const row of rowsOf(text, separatorOf(text))) {
    rows.push(row);
    if (rows.length < ROWS_IN_ONE) continue;
    pages.add({ kind: 'table', rows });
    rows = [];
    if (pages.isFull) return;
  }
  if (rows.length > 0) pages.add({ kind: 'table', rows });
};

/** The character that divides the most cells of the first lines, quoted ones left out. */
const separatorOf = (text: string): string => {
  const start = text.slice(0, 10_000).replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => start.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
};

function* rowsOf(text: string, separator: string): Generator<string[]> {
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    const { cell, end } = text[at] === '"' ? quotedCell(text, at + 1) : { cell: '', end: at };
    let rest = end;
    while (rest < text.length && text[rest] !== separator && text[rest] !== '\n') rest += 1;
    row.push(cell + text.slice(end, rest));
    at = rest + 1;
    if (text[rest] === separator && at < text.length) continue;
    yield row;
    row = [];
  }
}

/** A quoted cell from after its first quote; an unclosed quote ends with the file. */
const quotedCell = (text: string, start: number): { cell: string; end: number } => {
  let cell = '';
  for (let from = start; ; ) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return { cell: cell + text.slice(from), end: text.length };
    cell += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { cell, end: quote + 1 };
    cell += '"';
    from = quote + 2;
  }
};

import type { PageCollector } from './page-collector.ts';
import { TEXT_LIMITS } from './text-limits.ts';

interface OpenTable {
  rows: string[][];
  row: string[];
  rowRepeated: number;
  cell: string[];
}

/** Rows that are laid out together: their columns are as wide as the widest cell among them. */
const ROWS_IN_ONE = 1000;

const withoutEmptyEnd = (row: readonly string[]): string[] =>
  row.slice(0, row.findLastIndex((cell) => cell !== '') + 1);

/** Makes paragraphs and tables from the events of formats. Tables inside of a cell are text of that cell. */
export const flowReader = (pages: PageCollector) => {
  const tables: OpenTable[] = [];
  // A text box is inside of a paragraph, which continues after it.
  const paragraphs: string[] = [];

  const finish = (text: string): void => {
    const table = tables.at(-1);
    if (table) table.cell.push(text);
    else pages.add({ kind: 'paragraph', text });
  };

  return {
    /** Later text belongs to the next page. A table is not divided. */
    breakPage: (): void => {
      if (tables.length > 0) return;
      const open = paragraphs.pop();
      if (open) finish(open);
      if (open !== undefined) paragraphs.push('');
      pages.breakPage();
    },
    openParagraph: (): void => {
      paragraphs.push('');
    },
    text: (text: string): void => {
      paragraphs.push((paragraphs.pop() ?? '') + text);
    },
    closeParagraph: ({ keepEmpty = true } = {}): void => {
      const text = paragraphs.pop();
      if (text !== undefined && (keepEmpty || text.trim() !== '')) finish(text);
    },
    openTable: (): void => {
      tables.push({ rows: [], row: [], rowRepeated: 1, cell: [] });
    },
    /** `times` is how often the row is repeated. */
    openRow: (times = 1): void => {
      const table = tables.at(-1);
      if (table) Object.assign(table, { row: [], rowRepeated: times });
    },
    openCell: (): void => {
      const table = tables.at(-1);
      if (table) table.cell = [];
    },
    /** `times` is how often the cell is repeated; merged and repeated ones keep their columns. */
    closeCell: (times = 1): void => {
      const table = tables.at(-1);
      if (!table) return;
      const text = table.cell.join('\n').trim();
      for (let left = Math.min(times, TEXT_LIMITS.columns - table.row.length); left > 0; left -= 1)
        table.row.push(text);
      table.cell = [];
    },
    closeRow: (): void => {
      const table = tables.at(-1);
      const row = withoutEmptyEnd(table?.row ?? []);
      if (!table || row.length === 0) return;
      for (let left = table.rowRepeated; left > 0; left -= 1) table.rows.push(row);
      if (tables.length > 1 || table.rows.length < ROWS_IN_ONE) return;
      pages.add({ kind: 'table', rows: table.rows });
      table.rows = [];
    },
    closeTable: (): void => {
      const table = tables.pop();
      if (!table || table.rows.length === 0) return;
      if (tables.length === 0) pages.add({ kind: 'table', rows: table.rows });
      else finish(table.rows.map((row) => row.join(' ')).join('\n'));
    },
  };
};

import { type DateFormats, dateOf, readDateFormats } from './excel-dates.ts';
import { besideOf, type OfficeFile } from './office-file.ts';
import type { PageCollector, ReadPages } from './page-collector.ts';
import { TEXT_LIMITS } from './text-limits.ts';

/** Rows that are laid out together: their columns are as wide as the widest cell among them. */
const ROWS_IN_ONE = 1000;

interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly id: string }[];
  readonly from1904: boolean;
}

/** Reads the sheets of a workbook: values as they are, dates as ISO 8601. */
export const readXlsx = async (file: OfficeFile, pages: PageCollector, main: string): Promise<ReadPages> => {
  const { sheets, from1904 } = await readWorkbook(file, main);
  const relations = await file.relations(main);
  const strings = await readStrings(file, besideOf(main, 'sharedStrings.xml'));
  const dates = await readDateFormats(file, besideOf(main, 'styles.xml'), from1904);
  for (const { name, id } of sheets) {
    if (pages.isFull) break;
    pages.begin(name);
    await readSheet(file, relations.get(id) ?? '', { strings, dates }, pages);
  }
  return pages.end(sheets.length);
};

const readWorkbook = async (file: OfficeFile, main: string): Promise<Workbook> => {
  const sheets: { name: string; id: string }[] = [];
  let from1904 = false;
  await file.read(main, {
    open: (element, { name, id, date1904 }) => {
      if (element === 'sheet' && id) sheets.push({ name: name ?? '', id });
      if (element === 'workbookPr') from1904 = date1904 === '1' || date1904 === 'true';
    },
  });
  return { sheets, from1904 };
};

/** The texts that cells name by their number; how a word is pronounced (`rPh`) is not one. */
const readStrings = async (file: OfficeFile, part: string): Promise<readonly string[]> => {
  const strings: string[] = [];
  let current = '';
  let texts = 0;
  let hints = 0;
  await file.read(part, {
    open: (name) => {
      if (name === 'si') current = '';
      else if (name === 't') texts += 1;
      else if (name === 'rPh') hints += 1;
    },
    close: (name) => {
      if (name === 'si') strings.push(current);
      else if (name === 't') texts -= 1;
      else if (name === 'rPh') hints -= 1;
    },
    text: (text) => {
      if (texts > 0 && hints === 0) current += text;
    },
  });
  return strings;
};

/** `BC12` -> 54, the column counted from 0. */
const columnOf = (reference: string): number =>
  [...(/^[A-Z]{1,3}/.exec(reference)?.[0] ?? 'A')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

interface CellMeaning {
  readonly strings: readonly string[];
  readonly dates: DateFormats;
}

const textOfCell = (value: string, type: string, style: string, { strings, dates }: CellMeaning): string => {
  if (type === 's') return strings[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type !== 'n' || value === '') return value;
  return dateOf(value, style, dates) ?? value;
};

const readSheet = async (file: OfficeFile, part: string, meaning: CellMeaning, pages: PageCollector): Promise<void> => {
  let rows: string[][] = [];
  let row: string[] = [];
  let cell = { column: 0, type: 'n', style: '' };
  let value = '';
  let values = 0;
  const flush = (): void => {
    if (rows.length > 0) pages.add({ kind: 'table', rows });
    rows = [];
  };
  await file.read(part, {
    open: (name, attributes) => {
      if (name === 'row') row = [];
      else if (name === 'c') {
        const { r, t = 'n', s = '' } = attributes;
        cell = { column: r === undefined ? row.length : columnOf(r), type: t, style: s };
        value = '';
      } else if (name === 'v' || name === 't') values += 1;
    },
    close: (name) => {
      if (name === 'v' || name === 't') values -= 1;
      else if (name === 'c' && value !== '' && cell.column < TEXT_LIMITS.columns) {
        while (row.length < cell.column) row.push('');
        row[cell.column] = textOfCell(value, cell.type, cell.style, meaning);
      } else if (name === 'row' && row.length > 0) {
        rows.push(row);
        if (rows.length === ROWS_IN_ONE) flush();
      }
    },
    text: (text) => {
      if (values > 0) value += text;
    },
    isDone: () => pages.isFull,
  });
  flush();
};

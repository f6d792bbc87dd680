import { damagedFile, TextError } from '../../../domain/text.ts';
import { flowReader } from './flow-reader.ts';
import type { OfficeFile } from './office-file.ts';
import type { PageCollector, ReadPages } from './page-collector.ts';
import type { Attributes, XmlReader } from './parse-xml.ts';

/** Text of a document that is not shown: remarks, deletions, notes of the speaker. */
const ASIDE = new Set(['annotation', 'tracked-changes', 'notes', 'forms']);
/** A sheet ends with a million repetitions of an empty cell; filled cells are repeated less. */
const MOST_REPEATED_ROWS = 100;

/** Reads text documents, sheets and slides of OpenDocument: the three differ in what begins a page. */
export const readOpenDocument = async (file: OfficeFile, pages: PageCollector): Promise<ReadPages> => {
  if (!file.has('content.xml')) throw damagedFile();
  await file.read('META-INF/manifest.xml', {
    open: (name) => {
      if (name === 'encryption-data') throw new TextError('ENCRYPTED', 'The file is protected by a password.');
    },
  });
  await file.read('content.xml', contentReader(pages));
  return pages.end();
};

const count = (text: string | undefined): number => Math.max(1, Number.parseInt(text ?? '1', 10) || 1);

const contentReader = (pages: PageCollector): XmlReader => {
  const flow = flowReader(pages);
  let isSheets = false;
  let aside = 0;
  let paragraphs = 0;
  let cellRepeated = 1;

  const open = (name: string, attributes: Attributes): void => {
    if (name === 'p' || name === 'h') {
      paragraphs += 1;
      flow.openParagraph();
    } else if (name === 'spreadsheet') isSheets = true;
    else if (name === 'page') pages.begin(null);
    else if (name === 'table') {
      if (isSheets && attributes['sub-table'] !== 'true') pages.begin(attributes.name ?? '');
      flow.openTable();
    } else if (name === 'table-row')
      flow.openRow(Math.min(count(attributes['number-rows-repeated']), MOST_REPEATED_ROWS));
    else if (name === 'table-cell' || name === 'covered-table-cell') {
      cellRepeated = count(attributes['number-columns-repeated']);
      flow.openCell();
    } else if (name === 'soft-page-break') flow.breakPage();
    else if (paragraphs === 0) return;
    else if (name === 'tab') flow.text('\t');
    else if (name === 'line-break') flow.text('\n');
    else if (name === 's') flow.text(' '.repeat(Math.min(count(attributes.c), 100)));
  };
  const close = (name: string): void => {
    if (name === 'p' || name === 'h') {
      paragraphs -= 1;
      flow.closeParagraph();
    } else if (name === 'table-cell' || name === 'covered-table-cell') flow.closeCell(cellRepeated);
    else if (name === 'table-row') flow.closeRow();
    else if (name === 'table') flow.closeTable();
  };
  return {
    open: (name, attributes) => {
      if (ASIDE.has(name)) aside += 1;
      if (aside === 0) open(name, attributes);
    },
    close: (name) => {
      if (aside === 0) close(name);
      if (ASIDE.has(name)) aside -= 1;
    },
    text: (text) => {
      if (aside === 0 && paragraphs > 0) flow.text(text);
    },
    isDone: () => pages.isFull,
  };
};

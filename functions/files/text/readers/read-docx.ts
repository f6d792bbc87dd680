import { flowReader } from './flow-reader.ts';
import { besideOf, type OfficeFile } from './office-file.ts';
import type { PageCollector, ReadPages } from './page-collector.ts';
import type { XmlReader } from './parse-xml.ts';

/** Parts with text beside the body, in the order in which a reader of the paper meets them. */
const NOTES = ['footnotes.xml', 'endnotes.xml'];

/** Reads a Word document. Its pages end at its page breaks, as the program that saved it stored them. */
export const readDocx = async (file: OfficeFile, pages: PageCollector, main: string): Promise<ReadPages> => {
  await file.read(main, wordReader(pages));
  for (const part of NOTES) await file.read(besideOf(main, part), wordReader(pages));
  return pages.end();
};

const wordReader = (pages: PageCollector): XmlReader => {
  const flow = flowReader(pages);
  let runs = 0;
  let texts = 0;
  // A drawing that older programs cannot show is there twice.
  let fallbacks = 0;
  return {
    open: (name, attributes) => {
      if (name === 'Fallback') fallbacks += 1;
      if (fallbacks > 0) return;
      if (name === 'r') runs += 1;
      else if (name === 't') texts += 1;
      else if (name === 'p') flow.openParagraph();
      else if (name === 'tbl') flow.openTable();
      else if (name === 'tr') flow.openRow();
      else if (name === 'tc') flow.openCell();
      else if (name === 'lastRenderedPageBreak') flow.breakPage();
      // Outside of runs, `tab` defines a tab stop.
      else if (runs === 0) return;
      else if (name === 'tab') flow.text('\t');
      else if (name === 'cr') flow.text('\n');
      else if (name === 'noBreakHyphen') flow.text('-');
      else if (name === 'br') attributes.type === 'page' ? flow.breakPage() : flow.text('\n');
    },
    close: (name) => {
      if (name === 'Fallback') fallbacks -= 1;
      if (fallbacks > 0) return;
      if (name === 'r') runs -= 1;
      else if (name === 't') texts -= 1;
      else if (name === 'p') flow.closeParagraph();
      else if (name === 'tc') flow.closeCell();
      else if (name === 'tr') flow.closeRow();
      else if (name === 'tbl') flow.closeTable();
    },
    text: (text) => {
      if (texts > 0 && fallbacks === 0) flow.text(text);
    },
    isDone: () => pages.isFull,
  };
};

import { flowReader } from './flow-reader.ts';
import type { OfficeFile } from './office-file.ts';
import type { PageCollector, ReadPages } from './page-collector.ts';

/** Reads the slides of a presentation in display order. */
export const readPptx = async (file: OfficeFile, pages: PageCollector, main: string): Promise<ReadPages> => {
  const ids: string[] = [];
  await file.read(main, {
    open: (name, { id }) => {
      if (name === 'sldId' && id) ids.push(id);
    },
  });
  const relations = await file.relations(main);
  for (const id of ids) {
    if (pages.isFull) break;
    pages.begin(null);
    await readSlide(file, relations.get(id) ?? '', pages);
  }
  return pages.end(ids.length);
};

const readSlide = async (file: OfficeFile, part: string, pages: PageCollector): Promise<void> => {
  const flow = flowReader(pages);
  let texts = 0;
  let paragraphs = 0;
  await file.read(part, {
    open: (name) => {
      if (name === 't') texts += 1;
      else if (name === 'p') {
        paragraphs += 1;
        flow.openParagraph();
      } else if (name === 'tbl') flow.openTable();
      else if (name === 'tr') flow.openRow();
      else if (name === 'tc') flow.openCell();
      else if (name === 'br' && paragraphs > 0) flow.text('\n');
    },
    close: (name) => {
      if (name === 't') texts -= 1;
      else if (name === 'p') {
        paragraphs -= 1;
        flow.closeParagraph();
      } else if (name === 'tc') flow.closeCell();
      else if (name === 'tr') flow.closeRow();
      else if (name === 'tbl') flow.closeTable();
    },
    text: (text) => {
      if (texts > 0) flow.text(text);
    },
    isDone: () => pages.isFull,
  });
};

import type { OcrLanguage } from '../../domain/ocr-languages.ts';
import { cutText, type TextOptions, type TextPage } from '../../domain/text.ts';
import { preparePixels } from './ocr/prepare-picture.ts';
import { type PictureReader, pictureReader } from './ocr/read-pictures.ts';
import { openPdf, type PdfPage } from './pdf/open-pdf.ts';
import type { ReadFileInput } from './read-file-input.ts';
import type { ReadPages } from './readers/page-collector.ts';
import { TEXT_LIMITS } from './readers/text-limits.ts';

export interface ReadPdfOptions extends Pick<TextOptions, 'preserveFormatting' | 'pages'> {
  /** The languages of recognition. */
  readonly languages: readonly OcrLanguage[];
  /** Called before each page: once it is false, the text so far is the answer. */
  readonly hasTime: () => boolean;
  /** PDFium itself. */
  readonly wasm: ArrayBuffer;
  readonly onPages?: ReadFileInput['onPages'];
}

/** Reads the text layer of a PDF, and recognizes the text of pages that have none, within the limits. */
export const readPdf = async (bytes: Uint8Array, options: ReadPdfOptions): Promise<ReadPages> => {
  const { preserveFormatting, languages, hasTime, wasm } = options;
  const pdf = await openPdf(bytes, wasm);
  const pictures = pictureReader(languages, preserveFormatting);
  const { first, last } = options.pages ?? { first: 1, last: pdf.pageCount };
  const pages: TextPage[] = [];
  let recognized = 0;
  let left: number = TEXT_LIMITS.text;
  try {
    for (let number = first; number <= Math.min(last, pdf.pageCount); number += 1) {
      const isFull = pages.length === TEXT_LIMITS.pages || recognized === TEXT_LIMITS.recognized || left <= 0;
      if (isFull || !hasTime()) return { pages, pageCount: pdf.pageCount, truncated: true };
      const read = await pdf.withPage(number, preserveFormatting, (page) => readPage(page, pictures));
      if (read.source === 'ocr') recognized += 1;
      const text = cutText(read.text, left);
      left -= Buffer.byteLength(read.text) + 1;
      pages.push({ number, name: null, ...read, text });
      options.onPages?.(pages);
    }
    return { pages, pageCount: pdf.pageCount, truncated: left < 0 };
  } finally {
    await pictures.close();
    pdf.close();
  }
};

const readPage = async (
  page: PdfPage,
  pictures: PictureReader,
): Promise<Pick<TextPage, 'text' | 'source' | 'confidence'>> => {
  if (page.text.trim() !== '') return { text: page.text, source: 'file', confidence: null };
  const drawn = await page.draw();
  if (!drawn) return { text: '', source: 'file', confidence: null };
  const { text, confidence } = await pictures.read(await preparePixels(drawn));
  return { text, source: 'ocr', confidence };
};

import type { ByteSource } from '../../shared/byte-source.ts';
import { unicodeEncodingOf } from '../formats/text-encoding.ts';
import { collectPages } from '../text/readers/page-collector.ts';
import { readPlainText } from '../text/readers/read-plain-text.ts';
import { noPreview, type PreviewRenderer, type PreviewResult } from './preview.ts';

/** Lines and characters that fit on the picture of a page. */
const MOST_LINES = 48;
const LINE_LENGTH = 160;
/** Enough bytes of text for them in any encoding, with the head of a page before it. */
const TEXT_BYTES = 128 * 1024;

/** The beginning of a text, cut where no character is. */
export const beginningOf = async (source: ByteSource): Promise<Buffer> => {
  const bytes = Buffer.from(await source.read(0, TEXT_BYTES));
  if (source.size <= TEXT_BYTES) return bytes;
  const isUtf16 = unicodeEncodingOf(bytes) !== 'utf-8';
  let end = bytes.length;
  while (!isUtf16 && end > 0 && (bytes[end - 1] ?? 0) > 0x7f) end -= 1;
  return bytes.subarray(0, end);
};

/** What ends a line for the one who draws it. */
const LINE_ENDS = /[\n\u2028\u2029]/;
/** Characters that no font shows, that only format others or change their direction, or that stand for an object. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufffc]/gu;
/** The blank pattern of Braille is no space by its category. */
const BLANKS = /\u2800/g;

const shown = (line: string): string =>
  line
    .slice(0, LINE_LENGTH)
    .toWellFormed()
    .replaceAll('\t', '    ')
    .replace(BLANKS, ' ')
    .replace(UNSHOWN, '')
    .trimEnd();

/** The part of a document that a preview reads. */
export const READING = { preserveFormatting: true, pages: { first: 1, last: 2 } } as const;

/** The first lines of pages, as a picture shows them. */
export const linesOf = (pages: readonly { readonly text: string }[]): PreviewResult => {
  const lines = pages.flatMap(({ text }) => text.split(LINE_ENDS).slice(0, MOST_LINES).map(shown));
  return lines.some((line) => line !== '')
    ? { kind: 'lines', lines: lines.slice(0, MOST_LINES) }
    : noPreview('unsupported', 'no text');
};

/** Texts without decoding: they are read in the function, at a hundredth of the cost of a thread. */
export const isPlainText = (mimeType: string): boolean => mimeType === 'text/plain' || mimeType === 'text/markdown';

/** The first lines of a plain text. */
export const makePlainText = async (source: ByteSource): ReturnType<PreviewRenderer> => {
  const bytes = await beginningOf(source);
  try {
    const pages = collectPages(READING.preserveFormatting, READING.pages);
    readPlainText(bytes, pages, READING.preserveFormatting);
    return linesOf(pages.end().pages);
  } catch (error) {
    return noPreview('broken', String(error));
  }
};

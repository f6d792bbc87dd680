import type { ByteSource } from '../formats/byte-source.ts';
import { readDocument } from '../text/readers/read-document.ts';
import { type Maker, nothing } from './preview.ts';

/** Lines and characters that fit on the picture of a page. */
const MOST_LINES = 48;
const LINE_LENGTH = 160;
/** Enough bytes of text for them in any encoding, with the head of a page before it. */
const TEXT_BYTES = 128 * 1024;
/** Archives are read from their end: larger ones are not opened for a picture of their first lines. */
const MAX_ARCHIVE_BYTES = 48 * 2 ** 20;

/** Types of text, and how they are read. */
const PLAIN: Readonly<Record<string, string>> = {
  'text/plain': 'text/plain',
  'text/markdown': 'text/plain',
  'text/csv': 'text/csv',
  'text/html': 'text/html',
};

/** The beginning of a text, cut where no character is. */
const beginningOf = async (source: ByteSource): Promise<Buffer> => {
  const bytes = Buffer.from(await source.read(0, TEXT_BYTES));
  if (source.size <= TEXT_BYTES) return bytes;
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  let end = bytes.length;
  while (!isUtf16 && end > 0 && (bytes[end - 1] ?? 0) > 0x7f) end -= 1;
  return bytes.subarray(0, end);
};

/** Characters that no font shows, or that turn what stands beside them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const UNSHOWN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u202a-\u202e\u2066-\u2069]/g;

const shown = (line: string): string =>
  line.slice(0, LINE_LENGTH).toWellFormed().replaceAll('\t', '    ').replace(UNSHOWN, '').trimEnd();

/** The first lines of a document, as its picture shows them. */
export const makeText: Maker = async (source, { mimeType }) => {
  const plain = Object.hasOwn(PLAIN, mimeType) ? PLAIN[mimeType] : undefined;
  if (!plain && source.size > MAX_ARCHIVE_BYTES) return nothing('too-large');
  const bytes = plain ? await beginningOf(source) : Buffer.from(await source.read(0, source.size));
  const options = { preserveFormatting: true, pages: { first: 1, last: 2 } };
  const { pages } = await readDocument(bytes, plain ?? mimeType, options);
  const lines = pages.flatMap(({ text }) => text.split('\n').slice(0, MOST_LINES).map(shown));
  return lines.some((line) => line !== '')
    ? { kind: 'lines', lines: lines.slice(0, MOST_LINES) }
    : nothing('unsupported', 'no text');
};

import { readDocument } from '../text/readers/read-document.ts';
import { beginningOf, linesOf, READING } from './plain-text.ts';
import { noPreview, type PreviewRenderer } from './preview.ts';

/** Archives are read from their end: larger ones are not opened for a picture of their first lines. */
const MAX_ARCHIVE_BYTES = 48 * 2 ** 20;

/** Types of text whose beginning says enough. */
const TEXTS: readonly string[] = ['text/plain', 'text/markdown', 'text/csv', 'text/html'];

/** The first lines of a document, as its picture shows them. */
export const makeText: PreviewRenderer = async (source, { mimeType }) => {
  const isText = TEXTS.includes(mimeType);
  if (!isText && source.size > MAX_ARCHIVE_BYTES) return noPreview('too-large');
  const bytes = isText ? await beginningOf(source) : Buffer.from(await source.read(0, source.size));
  return linesOf((await readDocument(bytes, mimeType, READING)).pages);
};

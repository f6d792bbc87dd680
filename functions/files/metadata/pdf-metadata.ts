import type { PDFDocumentProxy } from 'unpdf/pdfjs';
import { type DocumentMetadata, type FileMetadata, NO_TEXTS } from '../../domain/file-metadata.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import { keywordsOf, lineOf, textOf } from './embedded-text.ts';
import { isoOfPdfDate } from './pdf-date.ts';

type PdfParts = Pick<FileMetadata, 'document' | 'texts'>;

/** Bytes that the reader gets at first: a header and, in a file made for the web, all that it needs. */
const FIRST_BYTES = 64 * 1024;

const locked: PdfParts = {
  document: { pages: null, encrypted: true, subject: null, producer: null, createdAt: null },
  texts: NO_TEXTS,
};

/**
 * Reads the metadata of a PDF, in ranges: its directory, its page tree's root and its properties. Undefined when it is no PDF,
 * or so damaged that all of it would have to be read.
 */
export const readPdf = async (source: ByteSource): Promise<PdfParts | undefined> => {
  const { getDocument, PDFDataRangeTransport } = await import('unpdf/pdfjs');
  // The library keeps the buffer, by transferring it.
  const own = async (start: number, end: number): Promise<Uint8Array> =>
    Uint8Array.from(await source.read(start, end - start));
  const range = new PDFDataRangeTransport(source.size, await own(0, FIRST_BYTES));
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  range.requestDataRange = (start, end) => {
    own(start, end).then((bytes) => range.onDataRange(start, bytes), fail);
  };
  const task = getDocument({
    range,
    rangeChunkSize: FIRST_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    useSystemFonts: false,
    enableXfa: false,
    verbosity: 0,
  });
  try {
    return await Promise.race([task.promise.then(partsOf), failed]);
  } catch (error) {
    return error instanceof Error && error.name === 'PasswordException' ? locked : undefined;
  } finally {
    failed.catch(() => undefined);
    await task.destroy().catch(() => undefined);
  }
};

const partsOf = async (pdf: PDFDocumentProxy): Promise<PdfParts> => {
  const { info } = (await pdf.getMetadata()) as unknown as { info: Readonly<Record<string, unknown>> };
  const document: DocumentMetadata = {
    pages: pdf.numPages,
    encrypted: typeof info.EncryptFilterName === 'string',
    subject: lineOf(info.Subject),
    producer: lineOf(info.Producer),
    createdAt: isoOfPdfDate(info.CreationDate),
  };
  const texts = {
    ...NO_TEXTS,
    title: lineOf(info.Title),
    caption: textOf(info.Subject),
    keywords: keywordsOf(info.Keywords),
    author: lineOf(info.Author),
  };
  return { document, texts };
};

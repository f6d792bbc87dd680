import { MediaError } from '../../../domain/errors.ts';
import { damagedFile, TextError, type TextOptions } from '../../../domain/text.ts';
import { type OfficeFile, openOfficeFile } from './office-file.ts';
import { collectPages, type PageCollector, type ReadPages } from './page-collector.ts';
import { readCsv } from './read-csv.ts';
import { readDocx } from './read-docx.ts';
import { readHtml } from './read-html.ts';
import { readOpenDocument } from './read-open-document.ts';
import { readPlainText } from './read-plain-text.ts';
import { readPptx } from './read-pptx.ts';
import { readXlsx } from './read-xlsx.ts';
import { TEXT_LIMITS } from './text-limits.ts';

export type DocumentOptions = Pick<TextOptions, 'preserveFormatting' | 'pages'>;

/** The compound files of Office before 2007. */
const COMPOUND = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/**
 * Reads the text of a document that is no PDF: Word, Excel, PowerPoint, OpenDocument, plain text, Markdown, HTML, CSV.
 *
 * Throws a `TextError` for a file that is damaged, encrypted or too large, and `TYPE_NOT_ALLOWED` for the formats of Office
 * before 2007, which no maintained library reads.
 */
export const readDocument = async (
  bytes: Buffer,
  mimeType: string,
  { preserveFormatting, pages: range }: DocumentOptions,
): Promise<ReadPages> => {
  if (bytes.length > TEXT_LIMITS.file) throw new TextError('TOO_LARGE', 'The file is larger than is read.');
  const pages = collectPages(preserveFormatting, range);
  if (mimeType === 'text/plain' || mimeType === 'text/markdown') readPlainText(bytes, pages, preserveFormatting);
  else if (mimeType === 'text/csv') readCsv(bytes, pages);
  else if (mimeType === 'text/html') await readHtml(bytes, pages);
  else return readOffice(bytes, pages);
  return pages.end();
};

type OfficeReader = (file: OfficeFile, pages: PageCollector, main: string) => Promise<ReadPages>;

/** Readers by the content type of the main part, and its usual location if the file names none. */
const READERS: readonly (readonly [type: RegExp, read: OfficeReader, usual: string])[] = [
  [/wordprocessingml|ms-word/, readDocx, 'word/document.xml'],
  [/spreadsheetml|ms-excel/, readXlsx, 'xl/workbook.xml'],
  [/presentationml|ms-powerpoint/, readPptx, 'ppt/presentation.xml'],
];
const OPEN_DOCUMENT_PART = 'content.xml';

/** By the archive's own types, since clients name Office files by all kinds of types. */
const readOffice = async (bytes: Buffer, pages: PageCollector): Promise<ReadPages> => {
  if (bytes.subarray(0, COMPOUND.length).equals(COMPOUND)) throw refusalOfCompound(bytes);
  const file = openOfficeFile(bytes);
  const main = await file.main();
  const [, read, usual = ''] = READERS.find(([type, , part]) => (main ? type.test(main.type) : file.has(part))) ?? [];
  if (read) return read(file, pages, main?.part ?? usual);
  if (file.has(OPEN_DOCUMENT_PART)) return readOpenDocument(file, pages);
  throw damagedFile();
};

/** A newer Office file with a password uses the container of the old ones. */
const refusalOfCompound = (bytes: Buffer): Error =>
  bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    ? new TextError('ENCRYPTED', 'The file is protected by a password.')
    : new MediaError('TYPE_NOT_ALLOWED', 'No text can be extracted from files of Office before 2007');

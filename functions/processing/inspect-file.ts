import { fileTypeFromBuffer } from 'file-type';
import { inspectText } from './inspect-text.ts';
import { contentMismatch, type Refusal, unsupported } from './outcome.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A compound file of old Office is told from others, an installer for example, by the name of its main stream. */
const compound =
  (...streams: readonly string[]) =>
  (bytes: Buffer): boolean =>
    streams.some((name) => bytes.includes(Buffer.from(`${name}\0`, 'utf16le')));

const word = compound('WordDocument');
const excel = compound('Workbook', 'Book');
const anything = (): boolean => true;

type Signatures = Readonly<Record<string, (bytes: Buffer) => boolean>>;

/** Declared type -> what `file-type` may find, and what else has to hold. Types that are not listed stand for themselves. */
const FILE_TYPES: Readonly<Record<string, Signatures>> = {
  // Clients name Office files of both generations by the old type.
  'application/msword': { 'application/x-cfb': word, [DOCX]: anything },
  'application/vnd.ms-excel': { 'application/x-cfb': excel, [XLSX]: anything },
  'video/mp4': { 'video/mp4': anything, 'video/x-m4v': anything },
};

/** Text has no signature: it is recognized by what it must not contain. */
const TEXT_TYPES = new Set(['text/plain', 'text/csv']);

/**
 * Compares the content of a file that is no picture with its declared type.
 *
 * `bytes` are all of the file, or as many of its first as the caller keeps.
 */
export const inspectFile = async (bytes: Buffer, mimeType: string): Promise<{ readonly outcome: 'ok' } | Refusal> => {
  if (TEXT_TYPES.has(mimeType)) return inspectText(bytes) ? { outcome: 'ok' } : contentMismatch(mimeType);
  if (mimeType.startsWith('text/')) return unsupported(mimeType);
  const detected = await fileTypeFromBuffer(bytes).catch(() => undefined);
  const accepted: Signatures = Object.hasOwn(FILE_TYPES, mimeType)
    ? (FILE_TYPES[mimeType] ?? {})
    : { [mimeType]: anything };
  const holds = detected && Object.hasOwn(accepted, detected.mime) ? accepted[detected.mime] : undefined;
  return holds?.(bytes) ? { outcome: 'ok' } : contentMismatch(mimeType);
};

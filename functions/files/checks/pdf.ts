import type { Warning } from '../../domain/media.ts';
import { type CheckResult, passed } from './check.ts';
import { contentMismatch, damaged, rejected } from './outcome.ts';
import { nameOf, objectStreams, TooMuch } from './pdf-object-streams.ts';

/**
 * Only a byte order mark and blanks may precede the header, as some writers leave them. Readers search the first 1,024 bytes
 * for it, and so would accept a web page with the header inside as a document.
 */
const HEADER_WITHIN = 1024;
const HEADER = /^(?:\xef\xbb\xbf)?[\0\t\n\f\r ]*%PDF-/;
/** The end is searched among the last bytes before padding; some writers add a little. */
const END_WITHIN = 4096;
/**
 * Servers and mail programs pad files, and readers search through all of it. Other bytes than padding are tolerated up to this
 * length.
 */
const END_BEFORE = 128 * 1024;
const PADDING = new Set([0, 9, 10, 12, 13, 32]);

/** Bounded, so that a file of nothing but digits takes no longer than another. */
const OBJECT = /\d{1,10}\s{1,10}\d{1,5}\s{1,10}obj\b/;

const SIGNS: readonly (readonly [RegExp, Warning])[] = [
  [new RegExp(nameOf('JavaScript', 'JS')), 'SCRIPT'],
  [new RegExp(nameOf('Launch')), 'LAUNCH'],
  // An array there is a place to open at, which every word processor writes.
  [new RegExp(`${nameOf('OpenAction', 'AA')}(?!\\s*\\[)`), 'OPEN_ACTION'],
  [new RegExp(nameOf('EmbeddedFile', 'EmbeddedFiles', 'RichMedia')), 'EMBEDDED_FILES'],
  [new RegExp(nameOf('Encrypt')), 'ENCRYPTED'],
];

/**
 * Checks a PDF: that it begins and ends as one, and whether it runs scripts, starts programs or carries files. Objects in
 * compressed object streams are checked as well; in an encrypted document those cannot be read.
 */
export const checkPdf = async (bytes: Buffer, mimeType: string): Promise<CheckResult> => {
  if (!HEADER.test(bytes.toString('latin1', 0, HEADER_WITHIN))) return contentMismatch(mimeType);
  if (!hasEnd(bytes)) return damaged('document');
  const text = bytes.toString('latin1');
  // Without objects there is nothing to show: HTML between a header and a trailer, for example.
  if (!OBJECT.test(text)) return contentMismatch(mimeType);
  const warnings = new Set<Warning>();
  const look = (part: string): void => {
    for (const [sign, warning] of SIGNS) if (!warnings.has(warning) && sign.test(part)) warnings.add(warning);
  };
  look(text);
  try {
    for await (const part of objectStreams(bytes, text)) look(part);
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return rejected('ARCHIVE_LIMIT', 'The objects of the document unpack to more than is accepted.');
  }
  return passed(warnings);
};

/** Whether the end of a document exists, and no part of a document follows it. */
const hasEnd = (bytes: Buffer): boolean => {
  let end = bytes.length;
  while (end > 0 && PADDING.has(bytes[end - 1] ?? -1)) end -= 1;
  const last = bytes.subarray(Math.max(0, end - END_WITHIN), end);
  if (last.includes('%%EOF') || last.includes('startxref')) return true;
  const more = bytes.subarray(Math.max(0, end - END_BEFORE), end);
  const at = more.lastIndexOf('%%EOF');
  return at !== -1 && !OBJECT.test(more.toString('latin1', at));
};

import { constants, createInflateRaw } from 'node:zlib';
import type { Warning } from '../../domain/media.ts';
import { type CheckResult, passed } from './check.ts';
import { contentMismatch, damaged, rejected } from './outcome.ts';

const MIB = 2 ** 20;
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
/** Object streams hold objects, not pictures: writers put a few hundred in one. A larger one would hide its content. */
const MAX_OBJECT_STREAM = 16 * MIB;
const MAX_OBJECT_STREAMS = 256 * MIB;
/** A document of 64 MB whose writer puts a hundred objects in one has fewer. */
const MOST_OBJECT_STREAMS = 20_000;
/** The most bytes that are lost of a stream that breaks off. */
const INFLATED_AT_ONCE = 4096;
/** The header of zlib: behind it, the stream is read without its checksum. */
const ZLIB_HEADER = 2;

/** Any letter of a name may be written as # and two hexadecimal digits, which is how scripts are hidden from a search. */
const spelled = (name: string): string =>
  [...name]
    .map(
      (letter) =>
        `(?:${letter}|#${letter
          .charCodeAt(0)
          .toString(16)
          .replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`)})`,
    )
    .join('');
const END_OF_NAME = '(?![\\w#])';
const nameOf = (...names: readonly string[]): string => `/(?:${names.map(spelled).join('|')})${END_OF_NAME}`;

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
    for await (const part of objectStreams(bytes)) look(part);
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

/** The object streams unpack to more than the limit. */
class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

/**
 * The contents of the object streams with the usual compression. Throws `TooMuch` beyond the limit, since an unchecked part may
 * hide anything.
 */
async function* objectStreams(bytes: Buffer): AsyncGenerator<string> {
  let left = MAX_OBJECT_STREAMS;
  let streams = 0;
  // Each search continues where the one before ended, so that the whole is linear.
  for (let at = bytes.indexOf('/ObjStm'); at !== -1; at = bytes.indexOf('/ObjStm', at)) {
    const keyword = bytes.indexOf('stream', at);
    const end = bytes.indexOf('endstream', keyword);
    if (keyword === -1 || end === -1) return;
    const start = keyword + 'stream'.length + (bytes[keyword + 'stream'.length] === 13 ? 2 : 1);
    at = end;
    streams += 1;
    if (streams > MOST_OBJECT_STREAMS) throw new TooMuch('too many streams');
    const content = await inflated(bytes.subarray(start, end), Math.min(left, MAX_OBJECT_STREAM));
    left -= content.length;
    if (left <= 0) throw new TooMuch();
    yield content.toString('latin1');
  }
}

/**
 * The unpacked bytes of a stream, as far as they go: readers ignore a wrong checksum and a broken end, so the bytes before them
 * are checked and counted. Another filter or encryption gives nothing.
 */
const inflated = async (packed: Buffer, most: number): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const pieces: Buffer[] = [];
  let length = 0;
  const stream = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: INFLATED_AT_ONCE });
  const over = (): void => resolve(Buffer.concat(pieces));
  stream.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > most) reject(new TooMuch('one stream'));
    else pieces.push(piece);
  });
  stream.on('end', over).on('error', over).end(packed.subarray(ZLIB_HEADER));
  try {
    return await promise;
  } finally {
    stream.destroy();
  }
};

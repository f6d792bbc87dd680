import { constants, createInflateRaw, type InflateRaw } from 'node:zlib';

const MIB = 2 ** 20;
/** Object streams hold objects, not pictures: writers put a few hundred in one. A larger one would hide its content. */
const MAX_OBJECT_STREAM = 16 * MIB;
const MAX_OBJECT_STREAMS = 256 * MIB;
/** A document of 64 MB whose writer puts a hundred objects in one has fewer. */
const MOST_OBJECT_STREAMS = 20_000;
/** The most bytes that are lost of a stream that breaks off. */
const INFLATED_AT_ONCE = 4096;
/** Bytes that are read at once of a stream that goes on behind its end. */
const READ_AT_ONCE = 64 * 1024;
/** The header of zlib: behind it, the stream is read without its checksum. */
const ZLIB_HEADER = 2;

/** The most bytes that are read for names and streams that are none. */
const READ_IN_VAIN = 16 * MIB;

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
/** A pattern for a name of PDF, in any spelling. */
export const nameOf = (...names: readonly string[]): string => `/(?:${names.map(spelled).join('|')})${END_OF_NAME}`;

const OBJECT_STREAM = new RegExp(nameOf('ObjStm'), 'g');
/** A dictionary of an object stream has a few entries; further away, its stream is searched without reading them. */
const DICTIONARY_WITHIN = 64 * 1024;
/** What a dictionary is made of up to the keyword: comments, hexadecimal strings, names and other words. */
const WORD = /%[^\r\n]*|<[^<>]*>|\/?[^\s\0()<>[\]{}/%]+/y;
const KEYWORD = 'stream';

/** The object streams unpack to more than the limit, or reading them takes more than a document gives cause for. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

/**
 * The contents of the object streams with the usual compression. Throws `TooMuch` beyond the limit, since an unchecked part may
 * hide anything.
 */
export async function* objectStreams(bytes: Buffer, text: string): AsyncGenerator<string> {
  let left = MAX_OBJECT_STREAMS;
  let streams = 0;
  let last = -1;
  // The streams of a document do not overlap, so what is read for all of them is no more than the document.
  const work = { left: bytes.length + READ_IN_VAIN };
  const startAfter = streamStarts(text, work);
  for (const { index, 0: name } of text.matchAll(OBJECT_STREAM)) {
    const start = startAfter(index + name.length);
    if (start === undefined) return;
    // A name twice in one dictionary is no second stream.
    if (start === last) continue;
    last = start;
    streams += 1;
    if (streams > MOST_OBJECT_STREAMS) throw new TooMuch('too many streams');
    const content = await inflated(bytes, start, Math.min(left, MAX_OBJECT_STREAM), work);
    left -= content.length;
    if (left <= 0) throw new TooMuch();
    yield content.toString('latin1');
  }
}

/** The bytes that may still be read. */
interface Work {
  left: number;
}

const spend = (work: Work, bytes: number): void => {
  work.left -= bytes;
  if (work.left < 0) throw new TooMuch('streams over streams');
};

/**
 * Finds the first byte of the stream whose dictionary goes on at `from`; undefined when no stream follows. Strings and comments
 * of the dictionary may hold the keyword as well.
 */
const streamStarts = (text: string, work: Work) => {
  // Each search continues where the one before ended, so that the whole is linear.
  let next = text.indexOf(KEYWORD);
  return (from: number): number | undefined => {
    if (next !== -1 && next < from) next = text.indexOf(KEYWORD, from);
    if (next === -1) return undefined;
    const { keyword, read } = keywordIn(text.slice(from, from + DICTIONARY_WITHIN));
    spend(work, read);
    const start = (keyword === undefined ? next : from + keyword) + KEYWORD.length;
    return start + (text[start] === '\r' ? 2 : 1);
  };
};

/** The keyword outside of strings and comments, and how far was read for it. */
const keywordIn = (dictionary: string): { keyword?: number; read: number } => {
  for (let at = 0; at < dictionary.length; at += 1) {
    if (dictionary[at] === '(') {
      at = stringEnd(dictionary, at);
      continue;
    }
    WORD.lastIndex = at;
    const [word] = WORD.exec(dictionary) ?? [];
    if (word === undefined) continue;
    if (word.startsWith(KEYWORD)) return { keyword: at, read: at };
    at += word.length - 1;
  }
  return { read: dictionary.length };
};

/** The bracket that ends a string: others in it come in pairs, or behind a backslash. */
const stringEnd = (text: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
};

/**
 * The unpacked bytes of the stream that begins at `start`, as far as they go: readers ignore a wrong checksum and a broken end, so
 * the bytes before them are checked and counted. Another filter or encryption gives nothing. The packed bytes say themselves where
 * they end: the word `endstream` may be among them.
 */
const inflated = async (bytes: Buffer, start: number, most: number, work: Work): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const unpacked: Buffer[] = [];
  let length = 0;
  const stream = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: INFLATED_AT_ONCE });
  const over = (): void => resolve(Buffer.concat(unpacked));
  stream.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > most) reject(new TooMuch('one stream'));
    else unpacked.push(piece);
  });
  stream.on('end', over).on('error', over);
  let given = 0;
  const feed = async (): Promise<void> => {
    for (const piece of piecesFrom(bytes, start + ZLIB_HEADER)) {
      given += piece.length;
      spend(work, piece.length);
      if (!(await takes(stream, piece))) return;
    }
    stream.end();
  };
  feed().catch(reject);
  try {
    return await promise;
  } finally {
    // What was given beyond the end of the packed bytes was not read.
    if (stream.errored === null) work.left += given - stream.bytesWritten;
    stream.destroy();
  }
};

/** Writes a piece; false when the stream wants no more. */
const takes = async (stream: InflateRaw, piece: Buffer): Promise<boolean> => {
  const isWritten = await new Promise((resolve) => stream.write(piece, (error) => resolve(!error)));
  // The end of what was unpacked is told in a moment of its own.
  await new Promise((resolve) => setImmediate(resolve));
  return isWritten === true && !stream.readableEnded && !stream.destroyed;
};

/** A stream as far as it should go, and then what follows: a stream that does not end there is read on in small pieces. */
function* piecesFrom(bytes: Buffer, start: number): Generator<Buffer> {
  const end = bytes.indexOf('endstream', start);
  for (let [from, to] = [start, end === -1 ? start : end]; from < bytes.length; ) {
    if (to > from) yield bytes.subarray(from, to);
    [from, to] = [to, Math.min(bytes.length, to + READ_AT_ONCE)];
  }
}

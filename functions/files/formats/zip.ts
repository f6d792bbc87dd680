import { crc32, createInflateRaw } from 'node:zlib';

/** One file of an archive, as its central directory declares it. Sizes in bytes. */
export interface ZipEntry {
  readonly name: string;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc: number;
  /** 0 is stored, 8 deflated; Office files have no others. */
  readonly method: number;
  readonly encrypted: boolean;
  /** The position of its local header. */
  readonly offset: number;
}

/** An archive is damaged or contradictory, or exceeds the limits for untrusted files. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
  readonly fault: 'damaged' | 'limit';
  constructor(fault: 'damaged' | 'limit', message: string) {
    super(message);
    this.fault = fault;
  }
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 65_535;
/** Marks a value that only the 64-bit records could hold; no file that is inspected in memory needs them. */
const IN_ZIP64 = 0xffffffff;
/** Office files have tens of parts, large ones a few thousand. */
const MAX_ENTRIES = 10_000;

const damaged = (message: string): ZipError => new ZipError('damaged', message);

const findEnd = (bytes: Buffer): number => {
  const lowest = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= lowest; at -= 1) {
    if (bytes.readUInt32LE(at) === END && at + END_BYTES + bytes.readUInt16LE(at + 20) === bytes.length) return at;
  }
  throw damaged('the central directory does not end');
};

/**
 * Reads the central directory of an archive in memory. Nothing is inflated.
 *
 * Throws a `ZipError` for a directory that is truncated, outside of the file or too long, and for entries that share bytes:
 * that is how a small file unpacks to petabytes.
 */
export const readZip = (bytes: Buffer): readonly ZipEntry[] => {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const length = bytes.readUInt32LE(end + 12);
  const start = bytes.readUInt32LE(end + 16);
  if (start === IN_ZIP64 || start + length > end) throw damaged('the central directory lies outside of the file');
  if (count > MAX_ENTRIES) throw new ZipError('limit', `more than ${MAX_ENTRIES} entries`);
  const entries: ZipEntry[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_BYTES > end || bytes.readUInt32LE(at) !== CENTRAL) throw damaged('the central directory is cut');
    const nameLength = bytes.readUInt16LE(at + 28);
    const next = at + CENTRAL_BYTES + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > end) throw damaged('the central directory is cut');
    entries.push({
      name: bytes.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength),
      encrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      compressedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at = next;
  }
  refuseOverlaps(bytes, entries, start);
  return entries;
};

/** The position of an entry's data; its local header has a name and fields of different lengths. */
const dataStart = (bytes: Buffer, { offset, name }: ZipEntry): number => {
  if (offset + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(offset) !== LOCAL) {
    throw damaged(`the entry ${JSON.stringify(name)} is not where the directory says`);
  }
  return offset + LOCAL_BYTES + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
};

const refuseOverlaps = (bytes: Buffer, entries: readonly ZipEntry[], directory: number): void => {
  let free = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < free) throw new ZipError('limit', 'entries share their bytes');
    free = dataStart(bytes, entry) + entry.compressedSize;
    if (free > directory) throw damaged('an entry is longer than the file');
  }
};

/**
 * Unpacks one entry in chunks, so that memory stays flat. Throws a `ZipError` as soon as it has more bytes than its directory
 * entry declares or `most`, and when its bytes are damaged.
 */
export async function* unpackEntry(
  bytes: Buffer,
  entry: ZipEntry,
  most: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  const { name, size, method, encrypted } = entry;
  if (size > most) throw new ZipError('limit', `${JSON.stringify(name)} has ${size} bytes`);
  if (encrypted || (method !== 0 && method !== 8)) throw damaged(`${JSON.stringify(name)} cannot be unpacked`);
  const start = dataStart(bytes, entry);
  const packed = bytes.subarray(start, start + entry.compressedSize);
  let unpacked = 0;
  let crc = 0;
  for await (const piece of method === 0 ? [packed] : inflate(packed, name)) {
    unpacked += piece.length;
    if (unpacked > size) throw new ZipError('limit', `${JSON.stringify(name)} is larger than it says`);
    crc = crc32(piece, crc);
    yield piece;
  }
  if (unpacked !== size || crc !== entry.crc) throw damaged(`${JSON.stringify(name)} is damaged`);
}

async function* inflate(packed: Buffer, name: string): AsyncGenerator<Buffer> {
  const inflater = createInflateRaw();
  inflater.end(packed);
  try {
    for await (const piece of inflater as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    throw error instanceof ZipError ? error : damaged(`${JSON.stringify(name)} is damaged: ${error}`);
  } finally {
    inflater.destroy();
  }
}

/** The whole of one entry, of at most `most` bytes. */
export const readEntry = async (bytes: Buffer, entry: ZipEntry, most: number): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of unpackEntry(bytes, entry, most)) pieces.push(piece);
  return Buffer.concat(pieces);
};

import type { Warning } from '../../domain/media.ts';
import { type CheckResult, passed } from './check.ts';
import { contentMismatch, damaged, encrypted } from './outcome.ts';

/**
 * Compound files, the container of Office until 2003 (and of the newer one behind a password): sectors, a table that
 * chains them (FAT), and a directory of streams and storages in 128 bytes each.
 */
const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const HEADER_BYTES = 512;
const DIRECTORY_ENTRY = 128;
const IN_HEADER = 109;
/** Values above name no sector: free, end of a chain, or a sector of the tables themselves. */
const LAST_SECTOR = 0xfffffffa;
const MAX_ENTRIES = 100_000;

/** Whether bytes begin as a compound file does. */
export const isCompound = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(MAGIC);

class Damaged extends Error {}

const u32 = (bytes: Buffer, at: number): number => {
  if (at + 4 > bytes.length) throw new Damaged();
  return bytes.readUInt32LE(at);
};

/** The names in the directory of a compound file; throws `Damaged` when sectors are missing. */
const namesIn = (bytes: Buffer): ReadonlySet<string> => {
  const shift = bytes.length < HEADER_BYTES ? 0 : bytes.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw new Damaged();
  const sectorSize = 2 ** shift;
  const start = (sector: number): number => {
    const at = (sector + 1) * sectorSize;
    if (sector > LAST_SECTOR || at >= bytes.length) throw new Damaged();
    return at;
  };
  const tables = tableSectors(bytes, sectorSize, start);
  const perTable = sectorSize / 4;
  const next = (sector: number): number => {
    const table = tables[Math.floor(sector / perTable)];
    if (table === undefined) throw new Damaged();
    return u32(bytes, start(table) + (sector % perTable) * 4);
  };
  refuseMissing(bytes, tables, perTable, start);

  const names = new Set<string>();
  let entries = 0;
  for (let sector = u32(bytes, 48); sector <= LAST_SECTOR; sector = next(sector)) {
    const from = start(sector);
    for (let at = from; at < from + sectorSize; at += DIRECTORY_ENTRY) {
      entries += 1;
      if (entries > MAX_ENTRIES || at + DIRECTORY_ENTRY > bytes.length) throw new Damaged();
      const length = bytes.readUInt16LE(at + 64);
      if (bytes[at + 66] !== 0 && length >= 2 && length <= 64)
        names.add(bytes.toString('utf16le', at, at + length - 2));
    }
  }
  return names;
};

/** The positions of the FAT's parts: the first 109 are in the header, further ones in a separate chain. */
const tableSectors = (bytes: Buffer, sectorSize: number, start: (sector: number) => number): readonly number[] => {
  const sectors: number[] = [];
  const take = (from: number, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const sector = u32(bytes, from + index * 4);
      if (sector <= LAST_SECTOR) sectors.push(sector);
    }
  };
  take(76, IN_HEADER);
  let chained = u32(bytes, 68);
  // Each is one sector: a chain longer than the file is a loop.
  let unseen = Math.ceil(bytes.length / sectorSize);
  for (let left = u32(bytes, 72); left > 0 && chained <= LAST_SECTOR; left -= 1) {
    unseen -= 1;
    if (unseen < 0) throw new Damaged();
    const from = start(chained);
    take(from, sectorSize / 4 - 1);
    chained = u32(bytes, from + sectorSize - 4);
  }
  return sectors;
};

/** A truncated file has sectors in its table that it does not have in its bytes. */
const refuseMissing = (
  bytes: Buffer,
  tables: readonly number[],
  perTable: number,
  start: (sector: number) => number,
): void => {
  let last = -1;
  for (const [index, table] of tables.entries()) {
    const from = start(table);
    for (let at = 0; at < perTable; at += 1) if (u32(bytes, from + at * 4) !== 0xffffffff) last = index * perTable + at;
  }
  if (last >= 0) start(last);
};

const MACROS = ['Macros', '_VBA_PROJECT_CUR', '_VBA_PROJECT', 'VBA'];
const EMBEDDED = ['ObjectPool', 'MBD'];

/** Checks a compound file: its directory, and one of the streams of the declared type. */
export const checkCompound = (bytes: Buffer, mimeType: string, streams: readonly string[]): CheckResult => {
  try {
    const names = namesIn(bytes);
    if (names.has('EncryptedPackage')) return encrypted();
    if (!streams.some((name) => names.has(name))) return contentMismatch(mimeType);
    const warnings: Warning[] = [];
    if (MACROS.some((name) => names.has(name))) warnings.push('MACROS');
    if ([...names].some((name) => EMBEDDED.some((start) => name.startsWith(start)))) warnings.push('EMBEDDED_FILES');
    return passed(warnings);
  } catch (error) {
    if (error instanceof Damaged) return damaged('document');
    throw error;
  }
};

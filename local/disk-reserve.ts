import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from './ports.ts';

/** Given free when the disk is full: a start, and deletes, need some. */
const RESERVE_BYTES = 2 * 1024 ** 2;
/** Set aside only where there is plenty. */
const PLENTY_BYTES = 16 * 1024 ** 2;
const FULL_BYTES = 1024 ** 2;
const LOOK_MS = 5_000;

/** One for deletes, which other programs may use up once it is free, and one for the next start. */
const RESERVES = { deletes: 'reserve', start: 'reserve.start' } as const;

/** The bytes that programs may still write on the disk of a folder. */
export const freeBytes = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/** Gives a reserve of a folder free if its disk is full. True when that was so. */
export const releaseIfFull = (folder: string, of: keyof typeof RESERVES, free = freeBytes): boolean => {
  const file = join(folder, RESERVES[of]);
  if (free(folder) >= FULL_BYTES || !existsSync(file)) return false;
  rmSync(file, { force: true });
  return true;
};

const setAside = (folder: string, free: typeof freeBytes): void => {
  for (const name of Object.values(RESERVES)) {
    if (existsSync(join(folder, name)) || free(folder) < PLENTY_BYTES) continue;
    // Random, since some file systems store zeros as nothing.
    writeFileSync(join(folder, name), randomBytes(RESERVE_BYTES), { mode: 0o600 });
  }
};

/**
 * Sets some space of the disk aside, and gives it free once the disk is full, so that deleting, and the next start, work on it.
 * The S3 server refuses objects before that.
 */
export const watchDisk = (folder: string, report: (message: string) => void, free = freeBytes): Service => {
  const look = (): void => {
    try {
      if (releaseIfFull(folder, 'deletes', free)) {
        report(`The disk of ${folder} is full. Uploads are refused; delete media, or make room, and they go on.`);
      } else setAside(folder, free);
    } catch (error) {
      report(`The disk of ${folder} was not looked at: ${String(error)}`);
    }
  };
  look();
  const timer = setInterval(look, LOOK_MS).unref();
  return { stop: async () => clearInterval(timer) };
};

/** The result code of SQLite for a disk without room. */
const SQLITE_FULL = 13;

/** Whether an error says that there is no room on the disk. */
export const isDiskFull = (error: unknown): boolean => {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT' || (Number(errcode) & 0xff) === SQLITE_FULL;
};

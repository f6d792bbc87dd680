import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { releaseIfFull } from './disk-reserve.ts';
import { DamagedFile } from './sqlite.ts';

/** The folder with all data of a runtime, held by one runtime at a time. */
export interface DataFolder {
  readonly path: string;
  /** The folder's own secret, that access keys are derived from. */
  readonly seed: string;
  release(): void;
}

/** A folder that another runtime holds. */
export class FolderInUse extends Error {}

/** Takes the folder, making it when it is new. Throws FolderInUse while another runtime has it. */
export const takeFolder = (folder: string): DataFolder => {
  const path = resolve(folder);
  // Its files, and those of the engine, are the private media of one person, on a machine that others may use.
  mkdirSync(path, { recursive: true, mode: 0o700 });
  releaseIfFull(path, 'start');
  const unlock = lock(path);
  try {
    return { path, seed: readSeed(path), release: unlock };
  } catch (error) {
    unlock();
    throw error;
  }
};

const MEMORY_PREFIX = 'mediashelf-';

/** Creates a folder in memory that is removed with the runtime, and removes those whose runtime was killed. */
export const takeMemoryFolder = (): DataFolder => {
  const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  for (const name of readdirSync(base)) {
    const pid = name.startsWith(MEMORY_PREFIX) ? Number(name.slice(MEMORY_PREFIX.length).split('-')[0]) : Number.NaN;
    if (Number.isInteger(pid) && startOf(pid) === undefined) removeIfOurs(join(base, name));
  }
  const folder = join(base, `${MEMORY_PREFIX}${process.pid}-${randomBytes(4).toString('hex')}`);
  const { path, seed } = takeFolder(folder);
  return { path, seed, release: () => rmSync(path, { recursive: true, force: true }) };
};

/** All people on the machine share the memory: another user's folder is theirs to remove. */
const removeIfOurs = (folder: string): void => {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};

const readSeed = (folder: string): string => {
  const file = join(folder, 'seed');
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, randomBytes(32).toString('hex'), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
  const seed = readFileSync(file, 'utf8');
  if (/^[0-9a-f]{64}$/.test(seed)) return seed;
  throw new DamagedFile(
    `${file} is damaged. Remove it: access keys and presigned addresses of before end, and nothing else is lost.`,
  );
};

/**
 * Locks the folder by a file that names its process. A lock whose process is gone is taken over; the process's start time shows
 * a reused pid.
 */
const lock = (folder: string): (() => void) => {
  const file = join(folder, 'runtime.lock');
  const own = `${process.pid} ${startOf(process.pid)}`;
  const prepared = `${file}.${process.pid}.${randomBytes(3).toString('hex')}`;
  writeFileSync(prepared, own);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (tryLink(prepared, file)) return () => rmSync(file, { force: true });
      const holder = readIfThere(file);
      const [pid, start] = (holder ?? '').split(' ');
      // A crash of the machine may leave an empty file: a lock without a process is none.
      if (start !== undefined && startOf(Number(pid)) === start) {
        throw new FolderInUse(
          `Another runtime (pid ${pid}) uses the data folder ${folder}. Stop it, or choose another with --data.`,
        );
      }
      putAside(file, `${prepared}.stale`, holder);
    }
    throw new FolderInUse(`The data folder ${folder} is being taken by another runtime.`);
  } finally {
    rmSync(prepared, { force: true });
  }
};

/** Moves a stale lock away. Between reading and moving, another runtime may have replaced it: then it is put back. */
const putAside = (file: string, aside: string, expected: string | undefined): void => {
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readIfThere(aside) !== expected) tryLink(aside, file);
  rmSync(aside, { force: true });
};

const tryLink = (from: string, to: string): boolean => {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** A value that changes when a pid is reused; undefined when there is no such process. */
const startOf = (pid: number): string | undefined => {
  if (!Number.isInteger(pid) || pid < 1) return undefined;
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat !== undefined) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, and holds only its pid.
    return fields[0] === 'Z' ? undefined : fields[19];
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : undefined;
  }
};

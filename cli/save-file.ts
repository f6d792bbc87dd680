import { randomUUID } from 'node:crypto';
import { constants, createWriteStream, type WriteStream } from 'node:fs';
import { copyFile, link, lstat, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from './exit.ts';

export interface SaveOptions {
  /** Replaces an existing file. */
  readonly overwrite: boolean;
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const refused = (path: string): UsageError => new UsageError(`${path} is there already; --force overwrites it`);

/** Refuses an existing path, dangling links included. Checked before anything is fetched. */
export const refuseTaken = async (path: string, { overwrite }: SaveOptions): Promise<void> => {
  if (!overwrite && (await isThere(path))) throw refused(path);
};

/**
 * Saves a file under its name once `write` has written all of it, and leaves nothing when that fails. Answers the result of
 * `write`.
 *
 * The name is replaced as a whole: a link is replaced and never followed, and without `overwrite` a file that was created
 * meanwhile stays.
 */
export const saveFile = async <T>(
  path: string,
  { overwrite }: SaveOptions,
  write: (draft: WriteStream) => Promise<T>,
): Promise<T> => {
  // A separate name: a file name of full length leaves no room for a suffix.
  const draft = join(dirname(path), `.mediashelf-${randomUUID()}.part`);
  try {
    const written = await write(createWriteStream(draft, { flags: 'wx' }));
    if (overwrite) await rename(draft, path);
    else await takeName(draft, path);
    return written;
  } finally {
    await rm(draft, { force: true });
  }
};

const takeName = async (draft: string, path: string): Promise<void> => {
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw refused(path);
    // FAT and some network shares have no hard links.
    await copyFile(draft, path, constants.COPYFILE_EXCL).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'EEXIST' ? refused(path) : cause;
    });
  }
};

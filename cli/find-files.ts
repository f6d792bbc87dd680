import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './exit.ts';
import { typeOf } from './media-types.ts';

export interface FoundFile {
  readonly path: string;
  /** Undefined if no library accepts the name's type. */
  readonly type: string | undefined;
}

/**
 * The files of a command line: files as they are, folders with all their content. Hidden entries, links and files of unknown
 * types in folders are skipped, since the user did not name them.
 */
export const findFiles = async (paths: readonly string[]): Promise<readonly FoundFile[]> => {
  const found = new Map<string, FoundFile>();
  const add = async (path: string): Promise<void> => {
    const real = await realpath(path);
    if (!found.has(real)) found.set(real, { path, type: typeOf(path) });
  };
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.toSorted((one, other) => one.name.localeCompare(other.name))) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile() && typeOf(path)) await add(path);
    }
  };
  for (const path of paths) {
    const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? new UsageError(`There is no ${path}`) : error;
    });
    if (about.isDirectory()) await walk(path);
    else await add(path);
  }
  return [...found.values()];
};

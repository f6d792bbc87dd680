import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The prefix of the folders for files that a sandbox reads. */
export const SCRATCH_PREFIX = 'sandbox-';

/** Writes bytes to a separate file while `use` runs: the cheapest way to pass them to a process. */
export const withFile = async <T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), SCRATCH_PREFIX));
  try {
    const path = join(folder, 'file');
    await writeFile(path, bytes, { mode: 0o600 });
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

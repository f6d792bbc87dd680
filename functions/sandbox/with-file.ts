import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How the folders begin that files lie in for as long as a sandbox looks at them. */
export const SCRATCH_PREFIX = 'sandbox-';

/** Writes bytes to a file of its own for as long as `use` takes: the cheapest way to hand them to a process. */
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

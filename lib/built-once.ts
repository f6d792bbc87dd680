import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Results that are kept of earlier sources. */
const KEPT = 2;

/** A draft of this age is of a program that was killed. */
const ABANDONED_MS = 3_600_000;

/** A hash of the names and contents of files and folders below a root; what is built from them is left out. */
const fingerprint = (root: string, inputs: readonly string[]): string => {
  const hash = createHash('sha256').update(process.version);
  const add = (path: string): void => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (!stats.isDirectory()) {
      hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
      return;
    }
    for (const name of readdirSync(join(root, path)).sort()) {
      if (name !== 'dist' && !name.startsWith('.')) add(`${path}/${name}`);
    }
  };
  for (const input of inputs) add(input);
  return hash.digest('hex').slice(0, 16);
};

const removeOlder = (folder: string, current: string): void => {
  const madeAt = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  const names = readdirSync(folder);
  const abandoned = names.filter((name) => name.startsWith('.') && Date.now() - madeAt(name) > ABANDONED_MS);
  const others = names
    .filter((name) => !name.startsWith('.') && name !== current)
    .sort((one, other) => madeAt(other) - madeAt(one));
  for (const name of [...abandoned, ...others.slice(KEPT)])
    rmSync(join(folder, name), { recursive: true, force: true });
};

/**
 * Answers a folder below `.mediashelf` with what `build` makes of the inputs; it is built only when they have changed. Folders
 * appear by an atomic rename, since several programs may build at once.
 */
export const builtOnce = async (
  { root, name, inputs }: { readonly root: string; readonly name: string; readonly inputs: readonly string[] },
  build: (draft: string) => Promise<void>,
): Promise<string> => {
  const folder = join(root, '.mediashelf', name);
  const target = join(folder, fingerprint(root, inputs));
  if (existsSync(target)) return target;
  const draft = join(folder, `.draft-${randomUUID()}`);
  try {
    mkdirSync(draft, { recursive: true });
    await build(draft);
    if (!existsSync(target)) renameSync(draft, target);
  } catch (error) {
    // Another program was faster, with the same result.
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  removeOlder(folder, basename(target));
  return target;
};

import { cpSync, existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** A folder of installed packages beside the package files of a layer. npm packs no `node_modules`. */
const PREBUILT = 'modules';

/** The name of each `package.json` in there: a published package has one, and tools read others as if they were its own. */
const MANIFEST = 'package.json';
const STORED_MANIFEST = 'manifest.json';

const renameAll = (folder: string, from: string, to: string): void => {
  for (const { name, parentPath } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (name === from) renameSync(join(parentPath, from), join(parentPath, to));
  }
};

/** Moves installed packages beside the package files of a layer, for `takePrebuilt`. */
export const keepPrebuilt = (packages: string, source: string): void => {
  renameAll(packages, MANIFEST, STORED_MANIFEST);
  renameSync(packages, join(source, PREBUILT));
};

/** Copies the packages that a layer's source has; false if it has none and they are to be installed. */
export const takePrebuilt = (source: string, packages: string): boolean => {
  const prebuilt = join(source, PREBUILT);
  if (!existsSync(prebuilt)) return false;
  cpSync(prebuilt, packages, { recursive: true });
  renameAll(packages, STORED_MANIFEST, MANIFEST);
  return true;
};

import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

/** The sources of the dashboard, relative to the project's root. */
const INPUTS = ['web', 'client', 'package-lock.json', 'lib/dashboard.ts'];

/** Compressed files that are kept of earlier builds. */
const KEPT = 3;

const fingerprint = (root: string): string => {
  const hash = createHash('sha256').update(process.version);
  const add = (path: string): void => {
    if (!existsSync(join(root, path))) return;
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (entry.name === 'dist' || entry.name.startsWith('.')) continue;
      const name = `${path}/${entry.name}`;
      if (entry.isDirectory()) add(name);
      else hash.update(`\0${name}\0`).update(readFileSync(join(root, name)));
    }
  };
  for (const input of INPUTS) {
    if (/\.\w+$/.test(input)) hash.update(`\0${input}\0`).update(readFileSync(join(root, input)));
    else add(input);
  }
  return hash.digest('hex').slice(0, 16);
};

const run = promisify(execFile);

/**
 * Runs Vite in a process with an environment of its own. It builds React for development where `NODE_ENV` says anything but
 * `production`, as it does in tests; the same sources have to give the same files in every program.
 */
const buildInto = async (root: string, outDir: string): Promise<void> => {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const flags = ['--config', join(root, 'web', 'vite.config.ts'), '--outDir', outDir, '--logLevel', 'error'];
  await run(process.execPath, [vite, 'build', ...flags], { cwd: root, env: { NODE_ENV: 'production' } });
};

/** Compresses every built file, flat: a function has them beside its code. */
const pack = (built: string, folder: string): void => {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(built, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || file.name.startsWith('.')) continue;
    const bytes = readFileSync(join(file.parentPath, file.name));
    writeFileSync(join(folder, `${file.name}.gz`), gzipSync(bytes, { level: 9 }));
  }
};

/**
 * Answers the folder of the built dashboard: its files, each compressed, as `<name>.gz`. It is built only when its sources have
 * changed, so that a change of a function does not wait for it. Folders appear by an atomic rename, since several programs may
 * build at once.
 */
export const builtDashboard = async (root: string): Promise<string> => {
  const folder = join(root, '.mediashelf', 'dashboard');
  const target = join(folder, fingerprint(root));
  if (existsSync(target)) return target;
  const draft = join(folder, `.draft-${randomUUID()}`);
  try {
    const outDir = join(draft, 'built');
    await buildInto(root, outDir);
    pack(outDir, join(draft, 'packed'));
    if (!existsSync(target)) renameSync(join(draft, 'packed'), target);
  } catch (error) {
    // Another program was faster, with the same result.
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  removeOlder(folder, basename(target));
  return target;
};

const removeOlder = (folder: string, current: string): void => {
  const others = readdirSync(folder).filter((name) => !name.startsWith('.') && name !== current);
  for (const name of others.slice(0, -KEPT)) rmSync(join(folder, name), { recursive: true, force: true });
};

/** Puts the built dashboard beside the code of the function that serves it. */
export const addDashboard = (dashboard: string, functionFolder: string): void => {
  for (const name of readdirSync(dashboard)) copyFileSync(join(dashboard, name), join(functionFolder, name));
};

import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { builtOnce } from './built-once.ts';
import type { Bundles } from './bundles.ts';

/** The sources of the dashboard, relative to the project's root. */
const INPUTS = ['web', 'client', 'package-lock.json', 'lib/dashboard.ts', 'lib/built-once.ts'];

const run = promisify(execFile);

/**
 * Runs Vite in a process with an environment of its own. It builds React for development where `NODE_ENV` says anything but
 * `production`, as it does in tests; the same sources have to give the same files in every program.
 */
const buildInto = async (root: string, outDir: string): Promise<void> => {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const flags = ['--config', join(root, 'web', 'vite.config.ts'), '--outDir', outDir, '--logLevel', 'error'];
  // The dashboard, and the page for visitors of a share link.
  const modes = ['production', 'visitors'].map((mode) =>
    run(process.execPath, [vite, 'build', ...flags, '--mode', mode], { cwd: root, env: { NODE_ENV: 'production' } }),
  );
  await Promise.all(modes);
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
 * changed, so that a change of a function does not wait for it.
 */
export const builtDashboard = (root: string): Promise<string> =>
  builtOnce({ root, name: 'dashboard', inputs: INPUTS }, async (draft) => {
    const outDir = join(draft, '.built');
    await buildInto(root, outDir);
    pack(outDir, draft);
    rmSync(outDir, { recursive: true });
  });

/** The bundles, of which that of the page's function has the built dashboard beside its code, in a folder of its own. */
export const withDashboard = (bundles: Bundles, dashboard: string, folder: string): Bundles => {
  cpSync(bundles('web'), folder, { recursive: true });
  for (const name of readdirSync(dashboard)) copyFileSync(join(dashboard, name), join(folder, name));
  return (name) => (name === 'web' ? folder : bundles(name));
};

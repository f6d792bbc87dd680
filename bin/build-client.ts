/** `npm run client`: the package `@mediashelf/client` as it is published, in `client/dist`. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('../client/', import.meta.url));

/** The targets: every browser of 2022, and the oldest supported Node.js. */
const COMMON = { bundle: true, format: 'esm', minify: true, legalComments: 'none' } as const;

/** Bundles the client for browsers: the module of the page and, beside it, the worker that hashes. */
export const bundleForBrowser = (outdir: string) =>
  build({
    ...COMMON,
    entryPoints: { browser: `${FOLDER}browser.ts`, 'hash-worker': `${FOLDER}browser/hash-worker.ts` },
    target: 'es2022',
    outdir,
  });

const bundleForNode = (outdir: string) =>
  build({ ...COMMON, entryPoints: [`${FOLDER}node.ts`], platform: 'node', target: 'node22', minify: false, outdir });

/** Declarations of the exports of the two entries. */
const declare = (outdir: string, project: string): void => {
  const flags = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', outdir];
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '--project', project, ...flags], { stdio: 'inherit' });
};

if (import.meta.main) {
  const outdir = `${FOLDER}dist`;
  await Promise.all([bundleForBrowser(outdir), bundleForNode(outdir)]);
  declare(outdir, `${FOLDER}tsconfig.json`);
  declare(outdir, `${FOLDER}tsconfig.node.json`);
}

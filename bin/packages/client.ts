import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { declare } from './declare.ts';

const FOLDER = fileURLToPath(new URL('../../client/', import.meta.url));

/** The targets: every browser of 2022, and the oldest supported Node.js. */
const COMMON = { bundle: true, format: 'esm', minify: true, legalComments: 'none', sourcemap: true } as const;

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

/** The package `@mediashelf/client` as it is published, in `client/dist`. */
export const buildClient = async (): Promise<void> => {
  const outdir = `${FOLDER}dist`;
  await Promise.all([bundleForBrowser(outdir), bundleForNode(outdir)]);
  declare(`${FOLDER}tsconfig.json`, outdir);
  declare(`${FOLDER}tsconfig.node.json`, outdir);
};

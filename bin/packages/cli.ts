import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('../../cli/', import.meta.url));

/** The package `@mediashelf/cli` as it is published, in `cli/dist`: one program, with the client inside. */
export const buildCli = (): Promise<unknown> =>
  build({
    bundle: true,
    entryPoints: { mediashelf: `${FOLDER}main.ts` },
    outdir: `${FOLDER}dist`,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    legalComments: 'none',
    sourcemap: true,
  });

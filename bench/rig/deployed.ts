import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OperationName } from '../../lib/operations.ts';
import { synthesizedStack } from '../../local/synth.ts';
import { type FunctionSpec, readFunctions } from '../../local/template/functions.ts';
import { loadStack } from '../../local/template/stack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Output for the benchmark alone. Inside the project, because esbuild looks for packages above an entry. */
export const BENCH_FOLDER = join(ROOT, '.mediashelf', 'bench');

/** The functions of the synthesized template, by operation: the bundles and variables that would be deployed. */
export const deployedFunctions = async (): Promise<(name: OperationName) => FunctionSpec> => {
  const synthesized = await synthesizedStack(ROOT, { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' });
  // A copy, because an old stack is removed when the sources change meanwhile.
  const outdir = join(BENCH_FOLDER, 'stack');
  await rm(outdir, { recursive: true, force: true });
  await cp(synthesized, outdir, { recursive: true });
  const specs = readFunctions(loadStack(outdir));
  return (name) => {
    const wanted = `${name.replaceAll('-', '')}function`;
    const spec = specs.find(({ logicalId }) => logicalId.toLowerCase().includes(wanted));
    if (!spec) throw new Error(`The template has no function for ${name}`);
    return spec;
  };
};

/** Variables that the SDK needs to create a client; nothing is called with it. */
export const SDK_ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
} as const;

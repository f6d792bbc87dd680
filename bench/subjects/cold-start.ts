/** Cold start: how long a fresh process needs to load a function, against its SDK clients alone. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { OperationName } from '../../lib/operations.ts';
import { clientBundles } from '../rig/bare-bundles.ts';
import { deployedFunctions, SDK_ENVIRONMENT } from '../rig/deployed.ts';
import type { Subject } from '../rig/scope.ts';
import { benchRow, median } from '../rig/table.ts';

const FUNCTIONS: readonly OperationName[] = ['list-media', 'get-media', 'create-upload', 'update-media', 'login'];
const BUDGET = 1.25;

/** Plain JavaScript on the command line: stripping types would warm up the subject. */
const LOAD =
  'const start = performance.now(); await import(process.argv[1]); console.log(performance.now() - start); process.exit()';

const load = async (folder: string, environment: Readonly<Record<string, string>>): Promise<number> => {
  const index = pathToFileURL(join(folder, 'index.mjs')).href;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', LOAD, index], {
    env: { ...SDK_ENVIRONMENT, ...environment },
  });
  return Number(stdout);
};

/** Each function and its baseline in turn, so that a busy machine disturbs both alike. */
export const benchColdStart: Subject = async ({ quick, say }) => {
  const [functions, clients] = await Promise.all([deployedFunctions(), clientBundles()]);
  const rounds = quick ? 2 : 25;
  const rows = [];
  for (const name of quick ? FUNCTIONS.slice(0, 2) : FUNCTIONS) {
    say(`cold start of ${name}`);
    const { folder, environment } = functions(name);
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const times = [await load(folder, environment), await load(clients(name), environment)] as const;
      // The first round loads the files into the page cache.
      if (round < 0) continue;
      ours.push(times[0]);
      bare.push(times[1]);
    }
    rows.push(
      benchRow({
        name: `cold start of ${name}, module load`,
        value: median(ours),
        unit: 'ms',
        baseline: median(bare),
        budget: BUDGET,
      }),
    );
  }
  return rows;
};

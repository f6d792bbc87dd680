/** Warm requests: processor time of a handler, against a bare one that makes the same DynamoDB calls. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OperationName } from '../../lib/operations.ts';
import { httpEvent } from '../../test/support/drivers/http-event.ts';
import { startRuntime } from '../../test/support/drivers/runtime.ts';
import { bareHandlerBundles } from '../rig/bare-bundles.ts';
import { deployedFunctions } from '../rig/deployed.ts';
import { fillLibrary } from '../rig/fill-library.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, median } from '../rig/table.ts';

const BUDGET = 1.3;
const RECORDS = 200;

const script = fileURLToPath(new URL('../rig/call-handler.ts', import.meta.url));

type Environment = Readonly<Record<string, string>>;

const measure = async (folder: string, event: object, env: Environment, quick: boolean): Promise<number> => {
  const index = pathToFileURL(join(folder, 'index.mjs')).href;
  const times = quick ? ['50', '50'] : ['600', '600'];
  // The log of a handler is written by a system call, as on AWS.
  const child = fork(script, [index, JSON.stringify(event), ...times], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${index} ended with ${code}`)));
  ended.catch(() => {});
  const [microseconds] = (await Promise.race([once(child, 'message'), ended])) as [number];
  return microseconds / 1000;
};

export const benchWarmRequest: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const [functions, bare, runtime] = await Promise.all([deployedFunctions(), bareHandlerBundles(), startRuntime()]);
  try {
    const { ready } = runtime;
    const library = await fillLibrary(ready, RECORDS);
    const headers = { authorization: `Bearer ${ready.apiKey}` };
    const events: readonly (readonly [OperationName, object])[] = [
      ['list-media', httpEvent({ routeKey: 'GET /api/v1/media', headers })],
      ['get-media', httpEvent({ routeKey: 'GET /api/v1/media/{id}', path: { id: library.someId }, headers })],
    ];
    const rows: BenchRow[] = [];
    for (const [name, event] of events) {
      say(`warm requests to ${name}`);
      const { folder, environment } = functions(name);
      const env = {
        ...environment,
        TABLE: ready.table,
        TEAM: library.teamId,
        AWS_REGION: ready.region,
        AWS_ACCESS_KEY_ID: ready.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ready.secretAccessKey,
        AUTH_SECRET: ready.outputs.AuthSecretArn,
        AWS_ENDPOINT_URL: ready.aws,
      };
      const ours: number[] = [];
      const base: number[] = [];
      for (let round = 0; round < (quick ? 1 : 7); round++) {
        ours.push(await measure(folder, event, env, quick));
        base.push(await measure(bare(name), event, env, quick));
      }
      rows.push(
        benchRow({
          name: `warm request to ${name}, processor time`,
          value: median(ours),
          unit: 'ms',
          baseline: median(base),
          budget: BUDGET,
        }),
      );
    }
    return rows;
  } finally {
    await runtime.stop();
  }
};

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Fault, startFaultyProxy } from '../support/drivers/faulty-proxy.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'mediashelf-smoke-'));
const outputs = join(folder, 'ready.json');
/** The program has the time that it takes, on a machine that does other things as well. */
const LONGEST_MS = 300_000;

let runtime: Runtime;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  ops = operator(runtime.ready);
  writeFileSync(outputs, JSON.stringify(runtime.ready));
});
afterAll(async () => {
  await runtime?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const smoke = async (args: readonly string[]) => {
  const child = spawn(process.execPath, ['bin/smoke.ts', '--outputs', outputs, ...args], { env: process.env });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, output, errors };
};
type Line = { name: string; state: string; said: string; lookAt?: string };
const steps = (output: string): readonly Line[] =>
  output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
const stepsOf = (output: string, state: string) =>
  steps(output)
    .filter((step) => step.state === state)
    .map(({ name }) => name);

/** Tries a deployment of which one thing is broken. */
const withFault = async (fault: Fault, { refuseSockets = false, seconds = 40 } = {}) => {
  const proxy = await startFaultyProxy(runtime.ready.http, fault, { refuseSockets });
  const broken = join(folder, `${crypto.randomUUID()}.json`);
  const ws = proxy.url.replace('http', 'ws') + new URL(runtime.ready.ws).pathname;
  writeFileSync(broken, JSON.stringify({ ...runtime.ready, outputs: { ...runtime.ready.outputs, WebSocketUrl: ws } }));
  try {
    return await smoke([proxy.url, '--outputs', broken, '--json', '--seconds', String(seconds)]);
  } finally {
    await proxy.stop();
  }
};
const answering =
  (method: string, path: RegExp, status: number): Fault =>
  (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== method || !path.test(request.url ?? '')) return false;
    const details = { code: 'SMOKE_FAULT' };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ success: false, error: 'broken for a test', details }));
    request.resume();
    return true;
  };

/** What tells of a team beyond what forgets itself. */
const kept = async () =>
  (await ops.items())
    .filter(({ ttl, pk }) => ttl === undefined && !/^(LEASE|RATE|CHANNEL|SWEEP|CONNECTIONS)#/.test(String(pk)))
    .map(({ pk, sk }) => `${pk} ${sk}`)
    .toSorted();

describe('the smoke test', () => {
  it(
    'goes through the main job, says how long each step took, and leaves nothing behind',
    async () => {
      const before = await kept();
      const objects = await ops.keys();
      const { code, output, errors } = await smoke([runtime.ready.http]);
      expect([errors, output.match(/^(?:FAILED|skipped).*/gm)]).toEqual(['', null]);
      expect(output).toMatch(/^ok {6} *\d+\.\d\d s {2}upload a film/m);
      expect(output).toMatch(/^14 of 14 steps in/m);
      expect(code).toBe(0);
      // Search forgets a record a moment after it is gone.
      await eventually(async () => expect(await kept()).toEqual(before));
      expect(await ops.keys()).toEqual(objects);
    },
    LONGEST_MS,
  );

  it(
    'fails where uploads are refused, in the words of the API, and removes its team all the same',
    async () => {
      const { code, output } = await withFault(answering('POST', /^\/api\/v1\/uploads$/, 403));
      expect(stepsOf(output, 'failed')).toEqual(['upload an image', 'upload a PDF', 'upload a film']);
      expect(stepsOf(output, 'skipped')).toEqual(
        expect.arrayContaining(['hear of the uploads', 'search', 'tag', 'trash and restore']),
      );
      expect(steps(output).find(({ name }) => name === 'upload a PDF')).toMatchObject({
        said: expect.stringContaining('broken for a test'),
        lookAt: expect.stringContaining('process-upload'),
      });
      expect(stepsOf(output, 'ok')).toEqual(expect.arrayContaining(['open a WebSocket', 'remove the team']));
      expect(code).toBe(1);
    },
    LONGEST_MS,
  );

  it(
    'fails where the WebSocket API lets nobody in, and tries all else',
    async () => {
      const { code, output } = await withFault(() => false, { refuseSockets: true });
      expect(stepsOf(output, 'failed')).toEqual(['open a WebSocket']);
      expect(stepsOf(output, 'skipped')).toEqual(['hear of the uploads']);
      expect(steps(output).find(({ state }) => state === 'failed')?.lookAt).toContain('WebSocketUrl');
      expect(code).toBe(1);
    },
    LONGEST_MS,
  );

  it(
    'fails where search does not follow the library',
    async () => {
      const empty: Fault = (request, response) => {
        if (!/search=/.test(request.url ?? '')) return false;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ success: true, data: { data: [], total: 0 } }));
        return true;
      };
      const { code, output } = await withFault(empty, { seconds: 20 });
      expect(stepsOf(output, 'failed')).toEqual(['search']);
      expect(steps(output).find(({ name }) => name === 'search')).toMatchObject({
        said: expect.stringContaining('nothing came of it in 20 s'),
        lookAt: expect.stringContaining('index-media'),
      });
      expect(code).toBe(1);
    },
    LONGEST_MS,
  );

  it(
    'fails where nothing answers, and where the deployment is not known',
    async () => {
      const nowhere = await smoke(['http://127.0.0.1:9', '--json']);
      expect(stepsOf(nowhere.output, 'failed')).toEqual(['the API answers']);
      expect(stepsOf(nowhere.output, 'ok')).toEqual([]);
      expect(nowhere.code).toBe(1);
      const unknown = await smoke([runtime.ready.http, '--outputs', join(folder, 'none.json')]);
      expect(unknown).toMatchObject({ code: 1, errors: expect.stringContaining('npm run deploy') });
    },
    LONGEST_MS,
  );
});

describe('an operator', () => {
  it('removes no team that has records or other members', async () => {
    const { email, apiKey } = runtime.ready;
    const api = client({ ...runtime.ready, apiKey });
    const { teamId } =
      (await ops.items()).find(({ sk, email: of }) => String(sk).startsWith('MEMBER#') && of === email) ?? {};
    const remove = () =>
      ops.invoke(runtime.ready.outputs.ManagePeopleFunctionName, { action: 'remove-team', email, teamId });
    const json = { url: 'https://example.com/a.png', filename: 'a.png', fileSize: 1, mimeType: 'image/png' };
    const made = await api.call('POST', '/api/v1/media', { json });
    expect(made.status).toBe(201);
    await expect(remove()).rejects.toThrow(/has records|search still counts/);
    expect((await api.call('GET', '/api/v1/media')).body.data.total).toBe(1);
  });
});

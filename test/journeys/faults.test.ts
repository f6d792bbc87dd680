import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findDeployment } from '../../bin/admin/deployment.ts';
import { verifyDeployment } from '../../bin/admin/verify-deployment.ts';
import { type Answer, client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'mediashelf-faults-'));
const [plan, ready] = [join(folder, 'plan.json'), join(folder, 'ready.json')];
const FAULTS = {
  seed: 11,
  indexLag: 300,
  faults: [
    { service: 'table', call: 'TransactWriteItems', do: 'lose-answer', share: 0.04 },
    { service: 'table', call: 'UpdateItem', do: 'lose-answer', share: 0.04 },
    { service: 'table', call: 'PutItem', do: 'lose-answer', share: 0.04 },
    { service: 'table', do: 'throttle', share: 0.02 },
    { service: 'table', do: 'refuse', share: 0.01 },
    { service: 'bucket', call: 'PUT', do: 'lose-answer', share: 0.05 },
    { service: 'bucket', do: 'throttle', share: 0.03 },
    { service: 'invoke', do: 'throttle', share: 0.03 },
    // A queue hides a failed batch for minutes; a stream hands it out again at once.
    { service: 'delivery', call: 'Mediashelf-announce', do: 'lose-answer', share: 0.1 },
    { service: 'delivery', call: 'Mediashelf-queue-changes', do: 'lose-answer', share: 0.1 },
    { service: 'delivery', do: 'twice', share: 0.1 },
    { service: 'delivery', do: 'delay', milliseconds: 200, share: 0.1 },
    { service: 'delivery', do: 'reorder', share: 0.2 },
  ],
};
const WORKERS = 4;
const ROUNDS = 6;

let runtime: Runtime;
let ops: ReturnType<typeof operator>;
beforeAll(async () => {
  // The faults begin once the first owner is there.
  writeFileSync(plan, JSON.stringify({ ...FAULTS, faults: [] }));
  runtime = await startRuntime(['--memory', '--faults', plan]);
  writeFileSync(ready, JSON.stringify(runtime.ready));
  ops = operator(runtime.ready);
});
afterAll(async () => {
  await runtime?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends a call until it is answered, as a client does: the same key each time. */
const insist = async (send: (key: string) => Promise<Answer>): Promise<Answer> => {
  const key = crypto.randomUUID();
  let answer: Answer | undefined;
  await eventually(async () => {
    answer = await send(key);
    expect([409, 429, 500, 502, 503, 504]).not.toContain(answer.status);
  }, 60_000);
  return answer as Answer;
};

const api = () => client(runtime.ready);
const create = (filename: string) =>
  insist((key) => {
    const json = { url: 'https://example.com/a.jpg', filename, fileSize: 7, mimeType: 'image/jpeg' };
    return api().call('POST', '/api/v1/media', { json, headers: { 'idempotency-key': key } });
  });
const send = (filename: string) =>
  insist((key) => {
    const text = `--b\r\ncontent-disposition: form-data; name="files"; filename="${filename}"\r\ncontent-type: text/plain\r\n\r\n${filename}\r\n--b--\r\n`;
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'idempotency-key': key };
    return api().call('POST', '/api/v1/media/upload', { text, headers });
  });

/** Titles of active records and names in the trash, as acknowledged calls made them. */
const active = new Map<string, string | null>();
const trash = new Set<string>();

const work = async (worker: number): Promise<void> => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const [external, file] = [`external-${worker}-${round}.jpg`, `file-${worker}-${round}.txt`];
    const created = await create(external);
    expect(created.status).toBe(201);
    const title = `title ${worker} ${round}`;
    const path = `/api/v1/media/${created.body.data.id}`;
    expect((await insist(() => api().call('PATCH', path, { json: { title } }))).status).toBe(200);
    active.set(external, title);
    const sent = await send(file);
    expect(sent.status).toBe(200);
    if (round % 2 === 0) {
      active.set(file, null);
      continue;
    }
    const [{ id }] = sent.body.data.media;
    // A repeat of a delete that was done, and not answered, finds nothing.
    expect([200, 404]).toContain((await insist(() => api().call('DELETE', `/api/v1/media/${id}`))).status);
    trash.add(file);
  }
};

const namesIn = async (path: string): Promise<readonly [string, string | null][]> => {
  const { body } = await api().call('GET', `${path}?limit=100`);
  return body.data.data.map((record: { filename: string; title: string | null }) => [record.filename, record.title]);
};
const sorted = (entries: Iterable<readonly [string, string | null]>) =>
  [...entries].toSorted(([one], [other]) => one.localeCompare(other));
const settle = async (): Promise<void> => undefined;
const verified = (options = { search: true, repair: false }, between: () => Promise<unknown> = settle) => {
  const deployment = findDeployment({ outputsFile: ready, stack: 'Mediashelf', given: {} });
  return verifyDeployment(deployment, options, between);
};

describe('a library whose services go wrong', () => {
  it('does each acknowledged call once, and adds up when the faults are over', async () => {
    writeFileSync(plan, JSON.stringify(FAULTS));
    await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
    writeFileSync(plan, JSON.stringify({ ...FAULTS, faults: [] }));
    await eventually(async () => {
      expect(sorted(await namesIn('/api/v1/media'))).toEqual(sorted(active));
      expect(sorted(await namesIn('/api/v1/trash'))).toEqual(sorted([...trash].map((name) => [name, null] as const)));
    }, 60_000);
    await ops.invoke(runtime.ready.outputs.SweepFunctionName);
    await eventually(async () => expect((await verified()).lines).toEqual(['everything adds up']), 150_000);
  }, 300_000);

  it('is told of what does not add up, and repairs it when asked', async () => {
    const [totals] = (await ops.items()).filter(({ pk, sk }) => String(pk).startsWith('COUNT#') && sk === 'TOTALS');
    await ops.dynamo.send(
      new UpdateCommand({
        TableName: runtime.ready.table,
        Key: { pk: totals?.pk, sk: totals?.sk },
        UpdateExpression: 'ADD activeAll :more',
        ExpressionAttributeValues: { ':more': 5 },
      }),
    );
    const { lines, adds } = await verified({ search: false, repair: false });
    expect([adds, lines.at(-1), lines[0]]).toEqual([
      false,
      '1 things do not add up',
      expect.stringContaining('activeAll'),
    ]);
    const repaired = await verified({ search: false, repair: true });
    expect([repaired.adds, repaired.lines.at(-1)]).toEqual([true, 'everything adds up']);
  });
});

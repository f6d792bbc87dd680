import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { libraryHolds } from '../support/checks/library-check.ts';
import { client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';

const MB = 1024 * 1024;
let runtime: Runtime;
let ops: Operator;
let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'gateway-'));
  runtime = await startRuntime(['--data', data]);
  ops = operator(runtime.ready);
});
afterAll(async () => {
  await runtime?.stop();
  await rm(data, { recursive: true, force: true });
});

const PART =
  '--edge\r\ncontent-disposition: form-data; name="files"; filename="report.txt"\r\ncontent-type: text/plain\r\n\r\n';
/** A film of a second, whose container may be followed by as much nothing as one likes. */
const FILM = readFileSync(new URL('../fixtures/video/index-last.mp4', import.meta.url));
const LINE = Buffer.from(`${'All quiet on the western front. '.repeat(32)}\n`.repeat(64));

/** Begins a form whose body is written by the test, piece by piece. */
const open = (headers: Record<string, string> = {}): ClientRequest =>
  request(`${runtime.ready.http}/api/v1/media/upload`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${runtime.ready.apiKey}`,
      'content-type': 'multipart/form-data; boundary=edge',
      ...headers,
    },
  });

/** Writes a number of bytes, at the pace at which they are taken. */
const write = async (form: ClientRequest, bytes: number, piece = LINE): Promise<void> => {
  for (let left = bytes; left > 0; left -= piece.length) {
    if (!form.write(piece.subarray(0, left))) await new Promise((drained) => form.once('drain', drained));
  }
};

const answerOf = (form: ClientRequest): Promise<{ status: number; body: Record<string, unknown> }> =>
  new Promise((resolve, reject) => {
    form.once('error', reject);
    form.once('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
  });

const childrenOf = (pid: number | string | undefined): readonly string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? [];

/** The process that takes large forms, the most memory that it ever had, in bytes, and the processes that it started. */
const gateway = () => {
  const found = childrenOf(runtime.child.pid).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('index.mjs'),
  );
  if (found === undefined) throw new Error('no upload gateway runs');
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${found}/status`, 'utf8'))?.[1];
  return { pid: Number(found), peak: Number(peak) * 1024, children: childrenOf(found) };
};

/** What the process that takes large forms may ever have in memory, whatever it is sent. Those that it starts are not in it. */
const MOST_MEMORY = 200 * MB;

/** Where the program itself listens, as the load balancer would reach it. */
const programUrl = (): string => {
  const environment = readFileSync(`/proc/${gateway().pid}/environ`, 'utf8');
  const [host, port] = ['HOST', 'PORT'].map((name) => new RegExp(`(?:^|\\0)${name}=([^\\0]+)`).exec(environment)?.[1]);
  return `http://${host}:${port}/api/v1/media/upload`;
};

describe('a form that is too large for Lambda', () => {
  it('is taken all the same: a film of 100 MB', async () => {
    const size = 100 * MB - FILM.length;
    const form = open();
    const answering = answerOf(form);
    form.write(PART.replace('report.txt', 'film.mp4').replace('text/plain', 'video/mp4'));
    form.write(FILM);
    const filler = Buffer.alloc(8);
    filler.writeUInt32BE(size);
    filler.write('free', 4);
    form.write(filler);
    await write(form, size - filler.length, Buffer.alloc(64 * 1024));
    form.end('\r\n--edge--\r\n');
    expect(await answering).toMatchObject({ status: 200, body: { data: { count: 1, storage: 's3' } } });
    expect(gateway().peak).toBeLessThan(MOST_MEMORY);
    await libraryHolds(ops);
  });

  it('is taken with many files: six texts of 17 MB', async () => {
    const form = open();
    const answering = answerOf(form);
    for (let index = 0; index < 6; index += 1) {
      form.write(`${index === 0 ? '' : '\r\n'}${PART}`);
      await write(form, 17 * MB);
    }
    form.end('\r\n--edge--\r\n');
    expect(await answering).toMatchObject({ status: 200, body: { data: { count: 6 } } });
    expect(gateway().peak).toBeLessThan(MOST_MEMORY);
    expect(gateway().children).toEqual([]);
  });

  it('is refused in the words of its dialect', async () => {
    const form = open({ authorization: 'Bearer sk_live_nobody' });
    const answering = answerOf(form);
    form.write(PART);
    await write(form, 5 * MB);
    form.end('\r\n--edge--\r\n');
    expect(await answering).toEqual({ status: 401, body: { success: false, error: 'Unauthorized' } });
  });

  it.each([
    ['its declared type', 'photo.svg', 'image/svg+xml', 415],
    ['a limit that it passes early', 'photo.jpg', 'image/jpeg', 413],
  ])('is refused for %s while most of it is still to come', async (_, name, type, status) => {
    const form = open();
    const answering = answerOf(form);
    form.write(PART.replace('report.txt', name).replace('text/plain', type));
    // What is sent behind the answer may be taken or not.
    const sending = write(form, 60 * MB).catch(() => undefined);
    expect(await answering).toMatchObject({ status, body: { success: false } });
    form.destroy();
    await Promise.race([sending, once(form, 'close')]);
  });

  it('cannot be repeated under an Idempotency-Key, and says so', async () => {
    const form = open({ 'idempotency-key': 'once' });
    const answering = answerOf(form);
    form.write(PART);
    await write(form, 5 * MB);
    form.end('\r\n--edge--\r\n');
    expect(await answering).toMatchObject({ status: 400, body: { error: expect.stringContaining('Idempotency-Key') } });
  });

  it('leaves nothing behind when its client goes away half-way', async () => {
    const before = { items: (await ops.items()).filter(kept), keys: await ops.keys() };
    const form = open();
    form.on('error', () => undefined);
    form.write(PART);
    await write(form, 8 * MB);
    const scratch = join(data, 'gateway');
    await eventually(async () => expect(readdirSync(scratch)).toHaveLength(1));
    form.destroy();
    await eventually(async () => expect(readdirSync(scratch)).toEqual([]));
    expect({ items: (await ops.items()).filter(kept), keys: await ops.keys() }).toEqual(before);
  });

  it('is taken by a new gateway when the one before was killed, which clears what that left', async () => {
    const cut = open();
    cut.on('error', () => undefined);
    cut.write(PART);
    await write(cut, 8 * MB);
    const { pid } = gateway();
    process.kill(pid, 'SIGKILL');
    await pause(200);
    const form = open();
    const answering = answerOf(form);
    form.write(PART);
    await write(form, 6 * MB);
    form.end('\r\n--edge--\r\n');
    expect((await answering).status).toBe(200);
    expect(gateway().pid).not.toBe(pid);
    expect(readdirSync(join(data, 'gateway'))).toEqual([]);
    await libraryHolds(ops);
  });

  it('is taken while another person sends slowly, signed in or not', async () => {
    const { apiKey } = await teamsOf(runtime).anOwner();
    const first = open();
    const began = answerOf(first);
    first.write(PART);
    await write(first, 5 * MB);
    const answers = { refused: 0 };
    const slow = [apiKey, 'sk_live_nobody'].flatMap((key) =>
      ['application/json', 'multipart/form-data; boundary=edge'].flatMap((type) =>
        Array.from({ length: 20 }, () => {
          const call = request(programUrl(), {
            method: 'POST',
            headers: {
              authorization: `Bearer ${key}`,
              'content-type': type,
              'content-length': 100_000,
              'x-forwarded-for': '203.0.113.9',
            },
          });
          call
            .on('error', () => undefined)
            .on('response', (answer) => {
              answers.refused += 1;
              answer.resume();
            });
          call.write('{');
          return call;
        }),
      ),
    );
    // Strangers are refused at once, and so are those for whom there is no place; eight of one person may go on.
    await eventually(() => expect(answers.refused).toBeGreaterThanOrEqual(slow.length - 8));
    const form = open();
    const answering = answerOf(form);
    form.write(PART);
    await write(form, 5 * MB);
    form.end('\r\n--edge--\r\n');
    expect((await answering).status).toBe(200);
    for (const call of slow) call.destroy();
    first.end('\r\n--edge--\r\n');
    expect((await began).status).toBe(200);
    await libraryHolds(ops);
  });

  it('is answered 404 where no form is taken, and nothing is lost for the next call', async () => {
    const form = new FormData();
    form.append('files', new Blob([Buffer.alloc(6 * MB)]), 'x.txt');
    const answer = await fetch(`${runtime.ready.http}/api/v1/media`, { method: 'POST', body: form });
    expect(answer.status).toBe(404);
    expect((await client(runtime.ready).call('GET', '/api/v1/media')).status).toBe(200);
  });
});

const kept = ({ pk }: Record<string, unknown>): boolean => /^(MEDIA|COUNT|UPLOAD)#/.test(String(pk));

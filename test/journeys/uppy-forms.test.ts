import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onlyTotals } from '../../bin/verify/totals.ts';
import { libraryHolds } from '../support/checks/library-check.ts';
import { errorShape, shapeOf } from '../support/checks/shapes.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import {
  type Announced,
  mediaOf,
  sendForm,
  sessionOf,
  type UppyClient,
  uppyClient,
} from '../support/drivers/uppy-client.ts';

const TOKEN = '/api/v1/uppy/{token}/s3';
const bytes = Buffer.from('the text that Uppy sends');
const other = Buffer.from(bytes).fill('x');
const sha256 = createHash('sha256').update(bytes).digest('base64');
const text: Announced = { filename: 'a.txt', type: 'text/plain' };

let runtime: Runtime;
let api: Client;
let ops: Operator;
let uppy: UppyClient;
let byKey: UppyClient;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  const { body } = await api.call('POST', '/api/v1/uppy/tokens', { json: {} });
  uppy = uppyClient(client(runtime.ready, {}), body.data.endpoint);
  byKey = uppyClient(api, `${runtime.ready.http}/api/v1/uppy`);
});
afterAll(() => runtime?.stop());

const signed = async (metadata: Record<string, unknown> = {}) => {
  const { status, body } = await uppy.params({ ...text, metadata });
  expect(status).toBe(200);
  shapeOf('uppy', `GET ${TOKEN}/params`, body);
  return { form: body, key: body.fields.key as string, id: sessionOf(body.fields.key) };
};
const exactly = { size: bytes.length };
const committed = async () => onlyTotals(await ops.items()).committed ?? 0;
const statusOf = async (id: string) => (await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status;
const stillPending = async (id: string) => {
  expect(await statusOf(id)).toBe('pending');
  expect((await ops.keys()).filter((key) => key.endsWith(id))).toEqual([]);
};
const recordOf = async (id: string) => {
  const { mediaId, status } = await api.outcome(id);
  expect(status).toBe('active');
  return (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
};
const inboxIsEmpty = () =>
  eventually(async () => {
    expect(await ops.keys('inbox/')).toEqual([]);
  });

describe('a token for Uppy', () => {
  it('comes with the endpoint that it opens, and with its end', async () => {
    const { status, body } = await api.call('POST', '/api/v1/uppy/tokens', { json: {} });
    expect(status).toBe(201);
    expect(body.data.endpoint).toBe(`${runtime.ready.http}/api/v1/uppy/${body.data.token}`);
    expect(Date.parse(body.data.expiresAt)).toBeGreaterThan(Date.now());
    expect(Object.keys(body.data).sort()).toEqual(['endpoint', 'expiresAt', 'token']);
  });
});

describe.each(['behind a token', 'with a key in a header'])('a form that is signed %s', (way) => {
  it('stores a file without an announced size, and gives back what was reserved beyond', async () => {
    const before = await committed();
    const asked = await (way === 'behind a token' ? uppy : byKey).params({
      ...text,
      metadata: { name: 'a.txt', relativePath: null },
    });
    expect(asked).toMatchObject({ status: 200, body: { method: 'POST', expires: 300 } });
    const { fields } = asked.body;
    expect(fields).toMatchObject({ 'content-type': 'text/plain', success_action_status: '201' });
    const { conditions } = JSON.parse(Buffer.from(fields.Policy, 'base64').toString());
    expect(conditions).toContainEqual({ key: fields.key });
    expect(conditions).toContainEqual(['content-length-range', 1, 20 * 2 ** 20]);
    expect(await committed()).toBe(before + 20 * 2 ** 20);
    const stored = await sendForm(asked.body, bytes);
    expect([stored.status, stored.headers.get('etag')]).toEqual([201, expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
    expect(stored.headers.get('location')).toContain(fields.key);
    const record = await recordOf(sessionOf(fields.key));
    expect(record).toMatchObject({
      id: mediaOf(fields.key),
      filename: 'a.txt',
      fileSize: bytes.length,
      checksum: sha256,
    });
    expect(await committed()).toBe(before + bytes.length);
    await inboxIsEmpty();
  });
});

describe('what a page says of a file', () => {
  it('reaches the record', async () => {
    const said = { title: 'A title', alt: 'null', caption: 'Größe', visibility: 'private', tags: 'Sea, Summer 2026' };
    const { form, id } = await signed({ ...said, sha256, mine: 'not looked at', __proto__: 'x' });
    expect((await sendForm(form, bytes)).status).toBe(201);
    const record = await recordOf(id);
    expect(record).toMatchObject({ title: 'A title', alt: null, caption: 'Größe', visibility: 'private' });
    expect(record.tags.map(({ name }: { name: string }) => name)).toEqual(['Sea', 'Summer 2026']);
  });

  it.each([
    ['visibility', 'everybody'],
    ['sha256', 'no digest'],
    ['size', '1.5'],
    ['title', 'x'.repeat(256)],
    ['tags', '['],
  ])('is refused when %s is none', async (name, value) => {
    const before = await ops.library();
    const { status, body } = await uppy.params({ ...text, metadata: { [name]: value } });
    expect(status).toBe(400);
    errorShape('uppy', body);
    expect(body.message).toContain(name);
    expect(await ops.library()).toEqual(before);
  });

  it.each([
    ['a name with a line break', { ...text, filename: 'a\n.txt' }, 400],
    ['a name of 300 characters', { ...text, filename: 'x'.repeat(300) }, 400],
    ['no type', { ...text, type: 'undefined' }, 400],
    ['a type that is not taken', { ...text, type: 'image/svg+xml' }, 415],
    ['no byte', { ...text, metadata: { size: 0 } }, 400],
    ['a byte too many', { ...text, metadata: { size: 20 * 2 ** 20 + 1 } }, 413],
  ])('is refused with %s', async (_, file, expected) => {
    const before = await ops.library();
    const { status, body } = await uppy.params(file as Announced);
    expect(status).toBe(expected);
    errorShape('uppy', body);
    expect(await ops.library()).toEqual(before);
  });
});

describe('a form', () => {
  it.each([
    ['one byte more', () => Buffer.concat([bytes, Buffer.from('!')])],
    ['one byte less', () => bytes.subarray(1)],
  ])('with %s than was told is refused and the upload stays pending', async (_, body) => {
    const { form, id } = await signed(exactly);
    expect((await sendForm(form, body())).status).toBe(400);
    await stillPending(id);
  });

  it('with nothing in it is refused where no size was told', async () => {
    const { form, id } = await signed();
    expect((await sendForm(form, Buffer.alloc(0))).status).toBe(400);
    await stillPending(id);
  });

  it('with another type or key, without one of its fields, or with one more is refused', async () => {
    const { form, id, key } = await signed(exactly);
    const elsewhere = key.replace('inbox/', 'originals/');
    for (const change of [{ 'content-type': 'text/html' }, { key: elsewhere }, { 'x-amz-meta-owner': 'me' }]) {
      expect([change, (await sendForm(form, bytes, change)).status]).toEqual([change, 403]);
    }
    for (const name of Object.keys(form.fields).filter((field) => field !== 'bucket')) {
      const { status } = await sendForm(form, bytes, { [name]: undefined });
      expect([name, status]).toEqual([name, status === 400 ? 400 : 403]);
    }
    await stillPending(id);
  });

  it('for another bucket, or sent by another method, is refused', async () => {
    const { form, id, key } = await signed(exactly);
    const url = form.url.replace(runtime.ready.bucket, 'other-bucket');
    expect((await sendForm({ ...form, url }, bytes)).status).toBeGreaterThanOrEqual(403);
    for (const method of ['PUT', 'DELETE', 'GET']) {
      expect((await fetch(`${form.url.replace(/\/$/, '')}/${key}`, { method })).status).toBe(403);
    }
    await stillPending(id);
  });

  it('with the right length and other bytes is refused when a checksum was told', async () => {
    const { form, id } = await signed({ ...exactly, sha256 });
    expect((await sendForm(form, other)).status).toBe(400);
    await stillPending(id);
    expect((await sendForm(form, bytes)).status).toBe(201);
    expect((await recordOf(id)).checksum).toBe(sha256);
  });

  it('sent again leaves the first file where it is, and nothing in the inbox', async () => {
    const { form, id, key } = await signed(exactly);
    expect((await sendForm(form, bytes)).status).toBe(201);
    await recordOf(id);
    expect((await sendForm(form, other)).status).toBe(201);
    await inboxIsEmpty();
    expect(await ops.bytes(key.replace('inbox/', 'originals/'))).toEqual(bytes);
    expect((await recordOf(id)).checksum).toBe(sha256);
  });

  it('raced against itself has exactly one winner', async () => {
    const { form, id, key } = await signed(exactly);
    const sent = await Promise.all([bytes, other, bytes, other].map((body) => sendForm(form, body)));
    expect(sent.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const record = await recordOf(id);
    await inboxIsEmpty();
    const stored = await ops.bytes(key.replace('inbox/', 'originals/'));
    expect(record.checksum).toBe(createHash('sha256').update(stored).digest('base64'));
  });

  it('that has expired cannot be made to live on, and is not signed again', async () => {
    const { form, id } = await signed(exactly);
    const policy = JSON.parse(Buffer.from(form.fields.Policy, 'base64').toString());
    expect(Date.parse(policy.expiration) - Date.now()).toBeLessThanOrEqual(300_000);
    const later = { ...policy, expiration: new Date(Date.now() + 86_400_000).toISOString() };
    const Policy = Buffer.from(JSON.stringify(later)).toString('base64');
    expect((await sendForm(form, bytes, { Policy })).status).toBe(403);
    expect((await api.call('POST', `/api/v1/uploads/${id}/sign`)).status).toBe(409);
    await stillPending(id);
  });

  it('of an upload that was given up leaves nothing', async () => {
    const { form, id, key } = await signed(exactly);
    expect((await api.call('DELETE', `/api/v1/uploads/${id}`)).status).toBe(200);
    expect((await sendForm(form, bytes)).status).toBe(201);
    await inboxIsEmpty();
    expect(await ops.keys(key.replace('inbox/', 'originals/'))).toEqual([]);
  });
});

describe('the sweep', () => {
  const sweep = async (id: string, change: Record<string, unknown> = {}) => {
    const session = (await ops.items()).find(({ pk }) => pk === `UPLOAD#${id}`);
    const past = new Date(Date.now() - 86_400_000).toISOString();
    await ops.putItem({ ...session, ...change, dueSk: `${past}#${id}` });
    await ops.invoke(runtime.ready.outputs.SweepFunctionName);
  };

  it('finds a form whose event was lost', async () => {
    const { id, key } = await signed(exactly);
    // What no form sent is not announced.
    await ops.s3.send(
      new PutObjectCommand({ Bucket: runtime.ready.bucket, Key: key, Body: bytes, ContentType: 'text/plain' }),
    );
    await sweep(id);
    expect((await recordOf(id)).checksum).toBe(sha256);
    await inboxIsEmpty();
  });

  it('expires an upload whose form was never sent, and gives all back that was reserved', async () => {
    const before = await committed();
    const { id } = await signed();
    expect(await committed()).toBeGreaterThan(before);
    await sweep(id, { expiresAt: new Date(Date.now() - 3_600_000).toISOString() });
    expect(await statusOf(id)).toBe('expired');
    expect(await committed()).toBe(before);
  });
});

it('leaves nothing behind that does not belong together', async () => {
  await libraryHolds(ops);
});

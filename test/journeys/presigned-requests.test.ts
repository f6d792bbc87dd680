import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { onlyTotals } from '../../bin/verify/totals.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const bytes = Buffer.from('the text that was announced');
const announce = async (declare: Record<string, unknown> = {}) =>
  (await api.announce({ name: 'a.txt', type: 'text/plain', bytes, declare })).body.data;
const stillPending = async (id: string) => {
  expect((await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status).toBe('pending');
  expect((await ops.keys('originals/')).filter((key) => key.endsWith(id))).toEqual([]);
};

const objectsOf = async (mediaId: string) => (await ops.keys()).filter((key) => key.includes(mediaId));

describe('a presigned PUT', () => {
  it.each([
    ['one byte more', () => Buffer.concat([bytes, Buffer.from('!')])],
    ['one byte less', () => bytes.subarray(1)],
  ])('with %s is refused and the upload stays pending', async (_, body) => {
    const { id, request } = await announce();
    expect((await api.put(request, body())).status).toBe(403);
    await stillPending(id);
  });

  it('with another content type is refused', async () => {
    const { id, request } = await announce();
    expect((await api.put(request, bytes, { 'content-type': 'text/html' })).status).toBe(403);
    await stillPending(id);
  });

  it('without one of its headers is refused', async () => {
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    const { id, request } = await announce({ sha256 });
    for (const name of Object.keys(request.headers)) {
      const { [name]: _, ...headers } = request.headers;
      expect([name, (await api.put({ ...request, headers }, bytes)).status]).toEqual([name, 403]);
    }
    await stillPending(id);
  });

  it.each([
    ['content-encoding', 'gzip'],
    ['content-disposition', 'inline; filename="invoice.exe"'],
    ['content-language', 'de'],
    ['expires', 'Tue, 01 Jan 2030 00:00:00 GMT'],
  ])('with a header %s that was not signed becomes no record, and its object goes', async (name, value) => {
    const { id, mediaId, request } = await announce();
    // S3 takes what the signature does not name, and would answer it to every reader of the object.
    expect((await api.put(request, bytes, { [name]: value })).status).toBe(200);
    const ended = await api.outcome(id);
    expect(ended).toMatchObject({ status: 'rejected', code: 'HEADERS_NOT_ALLOWED' });
    expect(ended.message).toContain(name);
    expect((await api.call('GET', `/api/v1/media/${mediaId}`)).status).toBe(404);
    await eventually(async () => expect(await objectsOf(mediaId)).toEqual([]));
  });

  it('with a cache control of its own is answered with ours', async () => {
    const { id, mediaId, request } = await announce();
    // A browser says `no-cache` by itself with `if-none-match`.
    expect((await api.put(request, bytes, { 'cache-control': 'public, s-maxage=31536000' })).status).toBe(200);
    expect((await api.outcome(id)).status).toBe('active');
    const { url } = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
    const file = await fetch(url);
    expect(file.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(file.headers.get('content-encoding')).toBe('identity');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
  });

  it.each([
    ['x-amz-meta-owner', 'me'],
    ['x-amz-tagging', 'GuardDutyMalwareScanStatus=NO_THREATS_FOUND'],
    ['x-amz-acl', 'public-read'],
    ['x-amz-storage-class', 'DEEP_ARCHIVE'],
    ['x-amz-website-redirect-location', 'https://evil.example/'],
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-object-lock-mode', 'COMPLIANCE'],
    ['x-amz-sdk-checksum-algorithm', 'CRC32'],
  ])('with a header %s that was not signed is refused', async (name, value) => {
    const { id, request } = await announce();
    expect((await api.put(request, bytes, { [name]: value })).status).toBe(403);
    const inQuery = { ...request, url: `${request.url}&${name}=${encodeURIComponent(value)}` };
    expect((await api.put(inQuery, bytes)).status).toBe(403);
    await stillPending(id);
  });

  it('to another key, by another method or at another bucket is refused', async () => {
    const { id, request } = await announce();
    const elsewhere = (from: string, to: string) => ({ ...request, url: request.url.replace(from, to) });
    expect((await api.put(elsewhere(id, 'other'), bytes)).status).toBe(403);
    expect((await api.put(elsewhere(runtime.ready.bucket, 'other-bucket'), bytes)).status).toBeGreaterThanOrEqual(403);
    expect(
      (await fetch(request.url, { method: 'POST', headers: request.headers, body: bytes })).status,
    ).toBeGreaterThanOrEqual(400);
    expect((await fetch(request.url)).status).toBe(403);
    expect((await fetch(request.url, { method: 'DELETE' })).status).toBe(403);
    await stillPending(id);
  });

  it('with the right length and other bytes is refused when a checksum was announced', async () => {
    const { id, request } = await announce({ sha256: createHash('sha256').update(bytes).digest('base64') });
    const other = Buffer.from(bytes).fill('x', 0, 1);
    expect((await api.put(request, other)).status).toBe(400);
    await stillPending(id);
    expect((await api.put(request, bytes)).status).toBe(200);
    expect((await api.outcome(id)).status).toBe('active');
  });

  it('used twice stores the first object only', async () => {
    const { id, request } = await announce();
    expect((await api.put(request, bytes)).status).toBe(200);
    const other = Buffer.from(bytes).fill('x');
    expect((await api.put(request, other)).status).toBe(412);
    expect((await api.outcome(id)).status).toBe('active');
    const [key = ''] = (await ops.keys('originals/')).filter((candidate) => candidate.endsWith(id));
    expect(await ops.bytes(key)).toEqual(bytes);
  });

  it('raced against itself has exactly one winner', async () => {
    const { id, request } = await announce();
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await api.put(request, bytes)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status !== 200).every((status) => status === 412 || status === 409)).toBe(true);
    expect((await api.outcome(id)).status).toBe('active');
  });

  it('is refused once it has expired', async () => {
    const { id, request } = await announce();
    const url = new URL(request.url);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('300');
    const credential = url.searchParams.get('X-Amz-Credential') ?? '';
    url.searchParams.set('X-Amz-Credential', credential.replace(/\/\d{8}\//, '/20200101/'));
    url.searchParams.set('X-Amz-Date', '20200101T000000Z');
    expect((await api.put({ ...request, url: url.href }, bytes)).status).toBe(403);
    await stillPending(id);
  });

  it('can be signed again while the upload is open', async () => {
    const { id } = await announce();
    const again = await api.call('POST', `/api/v1/uploads/${id}/sign`);
    expect(again.body.data).toMatchObject({ id, status: 'pending', request: { method: 'PUT' } });
    expect((await api.put(again.body.data.request, bytes)).status).toBe(200);
    expect((await api.outcome(id)).status).toBe('active');
    expect((await api.call('POST', `/api/v1/uploads/${id}/sign`)).status).toBe(409);
  });
});

describe('the bucket', () => {
  it('opens no object without a signature', async () => {
    await api.upload({ name: 'b.txt', type: 'text/plain', bytes });
    for (const key of await ops.keys()) {
      const answer = await fetch(`${runtime.ready.s3}/${runtime.ready.bucket}/${key}`);
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    }
  });
});

describe('an upload that is given up', () => {
  it('gives its quota back, takes no bytes and may be given up twice', async () => {
    const committed = async () => onlyTotals(await ops.items()).committed;
    const before = await committed();
    const { id, request } = await announce();
    for (const _ of [1, 2]) {
      expect((await api.call('DELETE', `/api/v1/uploads/${id}`)).status).toBe(200);
      expect(await committed()).toBe(before);
    }
    expect((await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status).toBe('deleted');
    expect((await api.call('POST', `/api/v1/uploads/${id}/sign`)).status).toBe(409);
    // The URL itself lives on for minutes: what still arrives is removed.
    expect((await api.put(request, bytes)).status).toBe(200);
    for (const deadline = Date.now() + 10_000; (await ops.keys('originals/')).some((key) => key.endsWith(id)); ) {
      if (Date.now() > deadline) throw new Error('the late object is still there');
    }
    expect(
      (await api.call('GET', '/api/v1/media?limit=100')).body.data.data.map((r: { id: string }) => r.id),
    ).not.toContain(id);
  });
});

describe('what cannot be announced', () => {
  const refused = async (declare: Record<string, unknown>) => {
    const before = await ops.library();
    const answer = await api.call('POST', '/api/v1/uploads', {
      json: { filename: 'f.png', fileSize: 10, mimeType: 'image/png', ...declare },
    });
    expect(await ops.library()).toEqual(before);
    return [answer.status, answer.body.details.code];
  };

  it('is an SVG', async () => expect(await refused({ mimeType: 'image/svg+xml' })).toEqual([415, 'TYPE_NOT_ALLOWED']));
  it('is an empty file', async () => expect(await refused({ fileSize: 0 })).toEqual([400, 'EMPTY_FILE']));
  it('is one byte over the limit', async () =>
    expect(await refused({ fileSize: 10 * 1024 * 1024 + 1 })).toEqual([413, 'TOO_LARGE']));
  it.each([
    ['300 characters', 'x'.repeat(300)],
    ['a NUL', 'a\0.png'],
    ['CR LF', 'a\r\n.png'],
    ['a right-to-left override', 'a\u202egnp.exe'],
  ])('is a name with %s', async (_, filename) => expect(await refused({ filename })).toEqual([400, 'VALIDATION']));
  it.each(['key', 'owner', 'teamId', 'status', 'bucket'])('is a field %s', async (field) =>
    expect(await refused({ [field]: 'x' })).toEqual([400, 'UNKNOWN_FIELD']),
  );
  it.each([-1, 1.5, '10', null, Number.MAX_SAFE_INTEGER + 2])('is a size of %j', async (fileSize) =>
    expect(await refused({ fileSize })).toEqual([400, 'VALIDATION']),
  );
});

describe('a name that looks like a path', () => {
  it.each(['../../etc/passwd.png', '..%2f..%2fx.png', '..\\..\\x.png', '"quoted" ü.png'])(
    '%j is only ever data',
    async (name) => {
      const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123456' } })
        .png()
        .toBuffer();
      const { mediaId } = await api.upload({ name, type: 'image/png', bytes });
      const { data } = (await api.call('GET', `/api/v1/media/${mediaId}`)).body;
      expect(data.filename).toBe(name);
      for (const key of await objectsOf(mediaId))
        expect(key).toMatch(/^(originals|renditions)\/[\w-]+\/[\w-]+\/[\w-]+(\/\w+\.webp)?$/);
      const redirect = await fetch(data.url, { redirect: 'manual' });
      const file = await fetch(redirect.headers.get('location') ?? '');
      expect(file.status).toBe(200);
      const [, extended] = /filename\*=UTF-8''(\S+)$/.exec(file.headers.get('content-disposition') ?? '') ?? [];
      expect(decodeURIComponent(extended ?? '')).toBe(name);
    },
  );
});

import { createHash } from 'node:crypto';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { totalsByTeam } from '../../bin/verify/totals.ts';
import { libraryHolds } from '../support/checks/library-check.ts';
import { errorShape, shapeOf } from '../support/checks/shapes.ts';
import { type Answer, type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { mediaOf, sessionOf, type UppyClient, uppyClient } from '../support/drivers/uppy-client.ts';
import { isoMedia } from '../support/fixtures/least-files.ts';

const MIB = 2 ** 20;
const PART = 5 * MIB;
const TOKEN = '/api/v1/uppy/{token}/s3';
const film = isoMedia('mp42', { frames: 11 * MIB });
const sha256 = createHash('sha256').update(film).digest('base64');
const announced = { filename: 'film.mp4', type: 'video/mp4' };

let runtime: Runtime;
let api: Client;
let ops: Operator;
let uppy: UppyClient;
let otherDevice: UppyClient;
let stranger: Client;

const tokenOf = async (who: Client): Promise<string> =>
  (await who.call('POST', '/api/v1/uppy/tokens', { json: {} })).body.data.endpoint;
const anonymous = () => client(runtime.ready, {});
const loggedIn = async (email: string, password: string): Promise<Client> => {
  const { body } = await anonymous().call('POST', '/api/v1/auth/login', { json: { email, password } });
  return client(runtime.ready, { authorization: `Bearer ${body.data.accessToken}` });
};

beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  uppy = uppyClient(anonymous(), await tokenOf(api));
  otherDevice = uppyClient(anonymous(), await tokenOf(await loggedIn(runtime.ready.email, runtime.ready.password)));
  const [email, password] = ['stranger@uppy.example', 'a password for another team'];
  await ops.invoke(runtime.ready.outputs.CreateOwnerFunctionName, { email, password, teamName: 'Strangers' });
  stranger = await loggedIn(email, password);
});
afterAll(() => runtime?.stop());

const begin = async (metadata: Record<string, unknown> = {}) => {
  const { status, body } = await uppy.begin({ ...announced, metadata });
  expect(status).toBe(200);
  shapeOf('uppy', `POST ${TOKEN}/multipart`, body);
  return { ...(body as { key: string; uploadId: string; bucket: string }), id: sessionOf(body.key) };
};
const chunk = (part: number) => film.subarray((part - 1) * PART, part * PART);
const put = async (url: string, bytes: Uint8Array) =>
  fetch(url, { method: 'PUT', body: bytes as Uint8Array<ArrayBuffer> });
const send = async ({ uploadId, key }: { uploadId: string; key: string }, part: number, bytes = chunk(part)) => {
  const { body } = await uppy.sign(uploadId, key, part);
  shapeOf('uppy', `GET ${TOKEN}/multipart/{uploadId}/{partNumber}`, body);
  const stored = await put(body.url, bytes);
  expect(stored.status).toBe(200);
  return { PartNumber: part, ETag: stored.headers.get('etag') ?? '' };
};
const sendAll = async (place: { uploadId: string; key: string }) => [
  await send(place, 1),
  await send(place, 2),
  await send(place, 3),
];
const refused = ({ status, body }: Answer, ...statuses: number[]) => {
  expect(statuses).toContain(status);
  errorShape('uppy', body);
  expect(body.error).toBe(body.message);
};
const statusOf = async (id: string) => (await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status;
const committed = async () =>
  [...totalsByTeam(await ops.items()).values()].find(({ activeAll, committed }) => activeAll ?? committed)?.committed ??
  0;
const openInS3 = async (id: string) =>
  ((await ops.s3.send(new ListMultipartUploadsCommand({ Bucket: runtime.ready.bucket }))).Uploads ?? []).filter(
    ({ Key }) => Key?.endsWith(id),
  ).length;

describe('a file in parts of its sender', () => {
  it('becomes a record with what was said of it, and reserves no more than it has', async () => {
    const before = await committed();
    const metadata = {
      title: 'A film',
      tags: ['Sea', 'Summer'],
      alt: null,
      caption: 'null',
      sha256,
      relativePath: null,
    };
    const place = await begin(metadata);
    expect(place.bucket).toBe(runtime.ready.bucket);
    expect(await committed()).toBe(before + 100 * MIB);
    const parts = await sendAll(place);
    const { status, body } = await uppy.complete(place.uploadId, place.key, parts);
    expect(status).toBe(200);
    shapeOf('uppy', `POST ${TOKEN}/multipart/{uploadId}/complete`, body);
    expect(body).toMatchObject({ key: place.key, bucket: place.bucket });
    const { mediaId } = await api.outcome(place.id);
    const record = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
    expect(record).toMatchObject({
      title: 'A film',
      alt: null,
      caption: null,
      checksum: sha256,
      fileSize: film.length,
    });
    expect(record.tags.map(({ name }: { name: string }) => name)).toEqual(['Sea', 'Summer']);
    expect([record.id, record.url]).toEqual([mediaOf(place.key), body.location]);
    expect(await committed()).toBe(before + film.length);
    expect((await uppy.complete(place.uploadId, place.key, parts)).status).toBe(200);
  });

  it('is gone on with on another device, whose entity tags have no quotes', async () => {
    const place = await begin({ size: film.length });
    await send(place, 1);
    const listed = await otherDevice.list(place.uploadId, place.key);
    shapeOf('uppy', `GET ${TOKEN}/multipart/{uploadId}`, listed.body);
    const etag = createHash('md5').update(chunk(1)).digest('hex');
    expect(listed.body).toEqual([{ PartNumber: 1, ETag: `"${etag}"`, Size: PART }]);
    const batch = await otherDevice.batch(place.uploadId, place.key, '2,3');
    shapeOf('uppy', `GET ${TOKEN}/multipart/{uploadId}/batch`, batch.body);
    const parts = [{ PartNumber: 1, ETag: etag }];
    for (const part of [2, 3]) {
      const stored = await put(batch.body.presignedUrls[part], chunk(part));
      parts.push({ PartNumber: part, ETag: (stored.headers.get('etag') ?? '').replaceAll('"', '') });
    }
    expect((await otherDevice.complete(place.uploadId, place.key, parts)).status).toBe(200);
    expect((await api.outcome(place.id)).status).toBe('active');
    refused(await uppy.list(place.uploadId, place.key), 404);
  });

  it('is given up once and again, with its parts and what was reserved', async () => {
    const before = await committed();
    const place = await begin();
    await send(place, 1);
    for (const _ of [1, 2])
      expect(await uppy.abort(place.uploadId, place.key)).toMatchObject({ status: 200, body: {} });
    expect([await statusOf(place.id), await openInS3(place.id), await committed()]).toEqual(['deleted', 0, before]);
    refused(await uppy.sign(place.uploadId, place.key, 1), 409);
  });

  it('may be small enough for one', async () => {
    const bytes = isoMedia('mp42', { frames: 1000 });
    const place = await begin({ size: bytes.length });
    const parts = [await send(place, 1, bytes)];
    expect((await uppy.complete(place.uploadId, place.key, parts)).status).toBe(200);
    expect((await api.outcome(place.id)).status).toBe('active');
  });

  it('completed twice at once becomes one record', async () => {
    const place = await begin();
    const parts = await sendAll(place);
    const both = await Promise.all([1, 2].map(() => uppy.complete(place.uploadId, place.key, parts)));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await api.outcome(place.id)).status).toBe('active');
  });
});

describe('a guest', () => {
  let guest: UppyClient;
  beforeAll(async () => {
    const { body } = await anonymous().call('POST', '/llm/auth/guest-login', { json: {} });
    guest = uppyClient(
      client(runtime.ready, { authorization: `Bearer ${body.access_token}` }),
      `${runtime.ready.http}/api/v1/uppy`,
    );
  });

  it('sends no more in parts than the size that was told', async () => {
    const { body } = await guest.begin({ ...announced, metadata: { size: '1' } });
    const { url } = (await guest.sign(body.uploadId, body.key, 1)).body;
    for (const bytes of [chunk(1), chunk(1).subarray(0, 2), Buffer.alloc(0)]) {
      expect((await put(url, bytes)).status).toBe(403);
    }
    refused(await guest.sign(body.uploadId, body.key, 2), 400);
    expect((await guest.list(body.uploadId, body.key)).body).toEqual([]);
  });

  it('has to tell the size of what comes in parts', async () => {
    const before = await ops.library();
    refused(await guest.begin(announced), 400);
    expect(await ops.library()).toEqual(before);
  });
});

describe('what is no upload of ours', () => {
  it('is missing under another id, key or prefix', async () => {
    const place = await begin();
    const another = await begin();
    const wrong = [
      ['an id that does not exist', 'x', place.key],
      ['the id of another upload', another.uploadId, place.key],
      ['another session', place.uploadId, place.key.replace(place.id, crypto.randomUUID())],
      ['another record', place.uploadId, place.key.replace(mediaOf(place.key), mediaOf(another.key))],
      ['another prefix', place.uploadId, place.key.replace('originals/', 'renditions/')],
      ['no key of anything', place.uploadId, '../../etc/passwd'],
    ] as const;
    for (const [, uploadId, key] of wrong) {
      refused(await uppy.list(uploadId, key), 404);
      refused(await uppy.sign(uploadId, key, 1), 404);
      refused(await uppy.batch(uploadId, key, '1,2'), 404);
      refused(await uppy.complete(uploadId, key, [{ PartNumber: 1, ETag: 'x' }]), 404);
      refused(await uppy.abort(uploadId, key), 404);
    }
    refused(await uppy.list(place.uploadId, ''), 400);
    expect(await statusOf(place.id)).toBe('pending');
  });

  it("is missing to another team's token, byte for byte as one that does not exist", async () => {
    const place = await begin();
    const theirs = uppyClient(anonymous(), await tokenOf(stranger));
    const missing = place.key.replace(place.id, crypto.randomUUID());
    const before = await ops.library();
    for (const ask of [
      (key: string) => theirs.list(place.uploadId, key),
      (key: string) => theirs.sign(place.uploadId, key, 1),
      (key: string) => theirs.batch(place.uploadId, key, '1'),
      (key: string) => theirs.complete(place.uploadId, key, [{ PartNumber: 1, ETag: 'x' }]),
      (key: string) => theirs.abort(place.uploadId, key),
    ]) {
      const [foreign, none] = [await ask(place.key), await ask(missing)];
      refused(foreign, 404);
      expect(foreign.body).toEqual(none.body);
    }
    expect(await ops.library()).toEqual(before);
  });

  it('takes no part with an impossible number, and none beyond what may come', async () => {
    const place = await begin({ size: film.length });
    for (const part of ['0', '10001', '-1', '1.5', 'one', '4'])
      refused(await uppy.sign(place.uploadId, place.key, part), 400);
    for (const list of ['0', '1,10001', '1,,2', '', '1,1'])
      refused(await uppy.batch(place.uploadId, place.key, list), 400);
    const { body } = await uppy.sign(place.uploadId, place.key, 1);
    expect((await put(body.url.replace('partNumber=1', 'partNumber=2'), chunk(1))).status).toBe(403);
    expect((await put(body.url.replace(/uploadId=[^&]+/, 'uploadId=foreign'), chunk(1))).status).toBe(403);
    expect((await put(body.url.replace(place.id, 'other'), chunk(1))).status).toBe(403);
    expect((await fetch(body.url, { method: 'DELETE' })).status).toBe(403);
    expect(await statusOf(place.id)).toBe('pending');
  });

  it('takes no part by a signature that expired, and is expired itself when its client does not go on', async () => {
    const before = await committed();
    const place = await begin();
    const { body } = await uppy.sign(place.uploadId, place.key, 1);
    const url = new URL(body.url);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    const credential = url.searchParams.get('X-Amz-Credential') ?? '';
    url.searchParams.set('X-Amz-Credential', credential.replace(/\/\d{8}\//, '/20200101/'));
    url.searchParams.set('X-Amz-Date', '20200101T000000Z');
    const late = await put(url.href, chunk(1));
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
    await send(place, 1);
    const session = (await ops.items()).find(({ pk }) => pk === `UPLOAD#${place.id}`);
    const past = new Date(Date.now() - 86_400_000).toISOString();
    await ops.putItem({ ...session, expiresAt: past, dueSk: `${past}#${place.id}` });
    await ops.invoke(runtime.ready.outputs.SweepFunctionName);
    expect([await statusOf(place.id), await openInS3(place.id), await committed()]).toEqual(['expired', 0, before]);
  });

  it('has the part that arrived last of two that raced, and is not completed with the other', async () => {
    const place = await begin();
    const urls = (await uppy.batch(place.uploadId, place.key, '1')).body.presignedUrls;
    const bodies = [chunk(1), Buffer.from(chunk(1)).fill('x', 0, 1)];
    const etags = await Promise.all(bodies.map(async (body) => (await put(urls[1], body)).headers.get('etag') ?? ''));
    const rest = [await send(place, 2), await send(place, 3)];
    const [held] = (await uppy.list(place.uploadId, place.key)).body;
    const lost = etags.find((etag) => etag !== held.ETag) ?? '';
    expect(etags).toContain(held.ETag);
    refused(await uppy.complete(place.uploadId, place.key, [{ PartNumber: 1, ETag: lost }, ...rest]), 400);
    const parts = [{ PartNumber: 1, ETag: held.ETag }, ...rest];
    expect((await uppy.complete(place.uploadId, place.key, parts)).status).toBe(200);
    // The upload of S3 is over: the signature has nothing left to write to.
    expect((await put(urls[1], chunk(1))).status).toBe(404);
    await api.outcome(place.id);
  });

  it('stays pending when it is completed with parts missing, repeated, out of order, foreign or too small', async () => {
    const place = await begin();
    const [one, two] = [await send(place, 1), await send(place, 2)];
    const claims = [
      [],
      [one],
      [two, one],
      [one, one, two],
      [one, { ...two, ETag: '"x"' }],
      [{ ...one, PartNumber: 0 }],
    ];
    for (const claim of claims) refused(await uppy.complete(place.uploadId, place.key, claim), 400);
    const small = await send(place, 1, chunk(1).subarray(1));
    refused(await uppy.complete(place.uploadId, place.key, [small, two]), 400);
    expect(await statusOf(place.id)).toBe('pending');
  });

  it('is taken by S3 with no other bytes than were told', async () => {
    const place = await begin({ size: film.length - 1 });
    const urls = (await uppy.batch(place.uploadId, place.key, '1,2,3')).body.presignedUrls;
    expect((await put(urls[3], chunk(3))).status).toBe(403);
    expect((await put(urls[3], chunk(3).subarray(1))).status).toBe(200);
    expect((await uppy.abort(place.uploadId, place.key)).status).toBe(200);
  });

  it('has parts of the length that the page says', async () => {
    const place = await begin({ size: film.length, partSize: 8 * MIB });
    const urls = (await uppy.batch(place.uploadId, place.key, '1,2')).body.presignedUrls;
    refused(await uppy.sign(place.uploadId, place.key, 3), 400);
    expect((await put(urls[1], chunk(1))).status).toBe(403);
    const parts = [];
    for (const [number, bytes] of [film.subarray(0, 8 * MIB), film.subarray(8 * MIB)].entries()) {
      const stored = await put(urls[number + 1], bytes);
      parts.push({ PartNumber: number + 1, ETag: stored.headers.get('etag') ?? '' });
    }
    expect((await uppy.complete(place.uploadId, place.key, parts)).status).toBe(200);
    expect((await api.outcome(place.id)).status).toBe('active');
  });

  it('of unknown length holds what S3 would take of it, until the file is there or given up', async () => {
    const before = await committed();
    const place = await begin();
    await send(place, 1);
    expect(await committed()).toBe(before + 5 * 1024 * MIB);
    await uppy.batch(place.uploadId, place.key, '2,3');
    await send(place, 1);
    expect(await committed()).toBe(before + 15 * 1024 * MIB);
    expect((await uppy.abort(place.uploadId, place.key)).status).toBe(200);
    expect(await committed()).toBe(before);
  });

  it('of unknown length is not signed beyond what the quota leaves', async () => {
    const before = await committed();
    const place = await begin();
    // A hundred GiB are a team's by default, and a signature for twenty parts would be good for all of them.
    refused(await uppy.batch(place.uploadId, place.key, '1,20'), 413);
    expect(await committed()).toBe(before + 100 * MIB);
    expect((await uppy.abort(place.uploadId, place.key)).status).toBe(200);
  });

  it('is refused with a digest that is not that of its bytes', async () => {
    const place = await begin({ sha256: createHash('sha256').update('other bytes').digest('base64') });
    const parts = await sendAll(place);
    expect((await uppy.complete(place.uploadId, place.key, parts)).status).toBe(200);
    expect(await api.outcome(place.id)).toMatchObject({ status: 'rejected', code: 'CHECKSUM_MISMATCH' });
  });
});

it('leaves nothing behind that does not belong together', async () => {
  await libraryHolds(ops);
});

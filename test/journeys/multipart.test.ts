import { createHash } from 'node:crypto';
import { ListMultipartUploadsCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onlyTotals } from '../../bin/verify/totals.ts';
import { libraryHolds } from '../support/checks/library-check.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { listen, type ReceivedEvent } from '../support/drivers/events.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { partsClient } from '../support/drivers/parts-client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { isoMedia } from '../support/fixtures/least-files.ts';

const MIB = 2 ** 20;
let runtime: Runtime;
let api: Client;
let ops: Operator;
let parts: ReturnType<typeof partsClient>;
const film = isoMedia('mp42', { frames: 17 * MIB });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  parts = partsClient(api);
});
afterAll(() => runtime?.stop());

const declare = async (fields: Record<string, unknown> = {}) =>
  (await api.announce({ name: 'film.mp4', type: 'video/mp4', bytes: film, declare: { multipart: true, ...fields } }))
    .body.data;
const post = (id: string, step: 'parts' | 'complete', json: unknown = {}) =>
  api.call('POST', `/api/v1/uploads/${id}/${step}`, { json });
const statusOf = async (id: string) => (await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status;
const committed = async () => onlyTotals(await ops.items()).committed;
const s3Upload = async (id: string) => {
  const item = (await ops.items()).find(({ pk }) => pk === `UPLOAD#${id}`) as {
    teamId: string;
    mediaId: string;
    multipart: { uploadId: string };
  };
  return {
    Bucket: runtime.ready.bucket,
    Key: `originals/${item.teamId}/${item.mediaId}/${id}`,
    UploadId: item.multipart.uploadId,
  };
};
/** The checksum that an upload has which names none. */
const own = { ChecksumAlgorithm: 'CRC64NVME' } as const;
const openInS3 = async (id: string) =>
  ((await ops.s3.send(new ListMultipartUploadsCommand({ Bucket: runtime.ready.bucket }))).Uploads ?? []).filter(
    ({ Key }) => Key?.endsWith(id),
  ).length;

describe('a file in parts', () => {
  it('is announced with its layout in place of a request, and becomes a record with its SHA-256', async () => {
    const ticket = await declare();
    expect(ticket).toMatchObject({ status: 'pending', multipart: { partSize: 8 * MIB, partCount: 3 } });
    expect(ticket.request).toBeUndefined();
    await parts.send(ticket.id, film, [1, 2, 3]);
    expect((await post(ticket.id, 'complete')).status).toBe(200);
    const { mediaId, status } = await api.outcome(ticket.id);
    expect(status).toBe('active');
    const record = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
    expect(record).toMatchObject({ fileSize: film.length, checksum: sha256(film), checksumAlgorithm: 'SHA256' });
  });

  it('is checked by S3 part by part where checksums are signed', async () => {
    const { id } = await declare();
    const chunk = film.subarray(0, 8 * MIB);
    const signed = await post(id, 'parts', { partNumbers: [1], checksums: { 1: sha256(chunk) } });
    const [part] = signed.body.data.parts;
    const other = Buffer.from(chunk).fill('x', 0, 1);
    expect((await api.put(part, other)).status).toBe(400);
    expect((await api.put({ ...part, headers: {} }, chunk)).status).toBe(403);
    expect((await post(id, 'parts', { partNumbers: [2] })).status).toBe(400);
    await parts.send(id, film, [1, 2, 3], { checksums: true });
    expect((await post(id, 'complete')).status).toBe(200);
    expect((await api.outcome(id)).status).toBe('active');
  });

  it('can be gone on with by what S3 holds, on any device', async () => {
    const { id } = await declare();
    expect((await api.call('GET', `/api/v1/uploads/${id}`)).body.data.parts).toEqual([]);
    await parts.send(id, film, [2]);
    const again = client(runtime.ready);
    const { data } = (await again.call('GET', `/api/v1/uploads/${id}`)).body;
    const etag = createHash('md5')
      .update(film.subarray(8 * MIB, 16 * MIB))
      .digest('hex');
    expect(data.parts).toEqual([{ partNumber: 2, size: 8 * MIB, etag }]);
    const pending = (await again.call('GET', '/api/v1/uploads?status=pending')).body.data;
    expect(pending.data.map((each: { id: string }) => each.id)).toContain(id);
    await parts.send(id, film, [1, 3]);
    expect((await post(id, 'complete')).body.data.status).toBe('processing');
    await api.outcome(id);
    const left = (await again.call('GET', '/api/v1/uploads?status=pending')).body.data;
    expect(left.data.map((each: { id: string }) => each.id)).not.toContain(id);
  });

  it('lists unfinished uploads page by page', async () => {
    const ids = [(await declare()).id, (await declare()).id, (await declare()).id];
    const found: string[] = [];
    let cursor = '';
    do {
      const page = (await api.call('GET', `/api/v1/uploads?status=pending&limit=2${cursor}`)).body.data;
      found.push(...page.data.map(({ id }: { id: string }) => id));
      cursor = page.nextCursor ? `&cursor=${encodeURIComponent(page.nextCursor)}` : '';
    } while (cursor);
    expect(found).toEqual(expect.arrayContaining(ids));
    expect(new Set(found).size).toBe(found.length);
    for (const id of ids) await api.call('DELETE', `/api/v1/uploads/${id}`);
    expect((await api.call('GET', '/api/v1/uploads?status=active')).status).toBe(400);
  });

  it('tells the team how far it is, by what S3 holds', async () => {
    const ear = await listen(runtime.ready);
    const { id } = await declare();
    await parts.send(id, film, [1]);
    for (let call = 0; call < 5; call += 1) await api.call('GET', `/api/v1/uploads/${id}`);
    const told = (events: readonly ReceivedEvent[]) =>
      events.filter(({ event, data }) => event === 'upload.progressed' && data.id === id);
    const events = told(await ear.until((heard) => told(heard).length > 0));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      channel: 'uploads',
      data: { fileSize: film.length, storedBytes: 8 * MIB, storedParts: 1, partCount: 3 },
    });
    await api.call('DELETE', `/api/v1/uploads/${id}`);
    ear.close();
  });
});

describe('what is no file yet', () => {
  it('takes no part beyond its own, none without a credential and none of the wrong length', async () => {
    const { id } = await declare();
    for (const partNumbers of [[0], [10_001], [4], [1, 1], [], [1.5]]) {
      expect([partNumbers, (await post(id, 'parts', { partNumbers })).status]).toEqual([partNumbers, 400]);
    }
    expect((await post(crypto.randomUUID(), 'parts', { partNumbers: [1] })).status).toBe(404);
    const [part] = (await post(id, 'parts', { partNumbers: [1] })).body.data.parts;
    expect((await api.put(part, film.subarray(0, 8 * MIB - 1))).status).toBe(403);
    expect((await api.put({ ...part, url: part.url.replace('partNumber=1', 'partNumber=2') }, film)).status).toBe(403);
    expect((await api.put({ ...part, url: part.url.replace(/uploadId=[^&]+/, 'uploadId=foreign') }, film)).status).toBe(
      403,
    );
    expect(await statusOf(id)).toBe('pending');
  });

  it('stays pending when it is completed with parts missing, repeated, out of order or too small', async () => {
    const { id } = await declare();
    expect((await post(id, 'complete')).status).toBe(400);
    await parts.send(id, film, [1, 3]);
    expect((await post(id, 'complete')).status).toBe(400);
    await parts.send(id, film, [2]);
    const { parts: held } = (await api.call('GET', `/api/v1/uploads/${id}`)).body.data;
    const [one, two, three] = held.map(({ partNumber, etag }: Record<string, unknown>) => ({ partNumber, etag }));
    for (const claimed of [
      [one, three],
      [one, two, two, three],
      [two, one, three],
      [one, { ...two, etag: 'x' }, three],
    ]) {
      expect((await post(id, 'complete', { parts: claimed })).status).toBe(400);
    }
    const place = await s3Upload(id);
    await ops.s3.send(new UploadPartCommand({ ...place, PartNumber: 1, Body: film.subarray(0, 1000), ...own }));
    expect((await post(id, 'complete')).status).toBe(400);
    expect(await statusOf(id)).toBe('pending');
    await parts.send(id, film, [1]);
    expect((await post(id, 'complete', { parts: [{ ...one, etag: `"${one.etag}"` }, two, three] })).status).toBe(200);
    expect((await api.outcome(id)).status).toBe('active');
  });

  it('is aborted, and its quota given back, when its parts are another file', async () => {
    const before = await committed();
    const { id } = await declare();
    await parts.send(id, film, [1, 2, 3]);
    const place = await s3Upload(id);
    await ops.s3.send(new UploadPartCommand({ ...place, PartNumber: 3, Body: film.subarray(0, 1000), ...own }));
    const answer = await post(id, 'complete');
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringContaining(`${film.length} were declared`)]);
    expect([await statusOf(id), await openInS3(id), await committed()]).toEqual(['deleted', 0, before]);
  });

  it('is dropped from S3 when it is given up', async () => {
    const before = await committed();
    const { id } = await declare();
    await parts.send(id, film, [1]);
    expect(await openInS3(id)).toBe(1);
    const [part] = (await post(id, 'parts', { partNumbers: [2] })).body.data.parts;
    expect((await api.call('DELETE', `/api/v1/uploads/${id}`)).status).toBe(200);
    expect([await openInS3(id), await committed()]).toEqual([0, before]);
    expect((await api.put(part, film.subarray(8 * MIB, 16 * MIB))).status).toBe(404);
    expect([(await post(id, 'parts', { partNumbers: [1] })).status, (await post(id, 'complete')).status]).toEqual([
      409, 409,
    ]);
  });
});

describe('a completion', () => {
  it('that is sent several times at once is answered 200 each time, and happens once', async () => {
    const ear = await listen(runtime.ready);
    const { id, mediaId } = await declare();
    await parts.send(id, film, [1, 2, 3]);
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(id, 'complete')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await api.outcome(id);
    expect((await post(id, 'complete')).status).toBe(200);
    const created = ({ event, data }: { event: string; data: { id: string } }) =>
      event === 'media.created' && data.id === mediaId;
    expect((await ear.until((events) => events.some(created))).filter(created)).toHaveLength(1);
    ear.close();
  });

  it('of several first calls for parts leaves one upload in S3', async () => {
    const { id } = await declare();
    const signed = await Promise.all([1, 2, 3].map((partNumber) => post(id, 'parts', { partNumbers: [partNumber] })));
    expect(signed.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await openInS3(id)).toBe(1);
    await api.call('DELETE', `/api/v1/uploads/${id}`);
  });

  it('leaves nothing behind that does not belong together', async () => {
    await libraryHolds(ops);
  });
});

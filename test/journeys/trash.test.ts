import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { libraryHolds } from '../support/checks/library-check.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { listen } from '../support/drivers/events.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { photo } from '../support/fixtures/pictures.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const upload = async (name: string, content = name) =>
  (await api.upload({ name, type: 'text/plain', bytes: Buffer.from(content) })).mediaId as string;
const remove = (id: string) => api.call('DELETE', `/api/v1/media/${id}`);
const trash = async (query = '') => (await api.call('GET', `/api/v1/trash${query}`)).body.data;
const usage = async () => (await api.call('GET', '/api/v1/usage')).body.data;

describe('the trash', () => {
  it('lists what was deleted, the latest first, and pages as the library does', async () => {
    const ids = [await upload('one.txt'), await upload('two.txt'), await upload('three.txt')];
    for (const id of ids) await remove(id);
    const all = await trash();
    expect(all).toMatchObject({ total: 3, limit: 20, offset: 0 });
    expect(all.data.map(({ id }: { id: string }) => id)).toEqual([...ids].reverse());
    expect(all.data[0]).toMatchObject({ status: 'deleted', filename: 'three.txt', deletedAt: expect.any(String) });
    const page = await trash('?limit=1&offset=1&orderBy=filename&orderDir=asc');
    expect(page).toMatchObject({ total: 3, limit: 1, offset: 1, data: [{ filename: 'three.txt' }] });
    expect((await api.call('GET', '/api/v1/trash?limit=101')).status).toBe(400);
  });

  it('gives a record back, and tells everyone', async () => {
    const events = await listen(runtime.ready);
    const id = await upload('back.txt');
    await remove(id);
    const restored = await api.call('POST', `/api/v1/media/${id}/restore`);
    expect([restored.status, restored.body.data]).toMatchObject([200, { id, status: 'active', version: 3 }]);
    expect((await api.call('POST', `/api/v1/media/${id}/restore`)).body.data.version).toBe(3);
    expect((await api.call('GET', `/api/v1/media/${id}`)).status).toBe(200);
    const mine = (received: readonly { event: string; data: { id: string } }[]) =>
      received.filter(({ data }) => data.id === id).map(({ event }) => event);
    const told = await events.until((received) => mine(received).includes('media.restored'));
    expect(mine(told)).toEqual(['media.created', 'media.deleted', 'media.restored']);
    events.close();
  });

  it('answers 409 for a record whose file is gone', async () => {
    const id = await upload('lost.txt');
    await remove(id);
    for (const key of (await ops.keys('originals/')).filter((each) => each.includes(id))) await ops.remove(key);
    const answer = await api.call('POST', `/api/v1/media/${id}/restore`);
    expect([answer.status, answer.body.error]).toEqual([409, 'The file of this media no longer exists']);
    await api.call('DELETE', `/api/v1/trash/${id}`);
  });

  it('forgets a purged record and its files at once', async () => {
    const { mediaId: id } = await api.upload({ name: 'p.jpg', type: 'image/jpeg', bytes: await photo(600, 400) });
    expect((await api.call('DELETE', `/api/v1/trash/${id}`)).status).toBe(404);
    await remove(id);
    const purged = await api.call('DELETE', `/api/v1/trash/${id}`);
    expect([purged.status, purged.body]).toEqual([
      200,
      { success: true, data: { message: 'Media purged successfully' } },
    ]);
    expect((await ops.keys()).filter((key) => key.includes(id))).toEqual([]);
    for (const [method, path] of [
      ['DELETE', `/api/v1/trash/${id}`],
      ['POST', `/api/v1/media/${id}/restore`],
    ] as const) {
      const again = await api.call(method, path);
      expect([again.status, again.body]).toEqual([404, { success: false, error: 'Media not found' }]);
    }
    await libraryHolds(ops);
  });
});

describe('usage', () => {
  it('is exact: bytes, promises, kinds and trash', async () => {
    const before = await usage();
    expect(before).toEqual({
      bytes: expect.any(Number),
      reservedBytes: 0,
      quotaBytes: 100 * 1024 ** 3,
      records: before.counts.all + before.trash,
      quotaRecords: 1_000_000,
      counts: { all: expect.any(Number), image: 0, video: 0, audio: 0, document: before.counts.all },
      trash: expect.any(Number),
    });
    const id = await upload('ten.txt', '0123456789');
    await api.announce({ name: 'promised.txt', type: 'text/plain', bytes: Buffer.alloc(77, 'x') });
    await api.call('POST', '/api/v1/media', {
      json: { url: 'https://example.com/a.mp4', filename: 'a.mp4', fileSize: 5_000_000, mimeType: 'video/mp4' },
    });
    const { counts, ...after } = await usage();
    expect(after).toMatchObject({ bytes: before.bytes + 10, reservedBytes: 77, trash: before.trash });
    // One that was uploaded, one that lies elsewhere, and one that is promised.
    expect(after.records).toBe(before.records + 3);
    expect(counts).toMatchObject({ all: before.counts.all + 2, video: 1, document: before.counts.document + 1 });
    await remove(id);
    expect(await usage()).toMatchObject({ bytes: before.bytes + 10, trash: before.trash + 1 });
  });

  it('equals a recount by an operator', async () => {
    const { RecountFunctionName } = runtime.ready.outputs;
    expect(await ops.invoke(RecountFunctionName)).toMatchObject({ healed: [], busy: [] });
  });
});

describe('check-duplicates', () => {
  const check = (files: unknown) => api.call('POST', '/api/v1/media/check-duplicates', { json: { files } });

  it('answers the files that the library has, in the order asked, as the reference shows', async () => {
    const [first, second] = [await upload('same.txt', 'first'), await upload('same.txt', 'later')];
    await upload('other.txt', 'other');
    const external = { url: 'https://example.com/e.jpg', filename: 'e.jpg', fileSize: 5, mimeType: 'image/jpeg' };
    const { id } = (await api.call('POST', '/api/v1/media', { json: external })).body.data;
    const asked = [
      { filename: 'other.txt', fileSize: 6 },
      { filename: 'e.jpg', fileSize: 5 },
      { filename: 'same.txt', fileSize: 5 },
      { filename: 'Same.txt', fileSize: 5 },
      { filename: 'same.txt', fileSize: 5 },
    ];
    const answer = await check(asked);
    expect(answer.status).toBe(200);
    const same = {
      filename: 'same.txt',
      fileSize: 5,
      existing: [first, second].map((each) => ({
        id: each,
        url: `${runtime.ready.http}/m/${each}/same.txt`,
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      })),
    };
    const elsewhere = {
      filename: 'e.jpg',
      fileSize: 5,
      existing: [{ id, url: external.url, createdAt: expect.any(String) }],
    };
    expect(answer.body).toEqual({ success: true, data: { duplicates: [elsewhere, same, same] } });
  });

  it('answers an empty list when there are none, and leaves out what is deleted', async () => {
    const id = await upload('gone.txt', 'gone');
    await remove(id);
    const answer = await check([{ filename: 'gone.txt', fileSize: 4 }]);
    expect(answer.body).toEqual({ success: true, data: { duplicates: [] } });
    expect((await check([])).body).toEqual({ success: true, data: { duplicates: [] } });
  });

  it('takes 500 files and no more', async () => {
    const files = Array.from({ length: 501 }, (_, index) => ({ filename: `${index}.jpg`, fileSize: index }));
    expect((await check(files.slice(1))).status).toBe(200);
    expect((await check(files)).status).toBe(400);
  });

  it.each([
    [undefined],
    ['x'],
    [[{ filename: 'a' }]],
    [[{ filename: 'a', fileSize: -1 }]],
    [[{ filename: 'a', fileSize: 1.5 }]],
  ])('refuses %j', async (files) => expect((await check(files)).status).toBe(400));

  it('knows the same content by its checksum before a byte is sent', async () => {
    const bytes = Buffer.from('the same content');
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    const announce = async () =>
      (await api.announce({ name: 'c.txt', type: 'text/plain', bytes, declare: { sha256 } })).body.data;
    expect((await announce()).duplicateOf).toBeNull();
    const id = await upload('content.txt', 'the same content');
    expect((await announce()).duplicateOf).toBe(id);
    await remove(id);
    expect((await announce()).duplicateOf).toBeNull();
  });
});

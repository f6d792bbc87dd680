import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { libraryHolds } from '../support/checks/library-check.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { listen, type ReceivedEvent } from '../support/drivers/events.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { partsClient } from '../support/drivers/parts-client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { photo } from '../support/fixtures/pictures.ts';

/** Content that the team has, files that take the place of others, and versions that come back. */
let runtime: Runtime;
let api: Client;
let owner: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  owner = await loginAs(runtime.ready.email, runtime.ready.password);
});
afterAll(() => runtime?.stop());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
const textOf = (content: string) => ({ type: 'text/plain', bytes: Buffer.from(content) });
const record = async (id: string) => (await api.call('GET', `/api/v1/media/${id}`)).body.data;
const usage = async () => (await api.call('GET', '/api/v1/usage')).body.data;
const versionsOf = async (id: string) => (await api.call('GET', `/api/v1/media/${id}/versions`)).body.data;
const restore = (id: string, version: string) => api.call('POST', `/api/v1/media/${id}/versions/${version}/restore`);
const content = async (address: string) => {
  const { status, headers } = await api.call('GET', address);
  return status === 302 ? Buffer.from(await (await fetch(headers.get('location') ?? '')).arrayBuffer()) : status;
};
const everythingHolds = () => libraryHolds(ops);

/** Announces content of which the caller knows the hash. */
const reuse = (name: string, type: string, bytes: Uint8Array, declare: Record<string, unknown> = {}, caller = api) =>
  caller.announce({ name, type, bytes, declare: { sha256: sha256(bytes), onDuplicate: 'reuse', ...declare } });

const loginAs = async (email: string, password: string) => {
  const { body } = await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });
  return client(runtime.ready, { authorization: `Bearer ${body.data.accessToken}` });
};

const keyWith = async (...scopes: string[]) => {
  const { key } = (await owner.call('POST', '/api/v1/api-keys', { json: { name: scopes.join(' '), scopes } })).body
    .data;
  return client(runtime.ready, { authorization: `Bearer ${key}` });
};

describe('content that the team has', () => {
  it('is a new record at once, with its own name, texts and tags, and nothing is sent or stored', async () => {
    const bytes = await photo(600, 400);
    const first = await api.upload({ name: 'first.jpg', type: 'image/jpeg', bytes });
    const tag = (await api.call('POST', '/api/v1/media-tags', { json: { name: 'Again' } })).body.data;
    const [stored, before, events] = [await ops.keys(), await usage(), await listen(runtime.ready)];
    const said = { title: 'Second', visibility: 'public', tagIds: [tag.id] };
    const { status, body } = await reuse('second.jpg', 'image/jpeg', bytes, said);
    expect([status, body.data]).toEqual([
      201,
      {
        id: expect.any(String),
        mediaId: expect.any(String),
        status: 'active',
        expiresAt: expect.any(String),
        duplicateOf: first.mediaId,
      },
    ]);
    expect((await api.call('GET', `/api/v1/uploads/${body.data.id}`)).body.data).toMatchObject({ status: 'active' });
    const [one, other] = [await record(first.mediaId), await record(body.data.mediaId)];
    expect(other).toMatchObject({ ...{ title: 'Second', visibility: 'public', filename: 'second.jpg' }, width: 600 });
    expect(other.tags.map(({ name }: { name: string }) => name)).toEqual(['Again']);
    expect([other.checksum, other.thumbhash]).toEqual([one.checksum, one.thumbhash]);
    expect(other.url).toContain(`/m/${other.id}/second.jpg`);
    const told = await events.until((received) => received.some(({ data }) => data.id === other.id));
    expect(told.filter(({ data }) => data.id === other.id).map(({ event }) => event)).toEqual(['media.created']);
    events.close();
    expect(await ops.keys()).toEqual(stored);
    expect(await usage()).toMatchObject({ bytes: before.bytes, counts: { all: before.counts.all + 1 } });
    expect(await content(other.url)).toEqual(bytes);
    expect(await content(other.renditions.small.url)).toEqual(await content(one.renditions.small.url));
    expect(await content(`${other.url}?w=50&format=png`)).toEqual(await content(`${one.url}?w=50&format=png`));
    await everythingHolds();
  });

  it('is one record for one Idempotency-Key, however often it is asked for', async () => {
    await api.upload({ name: 'key.txt', ...textOf('once and no more') });
    const bytes = Buffer.from('once and no more');
    const json = { filename: 'k.txt', fileSize: bytes.length, mimeType: 'text/plain', sha256: sha256(bytes) };
    const call = () =>
      api.call('POST', '/api/v1/uploads', {
        json: { ...json, onDuplicate: 'reuse' },
        headers: { 'idempotency-key': 'the same' },
      });
    const [first, again] = [await call(), await call()];
    expect([first.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is not given for a hash to who may not look, nor to another team', async () => {
    const bytes = Buffer.from('what only some may see');
    await api.upload({ name: 'secret.txt', ...textOf(String(bytes)), declare: { visibility: 'private' } });
    const blind = await keyWith('media:create');
    const answer = await reuse('mine.txt', 'text/plain', bytes, {}, blind);
    expect(answer.body.data).toMatchObject({ status: 'pending', duplicateOf: null, request: expect.any(Object) });
    const [email, password] = ['other@versions.example', 'a long password'];
    await ops.invoke(runtime.ready.outputs.CreateOwnerFunctionName, { email, password, teamName: 'Others' });
    const foreign = await reuse('theirs.txt', 'text/plain', bytes, {}, await loginAs(email, password));
    expect(foreign.body.data).toMatchObject({ status: 'pending', duplicateOf: null });
    await everythingHolds();
  });

  it('has to be sent when the team does not have it, or when size or type are others', async () => {
    const bytes = Buffer.from('size and type matter');
    expect((await reuse('a.txt', 'text/plain', bytes)).body.data.status).toBe('pending');
    const first = await api.upload({ name: 'a.txt', ...textOf(String(bytes)) });
    const asCsv = await reuse('a.csv', 'text/csv', bytes);
    expect(asCsv.body.data).toMatchObject({ status: 'pending', duplicateOf: first.mediaId });
    const longer = await reuse('a.txt', 'text/plain', bytes, { fileSize: bytes.length + 1 });
    expect(longer.body.data.status).toBe('pending');
    expect((await reuse('a.txt', 'text/plain', bytes, { onDuplicate: 'maybe' })).status).toBe(400);
  });

  it('outlives the record that brought it, and leaves the bucket with the last one', async () => {
    const bytes = Buffer.from('goes with the last');
    const first = await api.upload({ name: 'one.txt', ...textOf(String(bytes)) });
    const { mediaId } = (await reuse('two.txt', 'text/plain', bytes)).body.data;
    const { bytes: counted } = await usage();
    for (const [id, left] of [
      [first.mediaId, 0],
      [mediaId, bytes.length],
    ] as const) {
      await api.call('DELETE', `/api/v1/media/${id}`);
      expect((await api.call('DELETE', `/api/v1/trash/${id}`)).status).toBe(200);
      expect((await usage()).bytes).toBe(counted - left);
      if (id === first.mediaId) expect(await content((await record(mediaId)).url)).toEqual(bytes);
    }
    expect((await ops.keys()).filter((key) => key.includes(first.mediaId))).toEqual([]);
    expect(await ops.invoke(runtime.ready.outputs.RecountFunctionName)).toMatchObject({ healed: [] });
    await everythingHolds();
  });

  it('takes all its records to the trash when it is removed from the bucket', async () => {
    const bytes = Buffer.from('removed by hand');
    const first = await api.upload({ name: 'one.txt', ...textOf(String(bytes)) });
    const { mediaId } = (await reuse('two.txt', 'text/plain', bytes)).body.data;
    const [key = ''] = await ops.keys(`originals/${(await record(mediaId)).teamId}/${first.mediaId}/`);
    await ops.remove(key);
    await eventually(async () => {
      for (const id of [first.mediaId, mediaId]) expect(await record(id)).toBeUndefined();
    });
    for (const id of [first.mediaId, mediaId]) {
      expect((await api.call('POST', `/api/v1/media/${id}/restore`)).status).toBe(409);
      await api.call('DELETE', `/api/v1/trash/${id}`);
    }
    await everythingHolds();
  });

  it('may also take the place of a file', async () => {
    const bytes = Buffer.from('taken over');
    const source = await api.upload({ name: 'source.txt', ...textOf(String(bytes)) });
    const target = await api.upload({ name: 'target.txt', ...textOf('to be replaced') });
    const { body } = await reuse('source.txt', 'text/plain', bytes, { replaces: target.mediaId });
    expect(body.data).toMatchObject({ status: 'active', mediaId: target.mediaId, duplicateOf: source.mediaId });
    expect(await content((await record(target.mediaId)).url)).toEqual(bytes);
    expect(await versionsOf(target.mediaId)).toHaveLength(2);
    await everythingHolds();
  });
});

describe('a file that takes the place of another', () => {
  it('is at the same address, and nothing of the one before is', async () => {
    const [red, wide] = [await photo(300, 200), await photo(400, 100)];
    const { mediaId: id } = await api.upload({ name: 'photo.jpg', type: 'image/jpeg', bytes: red });
    const before = await record(id);
    const transform = `${before.url}?w=40&format=png`;
    const drawn = await content(transform);
    const { bytes: counted } = await usage();
    const events = await listen(runtime.ready);
    await api.upload({ name: 'wide.jpg', type: 'image/jpeg', bytes: wide, declare: { replaces: id } });
    const after = await record(id);
    expect(after).toMatchObject({ url: before.url, filename: 'wide.jpg', width: 400, height: 100 });
    expect(await content(before.url)).toEqual(wide);
    expect(await content(transform)).not.toEqual(drawn);
    const mine = ({ data, event }: ReceivedEvent) => data.id === id && event === 'media.updated';
    await events.until((received) => received.some(mine));
    events.close();
    expect((await usage()).bytes).toBe(counted + wide.length);

    const [current, old, ...more] = await versionsOf(id);
    expect(more).toEqual([]);
    expect(current).toMatchObject({ current: true, filename: 'wide.jpg', replacedAt: null, keptUntil: null });
    expect(old).toMatchObject({ current: false, filename: 'photo.jpg', checksum: sha256(red), width: 300 });
    const kept = Date.parse(old.keptUntil) - Date.parse(old.replacedAt);
    expect(kept).toBe(30 * 24 * 3600 * 1000);

    const restored = await restore(id, old.id);
    expect([restored.status, restored.body.data]).toMatchObject([200, { id, url: before.url, width: 300 }]);
    expect(restored.body.data.version).toBeGreaterThan(after.version);
    expect(await content(before.url)).toEqual(red);
    expect(await content(transform)).toEqual(drawn);
    expect((await restore(id, old.id)).status).toBe(200);
    expect(await versionsOf(id)).toHaveLength(2);
    await everythingHolds();
  });

  it('may come in parts', async () => {
    const { mediaId: id } = await api.upload({ name: 'small.txt', ...textOf('small') });
    const bytes = Buffer.alloc(9 * 2 ** 20, 'words ');
    const declare = { replaces: id, multipart: true };
    const updating = await keyWith('media:read', 'media:update');
    const ticket = (await updating.announce({ name: 'large.txt', type: 'text/plain', bytes, declare })).body.data;
    expect(ticket).toMatchObject({ mediaId: id, multipart: { partCount: 2 } });
    await partsClient(updating).send(ticket.id, bytes, [1, 2]);
    expect((await updating.call('POST', `/api/v1/uploads/${ticket.id}/complete`)).status).toBe(200);
    expect((await api.outcome(ticket.id)).status).toBe('active');
    expect(await record(id)).toMatchObject({ filename: 'large.txt', fileSize: bytes.length });
    await everythingHolds();
  });

  it('leaves the record as it is when it is not what it was announced as, or another one was first', async () => {
    const { mediaId: id } = await api.upload({ name: 'kept.txt', ...textOf('kept') });
    const wrong = { name: 'x.png', type: 'image/png', bytes: Buffer.from('<p>no picture</p>') };
    expect((await api.upload({ ...wrong, declare: { replaces: id } })).status).toBe('rejected');
    expect(await record(id)).toMatchObject({ filename: 'kept.txt' });
    const late = (await api.announce({ name: 'late.txt', ...textOf('late'), declare: { replaces: id } })).body.data;
    await api.upload({ name: 'first.txt', ...textOf('first'), declare: { replaces: id } });
    await api.put(late.request, Buffer.from('late'));
    expect(await api.outcome(late.id)).toMatchObject({ status: 'expired', code: 'OVERTAKEN' });
    expect(await record(id)).toMatchObject({ filename: 'first.txt' });
    // What came too late is removed a moment after the upload is over.
    await eventually(everythingHolds);
  });

  it('is for those who may update the record, and says nothing of one that they may not see', async () => {
    const { mediaId: id } = await api.upload({ name: 'scoped.txt', ...textOf('scoped') });
    const creating = await keyWith('media:read', 'media:create');
    const declare = { replaces: id };
    expect((await creating.announce({ name: 'b.txt', ...textOf('b'), declare })).status).toBe(403);
    const missing = await api.announce({ name: 'b.txt', ...textOf('b'), declare: { replaces: crypto.randomUUID() } });
    expect([missing.status, missing.body.error]).toEqual([404, 'Media not found']);
    const titled = await api.announce({ name: 'b.txt', ...textOf('b'), declare: { replaces: id, title: 'New' } });
    expect([titled.status, titled.body.details.errors[0].path]).toEqual([400, ['title']]);
    expect((await restore(id, 'x')).status).toBe(404);
  });

  it('of all things leaves nothing when its record is purged', async () => {
    const { mediaId: id } = await api.upload({ name: 'a.txt', ...textOf('aaa') });
    for (const name of ['b.txt', 'c.txt']) await api.upload({ name, ...textOf(name), declare: { replaces: id } });
    const [, last] = await versionsOf(id);
    await restore(id, last.id);
    await api.call('DELETE', `/api/v1/media/${id}`);
    expect((await api.call('GET', `/api/v1/media/${id}/versions`)).status).toBe(404);
    await api.call('DELETE', `/api/v1/trash/${id}`);
    expect((await ops.keys()).filter((key) => key.includes(id))).toEqual([]);
    expect((await ops.items()).filter(({ pk }) => pk === `MEDIA#${id}`)).toEqual([]);
    await everythingHolds();
  });
});

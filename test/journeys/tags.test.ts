import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { libraryHolds } from '../support/checks/library-check.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { listen } from '../support/drivers/events.ts';
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

const TAGS = '/api/v1/media-tags';
const createTag = async (name: string, looks = {}) =>
  (await api.call('POST', TAGS, { json: { name, ...looks } })).body.data;
const createMedia = async (filename = 'a.jpg') => {
  const json = { url: 'https://example.com/a.jpg', filename, fileSize: 5, mimeType: 'image/jpeg' };
  return (await api.call('POST', '/api/v1/media', { json })).body.data.id as string;
};
const add = (id: string, tagId: string) => api.call('POST', `/api/v1/media/${id}/tags`, { json: { tagId } });
const list = async (query: string) => (await api.call('GET', `/api/v1/media?${query}`)).body.data;
const idsIn = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
const everythingHolds = () => libraryHolds(ops);

describe('POST /media-tags', () => {
  it('creates a tag whose slug comes from its name', async () => {
    const { status, body } = await api.call('POST', TAGS, { json: { name: 'Product Photos' } });
    expect(status).toBe(201);
    expect(body).toEqual({
      success: true,
      data: {
        id: expect.any(String),
        slug: 'product-photos',
        name: 'Product Photos',
        color: null,
        icon: null,
        order: 0,
        isActive: true,
      },
    });
  });

  it('updates the tag that has the name already, in any case and with any accents', async () => {
    const first = await createTag('Café Bar', { color: '#3b82f6' });
    const second = await createTag('CAFE  bar');
    expect(second).toMatchObject({ id: first.id, slug: 'cafe-bar', name: 'CAFE  bar', color: '#3b82f6' });
  });

  it.each([
    ['ピザ', 'ビザ'],
    ['बाल', 'बल'],
    ['かき', 'かぎ'],
    ['K', 'K++'],
    ['L', 'L#'],
    ['3.7', '3-7'],
    ['🍷', '🍺'],
  ])('never renames %s when %s is made, on any record', async (one, other) => {
    const [id, tag] = [await createMedia(), await createTag(one)];
    await add(id, tag.id);
    const made = await createTag(other);
    expect((await api.call('GET', `/api/v1/media/${id}`)).body.data.tags).toEqual([
      { id: tag.id, slug: tag.slug, name: one },
    ]);
    expect([made.name, made.slug === tag.slug]).toEqual([other, false]);
    expect(idsIn(await list(`tagSlugs=${encodeURIComponent(tag.slug)}`))).toEqual([id]);
    expect((await list(`tagSlugs=${encodeURIComponent(made.slug)}`)).total).toBe(0);
  });

  it('makes one tag of many that come at once', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => createTag('At once')));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  });

  it.each([['!!!'], [''], ['   '], ['a'.repeat(101)], ['a\u0007b'], ['a\nb'], ['a\u202eb']])(
    'refuses the name %j',
    async (name) => expect((await api.call('POST', TAGS, { json: { name } })).status).toBe(400),
  );

  it('refuses a field that it does not know', async () => {
    const { status, body } = await api.call('POST', TAGS, { json: { name: 'x', teamId: 'another' } });
    expect([status, body.details.code]).toEqual([400, 'UNKNOWN_FIELD']);
  });
});

describe('GET /media-tags', () => {
  it('lists active tags by order and name, as the reference shows them', async () => {
    const brand = await createTag('Brand', { color: '#3b82f6', order: -3 });
    const hidden = await createTag('Hidden', { order: -4 });
    const zebra = await createTag('zebra', { order: -2 });
    const apple = await createTag('Apple', { order: -2 });
    expect((await api.call('PATCH', `${TAGS}/${hidden.id}`, { json: { isActive: false } })).status).toBe(200);
    const { status, body } = await api.call('GET', TAGS);
    expect([status, Object.keys(body), body.success]).toEqual([200, ['success', 'data'], true]);
    expect(idsIn(body).slice(0, 3)).toEqual([brand.id, apple.id, zebra.id]);
    expect(idsIn(body)).not.toContain(hidden.id);
    expect(body.data[0]).toEqual({
      id: brand.id,
      type: 'media_tag',
      slug: 'brand',
      name: 'Brand',
      description: null,
      icon: null,
      color: '#3b82f6',
      order: -3,
      isActive: true,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect((await createTag('Hidden')).isActive).toBe(true);
  });
});

describe('tags of a record', () => {
  it('are added once however often, and answered whole', async () => {
    const [id, tag] = [await createMedia(), await createTag('Holiday')];
    const answers = [await add(id, tag.id), await add(id, tag.id)];
    for (const { status, body } of answers) {
      expect([status, body.success]).toEqual([201, true]);
      expect(body.data).toEqual([
        {
          ...{ id: tag.id, type: 'media_tag', slug: 'holiday', name: 'Holiday', description: null, icon: null },
          ...{ color: null, order: 0, isActive: true },
          createdAt: expect.stringMatching(/Z$/),
          updatedAt: expect.stringMatching(/Z$/),
        },
      ]);
    }
    const read = await api.call('GET', `/api/v1/media/${id}/tags`);
    expect([read.status, read.body]).toEqual([200, answers[0]?.body]);
    const { tags, version } = (await api.call('GET', `/api/v1/media/${id}`)).body.data;
    expect([tags, version]).toEqual([[{ id: tag.id, slug: 'holiday', name: 'Holiday' }], 2]);
  });

  it('are one row and one count when a hundred callers add the same at once', async () => {
    const [id, tag] = [await createMedia(), await createTag('Hundred')];
    const answers = await Promise.all(Array.from({ length: 100 }, () => add(id, tag.id)));
    expect(answers.map(({ status, body }) => [status, body.data?.length])).toEqual(answers.map(() => [201, 1]));
    expect(await list(`tagIds=${tag.id}`)).toMatchObject({ total: 1, data: [{ id, version: 2 }] });
    await everythingHolds();
  });

  it('are replaced as a set', async () => {
    const id = await createMedia();
    const [one, two, three] = [await createTag('one'), await createTag('two'), await createTag('three')];
    const put = async (...tagIds: string[]) => api.call('PUT', `/api/v1/media/${id}/tags`, { json: { tagIds } });
    expect(idsIn((await put(one.id, two.id)).body)).toEqual([one.id, two.id]);
    expect(idsIn((await put(three.id, two.id, two.id)).body)).toEqual([three.id, two.id]);
    expect((await list(`tagSlugs=one`)).total).toBe(0);
    expect((await put()).body.data).toEqual([]);
    expect((await put(...Array.from({ length: 41 }, (_, index) => `tag-${index}`))).status).toBe(400);
  });

  it('are removed, and removing what is not there is no error', async () => {
    const [id, tag] = [await createMedia(), await createTag('Passing')];
    await add(id, tag.id);
    for (const _ of [1, 2]) {
      const { status, body } = await api.call('DELETE', `/api/v1/media/${id}/tags?tagId=${tag.id}`);
      expect([status, body]).toEqual([200, { success: true, data: { success: true } }]);
    }
    expect((await api.call('GET', `/api/v1/media/${id}/tags`)).body.data).toEqual([]);
    expect((await api.call('DELETE', `/api/v1/media/${id}/tags`)).status).toBe(400);
  });

  it('have to exist, and so has the record', async () => {
    const [id, tag] = [await createMedia(), await createTag('Exists')];
    expect((await add(id, 'no-such-tag')).body).toEqual({ success: false, error: 'Tag not found' });
    expect((await add('no-such-media', tag.id)).body).toEqual({ success: false, error: 'Media not found' });
  });

  it('are told to everyone as media.tagged, with the names', async () => {
    const events = await listen(runtime.ready);
    const [id, tag] = [await createMedia(), await createTag('Told')];
    await add(id, tag.id);
    const received = await events.until((all) =>
      all.some(({ event, data }) => event === 'media.tagged' && data.id === id),
    );
    expect(received.findLast(({ event }) => event === 'media.tagged')?.data.tags).toEqual([
      { id: tag.id, slug: 'told', name: 'Told' },
    ]);
    events.close();
  });

  it("come along with an upload, and have to be the team's", async () => {
    const tag = await createTag('Uploaded');
    const bytes = Buffer.from('tagged text');
    const file = { name: 'tagged.txt', type: 'text/plain', bytes };
    const { mediaId } = await api.upload({ ...file, declare: { tagIds: [tag.id] } });
    expect((await list('tagSlugs=uploaded')).data).toMatchObject([{ id: mediaId, tags: [{ name: 'Uploaded' }] }]);
    const refused = await api.announce({ ...file, declare: { tagIds: [tag.id, 'no-such-tag'] } });
    expect([refused.status, refused.body.details.errors[0].path]).toEqual([400, ['tagIds', 1]]);
    await everythingHolds();
  });
});

describe('a tag', () => {
  it('shows its new name at once, keeps its slug, and is found by the new name', async () => {
    const [id, tag] = [await createMedia(), await createTag('Old name')];
    await add(id, tag.id);
    const { body } = await api.call('PATCH', `${TAGS}/${tag.id}`, { json: { name: 'Quixotic', order: 7 } });
    expect(body.data).toMatchObject({ id: tag.id, slug: 'old-name', name: 'Quixotic', order: 7 });
    expect((await list(`tagIds=${tag.id}`)).data[0].tags).toEqual([{ id: tag.id, slug: 'old-name', name: 'Quixotic' }]);
    await eventually(async () => expect((await list('search=quixotic')).total).toBe(1));
  });

  it('cannot be given the name of another', async () => {
    const [one, other] = [await createTag('Taken'), await createTag('Free')];
    const { status, body } = await api.call('PATCH', `${TAGS}/${other.id}`, { json: { name: 'TAKEN' } });
    expect([status, body.error]).toEqual([409, 'Another tag has this name']);
    expect((await api.call('PATCH', `${TAGS}/${one.id}`, { json: { name: 'TAKEN' } })).body.data.name).toBe('TAKEN');
    expect((await api.call('PATCH', `${TAGS}/${one.id}`, { json: { name: '!!!' } })).status).toBe(400);
  });

  it('vanishes from lists and records at once, and leaves nothing behind', async () => {
    const tag = await createTag('Gone');
    const ids = await Promise.all(Array.from({ length: 12 }, () => createMedia('gone-with-it.jpg')));
    await Promise.all(ids.map((id) => add(id, tag.id)));
    await api.call('DELETE', `/api/v1/media/${ids[0]}`);
    expect((await api.call('DELETE', `${TAGS}/${tag.id}`)).body.data).toEqual({ message: 'Tag deleted successfully' });
    expect((await api.call('DELETE', `${TAGS}/${tag.id}`)).body).toEqual({ success: false, error: 'Tag not found' });
    expect(idsIn((await api.call('GET', TAGS)).body)).not.toContain(tag.id);
    expect((await api.call('GET', `/api/v1/media/${ids[1]}`)).body.data.tags).toEqual([]);
    expect(await list(`tagIds=${tag.id}`)).toMatchObject({ data: [], total: 0 });
    await eventually(async () => {
      const items = await ops.items();
      expect(items.filter((item) => JSON.stringify([item.pk, item.tagIds]).includes(tag.id))).toEqual([]);
    });
    expect((await api.call('POST', `/api/v1/media/${ids[0]}/restore`)).status).toBe(200);
    await everythingHolds();
  });

  it('follows its records into the trash and back, in lists and counts', async () => {
    const [id, tag] = [await createMedia(), await createTag('Follows')];
    await add(id, tag.id);
    await api.call('DELETE', `/api/v1/media/${id}`);
    expect(await list('tagSlugs=follows')).toMatchObject({ data: [], total: 0 });
    await api.call('POST', `/api/v1/media/${id}/restore`);
    expect(await list('tagSlugs=follows')).toMatchObject({ data: [{ id }], total: 1 });
    await api.call('DELETE', `/api/v1/media/${id}`);
    await api.call('DELETE', `/api/v1/trash/${id}`);
    expect(await list('tagSlugs=follows')).toMatchObject({ data: [], total: 0 });
    await everythingHolds();
  });
});

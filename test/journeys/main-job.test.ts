import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { photo, transparentPng } from '../support/fixtures/pictures.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
const follow = async (url: string) => {
  const redirect = await fetch(url, { redirect: 'manual' });
  expect(redirect.status).toBe(302);
  return fetch(redirect.headers.get('location') ?? '');
};

describe('the main job', () => {
  it('turns a photo into a verified record with renditions, found, edited and deleted', async () => {
    const bytes = await photo(2000, 1500, { orientation: 6, gps: true });
    const created = await api.announce({
      name: 'Sommer am See.jpg',
      type: 'image/jpeg',
      bytes,
      declare: { sha256: sha256(bytes), title: 'Am See', visibility: 'shared' },
    });
    expect(created.status).toBe(201);
    expect(created.body.data).toEqual({
      id: expect.any(String),
      mediaId: expect.any(String),
      status: 'pending',
      expiresAt: expect.any(String),
      duplicateOf: null,
      request: {
        method: 'PUT',
        url: expect.stringContaining(
          'X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256',
        ),
        headers: { 'content-type': 'image/jpeg', 'if-none-match': '*', 'x-amz-checksum-sha256': sha256(bytes) },
      },
    });
    const { id, mediaId, request } = created.body.data;
    expect((await api.put(request, bytes)).status).toBe(200);
    expect(await api.outcome(id)).toMatchObject({ id, mediaId, status: 'active', code: null, message: null });

    const record = (await api.call('GET', `/api/v1/media/${mediaId}`)).body;
    expect(record).toMatchObject({
      success: true,
      data: {
        id: mediaId,
        filename: 'Sommer am See.jpg',
        fileSize: bytes.length,
        mimeType: 'image/jpeg',
        width: 1500,
        height: 2000,
        title: 'Am See',
        alt: null,
        status: 'active',
        checksum: sha256(bytes),
        thumbhash: expect.any(String),
        dominantColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
        visibility: 'shared',
        version: 1,
        tags: [],
      },
    });

    const original = await follow(record.data.url);
    expect(original.headers.get('content-type')).toBe('image/jpeg');
    expect(original.headers.get('content-disposition')).toBe('inline; filename="Sommer am See.jpg"');
    expect(sha256(new Uint8Array(await original.arrayBuffer()))).toBe(sha256(bytes));

    for (const [name, box] of [
      ['small', 160],
      ['medium', 480],
      ['large', 1280],
    ] as const) {
      const rendition = record.data.renditions[name];
      const answer = await follow(rendition.url);
      expect(answer.headers.get('content-type')).toBe('image/webp');
      const metadata = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      expect(metadata).toMatchObject({ format: 'webp', width: rendition.width, height: rendition.height });
      expect(Math.max(rendition.width, rendition.height)).toBe(box);
      expect(metadata.exif).toBeUndefined();
    }

    const listed = (await api.call('GET', '/api/v1/media?type=image&limit=10')).body.data;
    expect(listed).toMatchObject({ total: 1, limit: 10, offset: 0, data: [{ id: mediaId }] });
    const [{ renditions }] = listed.data;
    for (const name of ['small', 'medium']) {
      const answer = await fetch(renditions[name].url, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
    }
    expect(renditions.large).toEqual(record.data.renditions.large);
    expect((await api.call('GET', '/api/v1/media?type=video')).body.data).toMatchObject({ total: 0, data: [] });

    const patched = await api.call('PATCH', `/api/v1/media/${mediaId}`, {
      json: { title: null, alt: 'A lake', caption: 'x' },
    });
    expect(patched.body.data).toMatchObject({ title: null, alt: 'A lake', caption: 'x', version: 2 });
    expect(patched.body.data.updatedAt > record.data.updatedAt).toBe(true);

    const deleted = await api.call('DELETE', `/api/v1/media/${mediaId}`);
    expect(deleted.body).toEqual({ success: true, data: { message: 'Media deleted successfully' } });
    for (const path of ['', '/content']) {
      const gone = await api.call('GET', `/api/v1/media/${mediaId}${path}`);
      expect([gone.status, gone.body]).toEqual([404, { success: false, error: 'Media not found' }]);
    }
    expect((await fetch(record.data.url, { redirect: 'manual' })).status).toBe(404);
    expect((await api.call('DELETE', `/api/v1/media/${mediaId}`)).status).toBe(404);
    expect((await api.call('GET', '/api/v1/media')).body.data.total).toBe(0);
    expect(await ops.keys(`originals/`)).toHaveLength(1);
  });

  it('draws the large rendition on its first request and keeps it', async () => {
    const { mediaId } = await api.upload({ name: 'wide.jpg', type: 'image/jpeg', bytes: await photo(1600, 400) });
    const drawn = async () =>
      (await ops.keys('renditions/')).filter((key) => key.includes(mediaId)).map((key) => key.split('/').at(-1));
    expect(await drawn()).toEqual(['medium.webp', 'small.webp']);
    const first = await api.call('GET', `/api/v1/media/${mediaId}/content?rendition=large`);
    expect(first.status).toBe(302);
    expect(await drawn()).toEqual(['large.webp', 'medium.webp', 'small.webp']);
    const again = await api.call('GET', `/api/v1/media/${mediaId}/content?rendition=large`);
    expect(new URL(again.headers.get('location') ?? '').pathname).toBe(
      new URL(first.headers.get('location') ?? '').pathname,
    );
  });

  it('never enlarges a small picture and keeps its transparency', async () => {
    const { mediaId } = await api.upload({ name: 'icon.png', type: 'image/png', bytes: await transparentPng(40, 20) });
    const { renditions } = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
    expect(renditions.medium).toMatchObject({ width: 40, height: 20 });
    const answer = await follow(renditions.small.url);
    expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).hasAlpha).toBe(true);
  });

  it('lists in every order, with offsets, and counts exactly', async () => {
    const names = ['b-order.txt', 'A-order.txt', 'ç-order.txt'];
    const ids: string[] = [];
    for (const [index, name] of names.entries()) {
      const bytes = Buffer.from('x'.repeat(10 * (3 - index)));
      ids.push((await api.upload({ name, type: 'text/plain', bytes })).mediaId);
    }
    const list = async (query: string) =>
      (await api.call('GET', `/api/v1/media?${query}`)).body.data.data
        .map(({ filename }: { filename: string }) => filename)
        .filter((name: string) => name.endsWith('order.txt'));
    expect(await list('orderBy=createdAt&orderDir=asc')).toEqual(names);
    expect(await list('orderBy=createdAt')).toEqual([...names].reverse());
    expect(await list('orderBy=filename&orderDir=asc')).toEqual(['A-order.txt', 'b-order.txt', 'ç-order.txt']);
    expect(await list('orderBy=fileSize&orderDir=asc')).toEqual([...names].reverse());
    const { total } = (await api.call('GET', '/api/v1/media?limit=1')).body.data;
    const paged: string[] = [];
    for (let offset = 0; offset < total; offset += 1) {
      paged.push((await api.call('GET', `/api/v1/media?limit=1&offset=${offset}`)).body.data.data[0].id);
    }
    expect(new Set(paged).size).toBe(total);
    expect((await api.call('GET', `/api/v1/media?offset=${total}`)).body.data).toMatchObject({ data: [], total });
    expect(ids.every((id) => paged.includes(id))).toBe(true);
  });
});

describe('a record of a file elsewhere', () => {
  const photoElsewhere = {
    url: 'https://example.com/images/photo.jpg',
    filename: 'photo.jpg',
    fileSize: 250000,
    mimeType: 'image/jpeg',
    width: 1920,
    height: 1080,
    alt: 'Sunset over mountains',
  };

  it('answers as the reference shows and points to that file', async () => {
    const created = await api.call('POST', '/api/v1/media', { json: photoElsewhere });
    expect(created.status).toBe(201);
    expect(created.body.data).toMatchObject({ ...photoElsewhere, title: null, caption: null, status: 'active' });
    const content = await api.call('GET', `/api/v1/media/${created.body.data.id}/content`);
    expect(content.headers.get('location')).toBe(photoElsewhere.url);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'not an address', ''])('refuses the address %j', async (url) =>
    expect((await api.call('POST', '/api/v1/media', { json: { ...photoElsewhere, url } })).status).toBe(400),
  );
});

describe('visibility', () => {
  const upload = async (visibility: string) => {
    const { mediaId } = await api.upload({
      name: `${visibility}.txt`,
      type: 'text/plain',
      bytes: Buffer.from(`a ${visibility} text`),
      declare: { visibility },
    });
    return (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data.url as string;
  };

  it('private opens with credentials alone', async () => {
    const url = await upload('private');
    const anonymous = await fetch(url, { redirect: 'manual' });
    expect([anonymous.status, await anonymous.json()]).toEqual([404, { success: false, error: 'Media not found' }]);
    const member = await api.call('GET', url);
    expect([member.status, member.headers.get('cache-control')]).toEqual([302, 'no-store']);
  });

  it('shared opens to every holder of the address and stays out of shared caches', async () => {
    const answer = await fetch(await upload('shared'), { redirect: 'manual' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'private, max-age=60']);
  });

  it('public may be cached', async () => {
    const answer = await fetch(await upload('public'), { redirect: 'manual' });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'public, max-age=60']);
  });
});

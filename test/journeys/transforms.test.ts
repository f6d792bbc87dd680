import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { photo } from '../support/fixtures/pictures.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
let address: string;
let mediaId: string;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  ({ mediaId } = await api.upload({ name: 'view.jpg', type: 'image/jpeg', bytes: await photo(1200, 900) }));
  address = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data.url;
});
afterAll(() => runtime?.stop());

/** At the edge an answer is for all sites, and says the same for each address: it is one policy of the distribution. */
const vary = (names: string): string => (runtime.ready.api === undefined ? names : 'accept, sec-fetch-mode');
/** The edge drops what it does not know, so that nothing but known parameters is in the key of its cache. */
const atTheApi = (url: string): string => url.replace(runtime.ready.http, runtime.ready.api ?? runtime.ready.http);

const anonymous = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${address}?${query}`, { redirect: 'manual', headers });
const stored = async () => (await ops.keys('renditions/')).filter((key) => key.includes('/t/'));
const metadataOf = async (redirect: { headers: Headers }) => {
  const answer = await fetch(redirect.headers.get('location') ?? '');
  expect(answer.status).toBe(200);
  return { answer, ...(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()) };
};

describe('a transform on the address', () => {
  it('is drawn once, stored, and served from S3 from then on', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => anonymous('w=320&h=320&format=webp')));
    expect(answers.map(({ status }) => status)).toEqual([302, 302, 302, 302, 302, 302]);
    expect(await stored()).toHaveLength(1);
    const [key = ''] = await stored();
    const { LastModified } = await ops.head(key);
    const { answer, ...metadata } = await metadataOf(await anonymous('w=320&h=320&format=webp'));
    expect(metadata).toMatchObject({ format: 'webp', width: 320, height: 320 });
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect((await ops.head(key)).LastModified).toEqual(LastModified);
  });

  it('has the format that the client accepts best, and says that it depends on that', async () => {
    const modern = await anonymous('w=160', { accept: 'image/avif,image/webp,*/*' });
    expect([modern.headers.get('vary'), (await metadataOf(modern)).format]).toEqual([
      vary('accept, origin, sec-fetch-mode'),
      'heif',
    ]);
    expect((await metadataOf(await anonymous('w=160', { accept: '*/*' }))).format).toBe('jpeg');
    expect((await anonymous('w=160&format=png')).headers.get('vary')).toBe(vary('origin, sec-fetch-mode'));
  });

  it('has any size for members and a step of the ladder for everybody else', async () => {
    const member = await api.call('GET', `/api/v1/media/${mediaId}/content?w=301&format=jpeg`);
    expect((await metadataOf(member)).width).toBe(301);
    expect((await metadataOf(await anonymous('w=301&format=jpeg'))).width).toBe(320);
  });

  it('follows the focal point of the record', async () => {
    const crop = async () => {
      const answer = await fetch((await anonymous('w=32&h=320&format=png')).headers.get('location') ?? '');
      return Buffer.from(await answer.arrayBuffer());
    };
    const before = await crop();
    expect((await api.call('PATCH', `/api/v1/media/${mediaId}`, { json: { focalX: 0, focalY: 0.5 } })).status).toBe(
      200,
    );
    expect(await crop()).not.toEqual(before);
  });

  it.each(['w=0', 'w=99999', 'fit=fill', 'format=svg', 'q=101', 'rendition=small&w=10', 'w=1,2'])(
    'is refused as %s and draws nothing',
    async (query) => {
      const before = await stored();
      expect((await anonymous(query)).status).toBe(400);
      expect(await stored()).toEqual(before);
    },
  );

  it('is refused with a parameter that is none, at the address of the API', async () => {
    expect((await fetch(`${atTheApi(address)}?unknown=1`, { redirect: 'manual' })).status).toBe(400);
  });

  it('is refused for a file that is no picture', async () => {
    const text = await api.upload({ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('text') });
    expect((await api.call('GET', `/api/v1/media/${text.mediaId}/content?w=10`)).status).toBe(415);
  });
});

describe('the file itself', () => {
  it('may be fetched by pages of any site, through the redirect', async () => {
    const redirect = await fetch(address, { redirect: 'manual', headers: { origin: 'https://blog.example' } });
    expect(redirect.headers.get('access-control-allow-origin')).toBe('*');
    // Behind a redirect to another host, a browser names no origin any more.
    const file = await fetch(redirect.headers.get('location') ?? '', { headers: { origin: 'null' } });
    expect([file.status, file.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    const member = await api.call('GET', `/api/v1/media/${mediaId}/content`, {
      headers: { origin: 'https://blog.example' },
    });
    expect(member.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('answers HEAD with its size and type', async () => {
    const head = await fetch(address, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(Number(head.headers.get('content-length'))).toBe(
      (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data.fileSize,
    );
    expect((await fetch(`${address}?w=0`, { method: 'HEAD' })).status).toBe(400);
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await api.call(method, `/api/v1/media/${mediaId}/content`);
      expect([method, status]).toEqual([method, 302]);
      expect((await fetch(headers.get('location') ?? '', { method })).headers.get('content-type')).toBe('image/jpeg');
    }
  });

  it('answers ranges behind the redirect, as players need', async () => {
    const location = (await fetch(address, { redirect: 'manual' })).headers.get('location') ?? '';
    const part = await fetch(location, { headers: { range: 'bytes=0-1' } });
    expect([part.status, part.headers.get('content-range')?.split('/')[0]]).toEqual([206, 'bytes 0-1']);
    expect(Buffer.from(await part.arrayBuffer()).toString('hex')).toBe('ffd8');
  });
});

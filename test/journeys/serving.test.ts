import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { fixture } from '../support/fixtures/fixtures.ts';
import { DOCX } from '../support/fixtures/least-files.ts';
import { photo, transparentPng } from '../support/fixtures/pictures.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  // A folder is filled by one address, which would be told to wait long before.
  runtime = await startRuntime(['--memory', '-c', 'rateLimits.anonymousPerMinute=100000']);
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const recordOf = async (id: string) => (await api.call('GET', `/api/v1/media/${id}`)).body.data;
const headOf = async (address: string) => fetch(address, { method: 'HEAD' });

describe('a name that a file is served under', () => {
  it.each(['report.hta', 'invoice.pdf.exe', 'page.svg.html'])(
    'ends as its type does, whatever the name: %s',
    async (name) => {
      const { mediaId } = await api.upload({ name, type: 'image/jpeg', bytes: await photo(40, 30) });
      const record = await recordOf(mediaId);
      expect(record.filename).toBe(name);
      const shown = await headOf(record.url);
      expect(shown.headers.get('content-disposition')).toBe(`inline; filename="${name}.jpg"`);
      const download = await api.call('GET', `/v1/media/files/${mediaId}/download`);
      const { headers } = await fetch(download.headers.get('location') ?? '');
      expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}.jpg"`);
    },
  );

  it.each(['?.txt', '??', 'what?.txt', '%3F.txt', '#1.txt', 'a%2Fb.txt', '\\.txt'])(
    'leaves its address whole: %s',
    async (name) => {
      const { mediaId } = await api.upload({ name, type: 'text/plain', bytes: Buffer.from('hello') });
      const answer = await fetch((await recordOf(mediaId)).url);
      expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
    },
  );
});

describe('a record whose file lies elsewhere', () => {
  it('leads only members of its team there', async () => {
    const json = {
      url: 'https://evil.example/login',
      filename: 'Invoice.pdf',
      fileSize: 1,
      mimeType: 'application/pdf',
    };
    const made = await api.call('POST', '/api/v1/media', { json: { ...json, visibility: 'public' } });
    const address = `${runtime.ready.http}/m/${made.body.data.id}/Invoice.pdf`;
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(address, { method, redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')]).toEqual([404, null]);
    }
    const member = await api.call('GET', new URL(address).pathname);
    expect([member.status, member.headers.get('location')]).toEqual([302, json.url]);
    // Behind the edge it also says that it is for one caller alone.
    expect(member.headers.get('cache-control')).toMatch(/^(?:private, )?no-store$/);
  });

  it('leads nowhere else by any header of a request', async () => {
    const { mediaId } = await api.upload({ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('hello') });
    const headers = {
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      'x-original-url': '//evil.example',
    };
    const answer = await fetch((await recordOf(mediaId)).url, { redirect: 'manual', headers });
    expect(new URL(answer.headers.get('location') ?? '').origin).toBe(runtime.ready.s3);
  });
});

const drawnOf = async (mediaId: string) =>
  (await ops.keys('renditions/')).filter((key) => key.includes(`/${mediaId}/`) && key.includes('/t/'));
const bytesOf = async (address: string, headers: Record<string, string> = {}) =>
  Buffer.from(await (await fetch(address, { headers })).arrayBuffer());

describe('transforms for callers outside of the team', () => {
  it('are few: parameters take steps, and what has no effect makes no other result', async () => {
    const { mediaId } = await api.upload({ name: 'view.jpg', type: 'image/jpeg', bytes: await photo(300, 200) });
    const { url } = await recordOf(mediaId);
    const login = await api.call('POST', '/llm/auth/guest-login');
    const asked = ['w=151', 'w=152', 'w=160', 'w=80&dpr=2', 'w=159&flatten=112233', 'w=157&flatten=445566'];
    asked.push('w=160&position=top', 'w=160&rotate=0', 'w=160&page=1', 'w=150&h=100', 'w=160&h=4000&fit=inside');
    for (const query of asked) {
      const headers = asked.indexOf(query) % 2 ? { authorization: `Bearer ${login.body.access_token}` } : {};
      expect((await fetch(`${url}?${query}&format=png`, { headers, redirect: 'manual' })).status).toBe(302);
    }
    expect(await drawnOf(mediaId)).toEqual([expect.stringMatching(/\/t\/plain\/160x_inside_centre_q100\.png$/)]);
  });

  it('are no more than one caller may have drawn of a file, and a plain picture is always there', async () => {
    const { mediaId } = await api.upload({ name: 'dot.jpg', type: 'image/jpeg', bytes: await photo(64, 64) });
    const { url } = await recordOf(mediaId);
    const statuses = new Map<number, number>();
    const heights = [32, 64, 96, 128, 160, 240, 320, 480];
    const queries = heights.flatMap((h) =>
      heights.flatMap((w) =>
        ['webp', 'jpeg', 'png'].flatMap((format) =>
          [1, 3].map((blur) => `w=${w}&h=${h}&fit=contain&format=${format}&blur=${blur}`),
        ),
      ),
    );
    for (const query of queries.slice(0, 45)) {
      const { status } = await fetch(`${url}?${query}`, { redirect: 'manual' });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(await drawnOf(mediaId)).toHaveLength(40);
    expect(Object.fromEntries(statuses)).toEqual({ 302: 40, 429: 5 });
    expect((await fetch(`${url}?w=32&format=webp`)).status).toBe(200);
    const member = await api.call('GET', `/api/v1/media/${mediaId}/content?w=31&h=30&format=webp`);
    expect(member.status).toBe(302);
  }, 300_000);
});

describe('a picture that something shines through', () => {
  it.each(['*/*', 'image/*,*/*;q=0.8', 'image/jpeg;q=0.9,*/*;q=0.8', 'image/webp;q=0.1,image/png'])(
    'stays so for Accept: %s',
    async (accept) => {
      const { mediaId } = await api.upload({
        name: 'logo.png',
        type: 'image/png',
        bytes: await transparentPng(64, 48),
      });
      const { url } = await recordOf(mediaId);
      const { format, hasAlpha } = await sharp(await bytesOf(`${url}?w=16`, { accept })).metadata();
      expect([format, hasAlpha]).toEqual(['png', true]);
      expect((await sharp(await bytesOf(`${url}?w=16&flatten=ffffff`, { accept: '*/*' })).metadata()).format).toBe(
        'jpeg',
      );
    },
  );
});

describe('the preview of a private file', () => {
  const preview = (id: string, json: object) => api.call('POST', `/v1/media/files/${id}/preview`, { json });

  it.each([
    ['photo.jpg', 'image/jpeg', () => photo(900, 600), 'thumbnail', 'webp'],
    ['photo.jpg', 'image/jpeg', () => photo(900, 600), 'jpeg', 'jpeg'],
    ['notes.txt', 'text/plain', async () => Buffer.from('some words'), 'webp', 'webp'],
    ['notes.txt', 'text/plain', async () => Buffer.from('other words'), 'jpeg', 'jpeg'],
    ['report.pdf', 'application/pdf', () => fixture('document/report.pdf'), 'jpeg', 'jpeg'],
    ['linearized.pdf', 'application/pdf', () => fixture('document/linearized.pdf'), 'webp', 'webp'],
    ['film.mp4', 'video/mp4', () => fixture('video/index-first.mp4'), 'jpeg', 'jpeg'],
    ['film.webm', 'video/webm', () => fixture('previews/film.webm'), 'webp', 'webp'],
    ['letter.docx', DOCX, () => fixture('office/letter.docx'), 'jpeg', 'jpeg'],
    ['numbers.xls', 'application/vnd.ms-excel', () => fixture('office/numbers.xls'), 'webp', 'webp'],
  ] as const)('opens without credentials: %s (%s)', async (name, type, bytes, format, drawn) => {
    const { mediaId } = await api.upload({ name, type, bytes: await bytes(), declare: { visibility: 'private' } });
    const made = await preview(mediaId, { format, size: 'medium' });
    expect(made.status).toBe(200);
    const { preview_url: address, width, height } = made.body.data;
    expect(await sharp(await bytesOf(address)).metadata()).toMatchObject({ format: drawn, width, height });
    const { url } = await recordOf(mediaId);
    for (const closed of [
      url,
      `${url}?rendition=medium`,
      `${address}&rendition=large`,
      `${address}&w=4000`,
      `${address}x`,
    ]) {
      expect([closed, [400, 404]]).toEqual([closed, expect.arrayContaining([(await fetch(closed)).status])]);
    }
  });

  it('opens no other file, and none once the file is gone', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map((shade) =>
        sharp({ create: { width: 9, height: 9, channels: 3, background: { r: shade, g: 0, b: 0 } } })
          .png()
          .toBuffer()
          .then((bytes) => api.upload({ name: 'a.png', type: 'image/png', bytes, declare: { visibility: 'private' } })),
      ),
    );
    const address: string = (await preview(one.mediaId, {})).body.data.preview_url;
    expect((await fetch(address.replace(one.mediaId, other.mediaId))).status).toBe(404);
    expect((await fetch(address)).status).toBe(200);
    expect((await api.call('DELETE', `/api/v1/media/${one.mediaId}`)).status).toBe(200);
    expect((await fetch(address)).status).toBe(404);
  });
});

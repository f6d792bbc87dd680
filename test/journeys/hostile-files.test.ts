import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type Client, client } from '../support/client.ts';
import { html, pdf, pngBomb, svg, truncated, vips } from '../support/hostile-files.ts';
import { type Operator, operator } from '../support/operator.ts';
import { animation, photo } from '../support/pictures.ts';
import { type Runtime, startRuntime } from '../support/runtime.ts';
import { VERIFIED_FILES } from '../support/verified-files.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const objectsOf = async (mediaId: string) => (await ops.keys()).filter((key) => key.includes(mediaId));
/** A rejected original is removed right after its upload is known to be rejected. */
const nothingIsLeftOf = async (mediaId: string) => {
  for (const deadline = Date.now() + 10_000; (await objectsOf(mediaId)).length > 0; await pause(50)) {
    if (Date.now() > deadline) throw new Error(`${await objectsOf(mediaId)} is still there`);
  }
};
const totals = async () => (await ops.items()).find(({ sk }) => sk === 'TOTALS') ?? {};

describe('bytes that are not what was announced', () => {
  const tiff = () =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .tiff()
      .toBuffer();

  it.each([
    ['HTML as PNG', 'image/png', async () => html],
    ['SVG as PNG', 'image/png', async () => svg],
    ['PDF as JPEG', 'image/jpeg', async () => pdf],
    ['TIFF as JPEG', 'image/jpeg', tiff],
    ['VIPS as JPEG', 'image/jpeg', async () => vips],
    ['HTML as text', 'text/plain', async () => html],
    ['JPEG as PDF', 'application/pdf', () => photo(64, 64)],
  ] as const)('%s is rejected, leaves nothing behind, and its content answers 409', async (name, type, make) => {
    const { mediaId, ...ended } = await api.upload({ name, type, bytes: await make() });
    expect(ended).toMatchObject({ status: 'rejected', code: 'CONTENT_MISMATCH', message: expect.any(String) });
    expect((await api.call('GET', `/api/v1/media/${mediaId}`)).status).toBe(404);
    expect((await api.call('GET', `/api/v1/media/${mediaId}/content`)).status).toBe(409);
    await nothingIsLeftOf(mediaId);
  });

  it('a small PNG of 256 million pixels is rejected before it is decoded', async () => {
    const { mediaId, ...ended } = await api.upload({ name: 'bomb.png', type: 'image/png', bytes: pngBomb() });
    expect(ended).toMatchObject({ status: 'rejected', code: 'PIXEL_LIMIT' });
    await nothingIsLeftOf(mediaId);
  });

  it('gives the quota back', async () => expect((await totals()).committed ?? 0).toBe(0));
});

describe('bytes that cannot be read', () => {
  it('fail once, and the original is kept for its owner', async () => {
    const before = Number((await totals()).committed ?? 0);
    const bytes = truncated(await photo(640, 480));
    const { mediaId, ...ended } = await api.upload({ name: 'cut.jpg', type: 'image/jpeg', bytes });
    expect(ended).toMatchObject({ status: 'failed', code: 'DECODE_ERROR' });
    expect((await objectsOf(mediaId)).map((key) => key.split('/')[0])).toEqual(['originals']);
    expect((await totals()).committed).toBe(before + bytes.length);
    expect((await api.call('GET', `/api/v1/media/${mediaId}/content`)).status).toBe(409);
  });
});

describe('documents, sounds and films', () => {
  const those = (becomes: string) => VERIFIED_FILES.filter((file) => file.becomes === becomes);
  const uploaded = ({ name, type, bytes }: (typeof VERIFIED_FILES)[number]) =>
    api.upload({ name, type, bytes: bytes() });

  it('end as the table of verified files says, four at a time', async () => {
    const before = Number((await totals()).committed ?? 0);
    const ended: unknown[] = [];
    const waiting = [...VERIFIED_FILES];
    const worker = async (): Promise<void> => {
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        const { mediaId, status, code } = await uploaded(file);
        const record = status === 'active' ? (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data : undefined;
        ended.push({ file: `${file.name} as ${file.type}`, status, code, warnings: record?.warnings });
        if (status === 'rejected') await nothingIsLeftOf(mediaId);
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    const expected = VERIFIED_FILES.map(({ name, type, becomes, code = null, warnings }) => ({
      file: `${name} as ${type}`,
      status: becomes,
      code,
      warnings,
    }));
    const sorted = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).sort();
    expect(sorted(ended)).toEqual(sorted(expected));
    const kept = [...those('active'), ...those('failed')].reduce((sum, { bytes }) => sum + bytes().length, 0);
    expect((await totals()).committed).toBe(before + kept);
  }, 120_000);
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

describe('an animation', () => {
  it.each(['gif', 'webp'] as const)('is shown by its first frame and its %s frames are counted', async (format) => {
    const bytes = await animation(format, 60, 40, 30);
    const { mediaId } = await api.upload({ name: `a.${format}`, type: `image/${format}`, bytes });
    const [item] = (await ops.items()).filter(({ pk, sk }) => pk === `MEDIA#${mediaId}` && sk === 'MEDIA');
    expect(item).toMatchObject({ frames: 30, width: 60, height: 40 });
    const small = (await objectsOf(mediaId)).find((key) => key.endsWith('small.webp')) ?? '';
    expect((await sharp(await ops.bytes(small)).metadata()).pages ?? 1).toBe(1);
  });
});

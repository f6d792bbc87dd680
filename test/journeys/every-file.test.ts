import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onlyTotals } from '../../bin/verify/totals.ts';
import { countedFor } from '../../functions/domain/counted-for.ts';
import { RENDITION_BOX } from '../../functions/domain/media.ts';
import { announcedType } from '../../functions/domain/media-types.ts';
import type { NamedCredential } from '../../functions/domain/principal.ts';
import { fitInside } from '../../functions/files/pictures/render-image.ts';
import { EXPECTED_METADATA } from '../fixtures/expected-metadata.ts';
import { libraryHolds } from '../support/checks/library-check.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { type Followed, fetched, follow } from '../support/fixtures/every-file/follow.ts';
import { EVERY_FILE, type ExpectedFile, type Kept, type Refused } from '../support/fixtures/every-file/index.ts';
import { truncated } from '../support/fixtures/hostile-files.ts';
import { photo } from '../support/fixtures/pictures.ts';

/** Recognition takes a processor for itself; the other files go on meanwhile. */
const AT_ONCE = 6;

let runtime: Runtime;
let api: Client;
let ops: Operator;
const ends = new Map<string, Followed | Error>();

beforeAll(async () => {
  // Hundreds of pictures are drawn for one address.
  runtime = await startRuntime(['--memory', '-c', 'rateLimits.anonymousPerMinute=100000']);
  api = client(runtime.ready);
  ops = operator(runtime.ready);
  const waiting = [...EVERY_FILE];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      ends.set(file.name, await follow(api, file).catch((error: Error) => error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}, 900_000);
afterAll(() => runtime?.stop());

const endOf = ({ name }: Pick<ExpectedFile, 'name'>): Followed => {
  const end = ends.get(name);
  if (!end || end instanceof Error) throw end ?? new Error(`${name} was not uploaded`);
  return end;
};
const named = <Becomes>(of: (becomes: ExpectedFile['becomes']) => becomes is Becomes & ExpectedFile['becomes']) =>
  EVERY_FILE.flatMap((file) => (of(file.becomes) ? [[file.name, file, file.becomes as Becomes] as const] : []));
const isKept = (becomes: ExpectedFile['becomes']): becomes is Kept => becomes.status === 'active';
const isRefused = (becomes: ExpectedFile['becomes']): becomes is Refused => becomes.status !== 'active';

describe('a file that is kept', () => {
  it.each(named<Kept>(isKept))('is recorded, shown, described and read: %s', (_, file, becomes) => {
    const { status, code, record, renditions = {}, metadata, text } = endOf(file);
    expect({ status, code }).toEqual({ status: 'active', code: null });
    expect(record).toMatchObject({
      filename: file.name,
      mimeType: announcedType(file.type, file.name),
      warnings: [],
      ...becomes.record,
    });
    expect(record).toMatchObject({ thumbhash: expect.any(String), dominantColor: expect.stringMatching(/^#\w{6}$/) });

    const [width, height] = becomes.shows.size;
    for (const [name, box] of Object.entries(RENDITION_BOX)) {
      const shrunk = fitInside({ width, height }, box);
      expect({ name, ...renditions[name] }).toMatchObject({
        name,
        format: 'webp',
        size: [shrunk.width, shrunk.height],
        tells: false,
        frames: 1,
      });
      for (const [x, y, colour] of becomes.shows.spots ?? []) {
        expect([name, x, y, renditions[name]?.colourAt(x, y)]).toEqual([name, x, y, colour]);
      }
    }

    expect(metadata).toMatchObject(becomes.metadata);
    if (becomes.text === 'unasked') {
      expect(text).toBeUndefined();
    } else if (becomes.text === 'picture') {
      expect(text).toMatchObject({ pageCount: 1, pages: [{ source: 'ocr' }] });
    } else if ('code' in becomes.text) {
      expect(text).toEqual(becomes.text);
    } else {
      // What has no words has a page all the same, with nothing on it.
      expect(text).toMatchObject({ truncated: false, pageCount: Math.max(1, becomes.text.length) });
      expect(text && 'pages' in text && text.pages.map((page) => page.text)).toEqual(becomes.text);
    }
  });
});

describe('a file that is refused', () => {
  it.each(named<Refused>(isRefused))('is told why, and has no content: %s', (_, file, becomes) => {
    const { status, code, content } = endOf(file);
    expect({ status, code }).toEqual(becomes);
    if (status !== 'announced') expect(content).toBe(409);
  });

  it('leaves its original when it failed, for its owner to look at, and nothing else', async () => {
    const followed = EVERY_FILE.map((file) => endOf(file));
    const keys = await ops.keys();
    for (const { mediaId, status } of followed.filter(({ status }) => status === 'failed' || status === 'rejected')) {
      const left = keys.filter((key) => key.includes(mediaId)).map((key) => key.split('/')[0]);
      expect([mediaId, left]).toEqual([mediaId, status === 'failed' ? ['originals'] : []]);
    }
    const totals = onlyTotals(await ops.items());
    const stored = followed.filter(({ status }) => status === 'active' || status === 'failed');
    expect(totals.committed).toBe(stored.reduce((sum, { fileSize }) => sum + fileSize, 0));
    await libraryHolds(ops);
  });
});

const recordOf = (name: string) => endOf({ name }).record;
const colourOf = async (url: string, x: number, y: number) => (await fetched(url)).colourAt(x, y);

/** Leaves an upload and the count of its person's open ones as an attempt does that begins. */
const beginAttempt = async (id: string): Promise<void> => {
  const items = await ops.items();
  const session = items.find(({ pk, sk }) => pk === `UPLOAD#${id}` && sk === 'UPLOAD');
  const { id: opener } = countedFor(String(session?.userId), session?.by as NamedCredential);
  const counter = items.find(({ pk, sk }) => pk === `COUNT#${opener}` && sk === 'UPLOADS');
  const { listPk, createdSk, ...begun } = { ...session, status: 'processing' } as Record<string, unknown>;
  expect([listPk, createdSk]).not.toContain(undefined);
  await ops.putItem(begun);
  await ops.putItem({ ...counter, count: Number(counter?.count) - 1 });
};

it('is verified when an attempt began whose end is not known', async () => {
  for (const [bytes, becomes] of [
    [await photo(320, 240), 'active'],
    [truncated(await photo(320, 240)), 'failed'],
  ] as const) {
    const announced = await api.announce({ name: 'retried.jpg', type: 'image/jpeg', bytes });
    const { id, request } = announced.body.data;
    await beginAttempt(id);
    await api.put(request, bytes);
    expect(await api.outcome(id, 120_000)).toMatchObject({ status: becomes });
  }
  await libraryHolds(ops);
}, 180_000);

describe('a page of a PDF', () => {
  it('is drawn by its number, at any size, and refused when there is none', async () => {
    const { url } = recordOf('printed-two-sizes.pdf');
    expect(await colourOf(`${url}?page=2&w=320&format=png`, 0.5, 0.25)).toEqual([0, 4, 0]);
    expect(await colourOf(`${url}?rendition=medium&page=2`, 0.5, 0.25)).toEqual([0, 4, 0]);
    for (const query of ['page=3', 'page=0', 'page=1.5', 'rendition=small&page=3']) {
      expect([query, (await fetch(`${url}?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it('is not asked of what has no pages', async () => {
    const { url } = recordOf('telephone.heic');
    expect((await fetch(`${url}?page=2`)).status).toBe(400);
    expect(await colourOf(`${url}?w=160&format=png`, 0.1, 0.1)).toEqual([4, 0, 0]);
  });
});

describe('what a file says of itself', () => {
  const metadataOf = async (id: string) => (await api.call('GET', `/api/v1/media/${id}/metadata`)).body.data;

  it('stays out of the record, which lists show', () => {
    const report = recordOf('document-linearized.pdf');
    expect(report).toMatchObject({ title: null, pages: 3 });
    expect(JSON.stringify(report)).not.toContain('Ada Field');
  });

  it('is read on the first call, of files that came before anybody did', async () => {
    const { id } = recordOf('picture-camera.webp');
    await ops.removeItem({ pk: `MEDIA#${id}`, sk: 'METADATA' });
    const first = await metadataOf(id);
    expect(first).toMatchObject({ ...EXPECTED_METADATA['picture/camera.webp'] });
    expect((await ops.items()).filter(({ pk, sk }) => pk === `MEDIA#${id}` && sk === 'METADATA')).toHaveLength(1);
    expect(await metadataOf(id)).toEqual(first);
  });

  it('belongs to this record alone, and goes with it', async () => {
    const { id } = recordOf('picture-south-west.jpg');
    const anonymous = await fetch(`${runtime.ready.http}/api/v1/media/${id}/metadata`);
    expect(anonymous.status).toBe(401);
    expect(await anonymous.text()).not.toContain('33.9');
    await api.call('DELETE', `/api/v1/media/${id}`);
    expect((await api.call('GET', `/api/v1/media/${id}/metadata`)).status).toBe(404);
    await api.call('DELETE', `/api/v1/trash/${id}`);
    expect((await ops.items()).filter(({ pk }) => pk === `MEDIA#${id}`)).toEqual([]);
    await libraryHolds(ops);
  });
});

it('is one of sixty kinds of files and more', () => {
  expect(EVERY_FILE.length).toBeGreaterThanOrEqual(60);
  expect(new Set(EVERY_FILE.map(({ name }) => name)).size).toBe(EVERY_FILE.length);
});

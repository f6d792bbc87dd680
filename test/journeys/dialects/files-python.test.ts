import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorShape, shapeOf } from '../../support/checks/shapes.ts';
import { type Runtime, startRuntime } from '../../support/drivers/runtime.ts';
import { photo } from '../../support/fixtures/pictures.ts';
import { ENGLISH, writtenPicture } from '../../support/fixtures/written.ts';

/** Python's `requests`, of Debian's packages python3-requests and -toolbelt, is a client that others wrote. */
const python = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import requests, requests_toolbelt']).status === 0,
);
const withRequests = python ? describe : describe.skip;
const title = python
  ? 'a program with requests'
  : "a program with requests (skipped: Python's requests or its toolbelt is missing)";

// biome-ignore lint/suspicious/noExplicitAny: what the program saw is judged by schemas and matchers
type Seen = Record<string, any>;
let runtime: Runtime;
let folder: string;
let seen: Seen;

const TEXT = 'twelve words';

beforeAll(async () => {
  if (!python) return;
  folder = await mkdtemp(join(tmpdir(), 'files-flows-'));
  for (const name of ['photos', 'batch']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'document.txt'), TEXT);
  await writeFile(join(folder, 'pieces.txt'), 'piece by piece\n'.repeat(8000));
  await writeFile(join(folder, 'photos', 'one.jpg'), await photo(900, 600));
  await writeFile(join(folder, 'photos', 'two.jpg'), await photo(300, 200));
  await writeFile(join(folder, 'print.png'), await writtenPicture(ENGLISH));
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, 'batch', `${name}.txt`), name.repeat(3));
  runtime = await startRuntime();
  const script = join(import.meta.dirname, 'files_flows.py');
  const { stdout } = await promisify(execFile)(python, [script, runtime.ready.http, folder], {
    env: { ...process.env, NO_PROXY: '*' },
    maxBuffer: 16 * 1024 * 1024,
  });
  seen = JSON.parse(stdout) as Seen;
}, 180_000);
afterAll(async () => {
  await runtime?.stop();
  if (folder) await rm(folder, { recursive: true });
});

const UPLOAD = 'POST /v1/media/upload';
const expectData = (name: string, route: string, data: unknown = {}) => {
  expect([name, seen[name].status]).toEqual([name, 200]);
  shapeOf('files', route, seen[name].body);
  expect(seen[name].body).toMatchObject({ data });
};

/** What was read, whatever way its lines were laid out. */
const wordsOf = (name: string): string => seen[name].body.data.text.trim().split(/\s+/).join(' ');

withRequests(title, () => {
  it('logs in as a guest, without cookies', () => {
    shapeOf('files', 'POST /llm/auth/guest-login', seen['guest login'].body);
    expect(seen['guest login'].headers).not.toHaveProperty('set-cookie');
    expect(seen['guest login'].body.expires_in).toBeGreaterThan(23 * 3600);
  });

  it('uploads a file, alone and with what is said of it', () => {
    expectData('single', UPLOAD, { filename: 'document.txt', size: 12, mime_type: 'text/plain', tags: [] });
    expectData('metadata', UPLOAD, {
      filename: 'vacation_photo.jpg',
      description: 'Summer vacation photo from 2025',
      tags: ['vacation', 'beach', '2025'],
      visibility: 'private',
      mime_type: 'image/jpeg',
    });
    for (const name of ['tags by commas', 'tags as JSON']) expectData(name, UPLOAD, { tags: ['one', 'two'] });
  });

  it('uploads with progress, and many', () => {
    expect(seen.percents.length).toBeGreaterThan(2);
    expect(seen.percents.at(-1)).toBeGreaterThanOrEqual(100);
    expectData('progress', UPLOAD, { filename: 'pieces.txt', size: 8000 * 15 });
    expect(seen.batch.map(({ filename, size }: Seen) => [filename, size])).toEqual([
      ['a.txt', 3],
      ['b.txt', 3],
      ['c.txt', 3],
    ]);
  });

  it('gets one and lists all, in each order', () => {
    expectData('get', 'GET /v1/media/files/{id}', { filename: 'document.txt' });
    expectData('list', 'GET /v1/media/files');
    const names = (name: string): string[] => seen[name].body.data.map(({ filename }: Seen) => filename);
    const sizes = (name: string): number[] => seen[name].body.data.map(({ size }: Seen) => size);
    expect(names('list').toReversed()).toEqual(names('list by created_at'));
    expect(names('list by filename')).toEqual(names('list by filename').toSorted());
    expect(names('list by -filename').toReversed()).toEqual(names('list by filename'));
    expect(sizes('list by size')).toEqual(sizes('list by size').toSorted((one, other) => one - other));
    expect(sizes('list by -size').toReversed()).toEqual(sizes('list by size'));
    expect(names('second page')).toEqual(names('list').slice(2, 4));
  });

  it('downloads and streams, by a redirect that it follows without its token', async () => {
    expect(seen.download).toMatchObject({ status: 200, history: [302] });
    expect(seen.download.headers['Content-Disposition'] ?? seen.download.headers['content-disposition']).toBe(
      'attachment; filename="document.txt"',
    );
    expect(await readFile(join(folder, 'downloaded'), 'utf8')).toBe(TEXT);
    expect(seen.streamed).toEqual([4, 4, 4]);
    expect([seen.range.status, seen.ranged]).toEqual([206, TEXT.slice(2, 6)]);
    expect(seen['authorization sent on']).toBe(false);
  });

  it('changes what is said of a file', () => {
    const change = { description: 'Updated description', tags: ['important', '2025'], visibility: 'shared' };
    expectData('patch', 'PATCH /v1/media/files/{id}', { filename: 'vacation_photo.jpg', ...change });
  });

  it('extracts the text of a file, and recognizes that of a picture', () => {
    const route = 'POST /v1/media/files/{id}/extract-text';
    expectData('extract text', route, { status: 'done', text: TEXT, page_count: 1, truncated: false });
    expectData('extract text of a picture', route, { status: 'done', language: 'en' });
    expect(wordsOf('extract text of a picture')).toEqual(ENGLISH.join(' '));
    expect(seen['extract text in a language'].status).toBe(400);
  });

  it('analyzes what it is asked to', () => {
    const route = 'POST /v1/media/files/{id}/analyze';
    const metadata = { picture: { width: 900, height: 600 } };
    expectData('analyze', route, { file_type: 'jpg', content_type: 'image/jpeg', metadata });
    expectData('analyze a part', route);
    expect(seen['analyze a part'].body.data).toEqual({ content_type: 'text/plain' });
    expect(seen['analyze the mood'].status).toBe(400);
  });

  it('gets previews with their sizes', () => {
    for (const [size, width, height] of [
      ['small', 160, 107],
      ['medium', 480, 320],
      ['large', 900, 600],
    ] as const) {
      expectData(`preview ${size}`, 'POST /v1/media/files/{id}/preview', { width, height });
      expect(seen[`picture ${size}`]).toMatchObject({ status: 200, history: [302] });
    }
    expectData('preview of text', 'POST /v1/media/files/{id}/preview');
    expect(seen['picture of text']).toMatchObject({ status: 200, history: [302] });
  });

  it.each([
    ['no file', 400],
    ['empty file', 400],
    ['not what it says', 400],
    ['wrong visibility', 400],
    ['unknown field', 400],
    ['too large', 413],
    ['no token', 401],
    ['wrong token', 401],
    ['wrong sort', 400],
    ['wrong limit', 400],
    ['missing', 404],
    ['delete again', 404],
    ['theirs, asked by us', 404],
  ])('is told why: %s', (name, status) => {
    expect([name, seen[name].status]).toEqual([name, status]);
    errorShape('files', seen[name].body);
  });

  it('deletes one, and many of which some are not its own', () => {
    expect(seen.delete).toMatchObject({ status: 204, body: null });
    expect(seen['bulk delete'].status).toBe(200);
    expect(seen['bulk delete'].body).toEqual({ data: { deleted_count: 3 } });
    expect(seen.theirs.status).toBe(200);
  });

  it('keeps a gallery of photos', () => {
    expect(seen.gallery.map(({ filename, tags }: Seen) => [filename, tags])).toEqual([
      ['one.jpg', ['photo', 'one']],
      ['two.jpg', ['photo', 'two']],
    ]);
    expect(seen['gallery previews'].map(({ width, height }: Seen) => [width, height])).toEqual([
      [480, 320],
      [300, 200],
    ]);
  });
});

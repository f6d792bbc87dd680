import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorShape, shapeOf } from '../../support/checks/shapes.ts';
import { browserName, openPage, type Page } from '../../support/drivers/browser.ts';
import { type Runtime, startRuntime } from '../../support/drivers/runtime.ts';
import { photo } from '../../support/fixtures/pictures.ts';
import { ENGLISH, writtenPicture } from '../../support/fixtures/written.ts';

const withBrowser = browserName ? describe : describe.skip;
const title = browserName ? 'a page in a browser' : 'a page in a browser (skipped: this machine has no Chromium)';

// biome-ignore lint/suspicious/noExplicitAny: what the page saw is judged by schemas and matchers
type Seen = Record<string, any>;
let runtime: Runtime;
let page: Page;
let seen: Seen;

beforeAll(async () => {
  if (!browserName) return;
  runtime = await startRuntime();
  page = await openPage(`${runtime.ready.http}/api/v1/media`);
  await page.run(`${await readFile(join(import.meta.dirname, 'files-flows.page.js'), 'utf8')}; undefined`);
  const pictures = [await photo(900, 600), await writtenPicture(ENGLISH)].map((bytes) => bytes.toString('base64'));
  const given = [runtime.ready.http, ...pictures].map((each) => JSON.stringify(each));
  seen = await page.run<Seen>(`files(${given.join(', ')})`);
}, 180_000);
afterAll(async () => {
  await page?.close();
  await runtime?.stop();
});

const UPLOAD = 'POST /v1/media/upload';
const expectData = (name: string, route: string, data: unknown = {}) => {
  expect([name, seen[name].status]).toEqual([name, 200]);
  shapeOf('files', route, seen[name].body);
  expect(seen[name].body).toMatchObject({ data });
};

withBrowser(title, () => {
  it('uploads what was picked, alone and with what is said of it', () => {
    expectData('single', UPLOAD, { filename: 'document.txt', size: 12 });
    const said = { filename: 'vacation_photo.jpg', description: 'Summer vacation photo', visibility: 'private' };
    expectData('metadata', UPLOAD, { ...said, tags: ['vacation', 'beach'] });
    expect(seen.batch.map(({ filename }: Seen) => filename)).toEqual(['document.txt', 'photo.jpg']);
  });

  it('sees the progress of an upload', () => {
    expectData('progress', UPLOAD, { filename: 'large.txt', size: 1_500_000 });
    expect(seen.progress.percents.at(-1)).toBe(100);
  });

  it('gets one and lists all', () => {
    expectData('get', 'GET /v1/media/files/{id}', { filename: 'document.txt' });
    expectData('list', 'GET /v1/media/files');
    expect(seen.list.body.data).toHaveLength(5);
  });

  it('downloads, streams and asks for a range across the redirect to another origin', () => {
    expect(seen.download).toEqual({ status: 200, redirected: true, text: 'twelve words' });
    expect(seen.streamed).toBe(12);
    expect(seen.range).toEqual({ status: 206, text: 'elve' });
  });

  it('changes what is said, and shows a preview', () => {
    expectData('patch', 'PATCH /v1/media/files/{id}', { tags: ['important', '2025'], visibility: 'shared' });
    expectData('preview', 'POST /v1/media/files/{id}/preview', { width: 480, height: 320 });
    expect(seen.picture).toEqual([480, 320]);
  });

  it('extracts the text of a file, and recognizes that of a picture', () => {
    const route = 'POST /v1/media/files/{id}/extract-text';
    expectData('extract text', route, { status: 'done', text: 'twelve words' });
    expectData('extract text of a picture', route, { status: 'done', language: 'en' });
    const { text } = seen['extract text of a picture'].body.data;
    expect(text.trim().split(/\s+/).join(' ')).toBe(ENGLISH.join(' '));
  });

  it('analyzes what it is asked to', () => {
    const metadata = { picture: { width: 900, height: 600 } };
    const data = { file_type: 'jpg', content_type: 'image/jpeg', metadata };
    expectData('analyze', 'POST /v1/media/files/{id}/analyze', data);
  });

  it('is told why something is refused', () => {
    expect(seen.refused.status).toBe(400);
    errorShape('files', seen.refused.body);
    expect(seen['too large'].status).toBe(413);
  });

  it('deletes one and many, and was given no cookie', () => {
    expect(seen.delete).toMatchObject({ status: 204, body: null });
    expect(seen['bulk delete']).toMatchObject({ status: 200, body: { data: { deleted_count: 1 } } });
    expect(seen.cookies).toBe('');
  });
});

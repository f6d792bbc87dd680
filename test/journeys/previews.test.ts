import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type Client, client } from '../support/client.ts';
import { colouredPages } from '../support/coloured-pages.ts';
import { fixture } from '../support/preview-fixtures.ts';
import { type Runtime, startRuntime } from '../support/runtime.ts';

let runtime: Runtime;
let api: Client;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
});
afterAll(() => runtime?.stop());

const record = async (name: string, type: string, bytes: Buffer) => {
  const { mediaId } = await api.upload({ name, type, bytes });
  return (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
};
const colourAt = async (url: string, x: number, y: number) => {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + 3)].map((value) => Math.round(value / 64));
};

describe('every rendition', () => {
  it.each([
    ['photo.heic', 'image/heic', { x: 0.1, y: 0.1, is: [4, 0, 0] }],
    ['moov-last.mp4', 'video/mp4', { x: 0.8, y: 0.5, is: [4, 2, 0] }],
    ['film.webm', 'video/webm', { x: 0.2, y: 0.5, is: [0, 1, 3] }],
    ['sound.mp3', 'audio/mpeg', { x: 0.01, y: 0.01, is: [4, 4, 4] }],
  ])('of %s shows it', async (name, type, { x, y, is }) => {
    const { renditions, thumbhash, dominantColor } = await record(name, type, fixture(name));
    expect(Object.keys(renditions)).toEqual(['small', 'medium', 'large']);
    for (const { url } of Object.values<{ url: string }>(renditions)) expect(await colourAt(url, x, y)).toEqual(is);
    expect([typeof thumbhash, typeof dominantColor]).toEqual(['string', 'string']);
  });
});

describe('a page of a PDF', () => {
  it('is drawn by its number, at any size, and refused when there is none', async () => {
    const { url, renditions, width } = await record('two.pdf', 'application/pdf', colouredPages('1 0 0', '0 1 0'));
    expect(width).toBeNull();
    expect(await colourAt(renditions.large.url, 0.5, 0.25)).toEqual([4, 0, 0]);
    expect(await colourAt(`${url}?page=2&w=320&format=png`, 0.5, 0.25)).toEqual([0, 4, 0]);
    expect(await colourAt(`${url}?rendition=medium&page=2`, 0.5, 0.25)).toEqual([0, 4, 0]);
    for (const query of ['page=3', 'page=0', 'page=1.5', 'rendition=small&page=3']) {
      expect([query, (await fetch(`${url}?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it('is not asked of what has no pages', async () => {
    const { url } = await record('photo.heic', 'image/heic', fixture('photo.heic'));
    expect((await fetch(`${url}?page=2`)).status).toBe(400);
    expect(await colourAt(`${url}?w=160&format=png`, 0.1, 0.1)).toEqual([4, 0, 0]);
  });
});

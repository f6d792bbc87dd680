import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { photosIn } from '../../../demo/folder.ts';
import { generatePhotos, type Photo } from '../../../demo/photos.ts';
import { progressBar } from '../../../demo/progress.ts';
import { alignTable } from '../../../demo/table.ts';

describe('the photos of the demo', () => {
  let folder: string;
  let photos: readonly Photo[];

  beforeAll(async () => {
    // Other tests of this process may have blocked decoders, as functions do; that holds for the whole process.
    sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
    folder = await mkdtemp(join(tmpdir(), 'demo-'));
    photos = await generatePhotos();
    for (const { name, read } of photos) await writeFile(join(folder, name), await read());
    await writeFile(join(folder, 'notes.txt'), 'no picture');
  });

  afterAll(() => rm(folder, { recursive: true }));

  const named = (name: string): Promise<Buffer> =>
    photos.find((photo) => photo.name === name)?.read() ?? Promise.reject(new Error(`no ${name}`));

  it('have each kind of orientation', async () => {
    const found = await Promise.all(
      photos.slice(0, 8).map(async ({ read }) => (await sharp(await read()).metadata()).orientation),
    );
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('carry a position, transparency and motion where they say so', async () => {
    expect((await sharp(await named('holiday with position.jpg')).metadata()).exif?.toString('latin1')).toContain(
      'Demo camera',
    );
    expect((await sharp(await named('transparent "disc".png')).metadata()).hasAlpha).toBe(true);
    expect((await sharp(await named('animated.gif')).metadata()).pages).toBe(6);
  });

  it('are seen from a folder as they were made, and other files are left alone', async () => {
    const seen = new Map((await photosIn(folder)).map((photo) => [photo.name, photo]));
    expect([...seen.keys()].sort()).toEqual(photos.map(({ name }) => name).sort());
    for (const { name, size, mimeType, expect: expected } of photos) {
      const status = expected.status === 'active' ? expected : { status: 'refused' };
      expect(seen.get(name)).toMatchObject({ size, mimeType, expect: status });
    }
  });

  it('are asked for when a folder has none', async () => {
    await expect(photosIn(join(folder, '..', 'demo-nowhere'))).rejects.toThrow('ENOENT');
    const empty = await mkdtemp(join(tmpdir(), 'demo-'));
    await expect(photosIn(empty)).rejects.toThrow('holds no picture');
    await rm(empty, { recursive: true });
  });
});

describe('what the demo prints', () => {
  it('is a table with aligned columns', () => {
    const table = alignTable(
      ['name', '>bytes'],
      [
        ['a.jpg', '5'],
        ['longer.png', '1,024'],
      ],
    );
    expect(table.split('\n')).toEqual([
      'name        bytes',
      '──────────  ─────',
      'a.jpg           5',
      'longer.png  1,024',
    ]);
  });

  it('has a bar on a terminal and none in a pipe', () => {
    for (const isTTY of [true, false]) {
      const drawn: string[] = [];
      const progress = progressBar(2, { isTTY, write: (text: string | Uint8Array) => drawn.push(String(text)) > 0 });
      progress.uploaded();
      progress.settled();
      progress.done();
      expect(drawn.length > 0).toBe(isTTY);
      if (isTTY) expect(drawn.join('')).toContain(`${'█'.repeat(16)}${'░'.repeat(16)}  1/2 uploaded, 1/2 settled`);
    }
  });
});

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readMetadata } from '../../../functions/analysis/read-metadata.ts';
import { withFileSource } from '../../../functions/formats/byte-source.ts';
import { EXPECTED_METADATA } from '../../fixtures/expected-metadata.ts';
import { fixture } from '../../support/fixtures.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediashelf-films-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The boxes of a film, by their names. */
const boxesOf = (film: Buffer): Readonly<Record<string, Buffer>> => {
  const boxes: Record<string, Buffer> = {};
  for (let at = 0; at < film.length; at += film.readUInt32BE(at)) {
    boxes[film.toString('latin1', at + 4, at + 8)] = film.subarray(at, at + film.readUInt32BE(at));
  }
  return boxes;
};

/** A film of two gigabytes, nearly all of it a hole: its frames are never looked at. */
const sparseFilm = async (order: readonly ('ftyp' | 'moov' | 'mdat')[]): Promise<string> => {
  const boxes = boxesOf(await fixture('video/index-last.mp4'));
  const path = join(folder, order.join('-'));
  const file = await open(path, 'w');
  let at = 0;
  for (const name of order) {
    if (name === 'mdat') {
      const header = Buffer.alloc(16);
      header.writeUInt32BE(1);
      header.write('mdat', 4, 'latin1');
      header.writeBigUInt64BE(BigInt(2 * GIB), 8);
      await file.write(header, 0, header.length, at);
      at += 2 * GIB;
    } else {
      const box = boxes[name] ?? Buffer.alloc(0);
      await file.write(box, 0, box.length, at);
      at += box.length;
    }
  }
  await file.truncate(at);
  await file.close();
  return path;
};

describe('a film of two gigabytes', () => {
  it.each([
    ['first', ['ftyp', 'moov', 'mdat'] as const],
    ['last', ['ftyp', 'mdat', 'moov'] as const],
  ])('is read in less than a megabyte, its index %s', async (_, order) => {
    await withFileSource(await sparseFilm(order), async (source) => {
      let bytesRead = 0;
      const counted = {
        size: source.size,
        read: async (start: number, length: number) => {
          const bytes = await source.read(start, length);
          bytesRead += bytes.length;
          return bytes;
        },
      };
      const { container, video, audio, tags } = await readMetadata(counted, 'video/mp4');
      const expected = EXPECTED_METADATA['video/index-last.mp4'];
      expect(source.size).toBeGreaterThan(2 * GIB);
      expect({ video, audio, tags }).toEqual({ video: expected?.video, audio: expected?.audio, tags: expected?.tags });
      expect(container?.duration).toBe(2);
      expect(bytesRead).toBeLessThan(MIB);
    });
  });
});

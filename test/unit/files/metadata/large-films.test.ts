import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readMetadata } from '../../../../functions/files/metadata/read-metadata.ts';
import { withFileSource } from '../../../../functions/shared/byte-source.ts';
import { EXPECTED_METADATA } from '../../../fixtures/expected-metadata.ts';
import { sparseFilm } from '../../../support/fixtures/sparse-film.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediashelf-films-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a film of two gigabytes', () => {
  it.each([
    ['first', ['ftyp', 'moov', 'mdat'] as const],
    ['last', ['ftyp', 'mdat', 'moov'] as const],
  ])('is read in less than a megabyte, its index %s', async (_, order) => {
    await withFileSource(await sparseFilm(folder, order), async (source) => {
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

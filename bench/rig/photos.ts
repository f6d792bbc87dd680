import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distinct, photo } from '../../test/support/fixtures/pictures.ts';
import { BENCH_FOLDER } from './deployed.ts';

export interface BenchPhoto {
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
}

/** Few are painted, which takes a second each; a comment makes other files of them, which cost the same to process. */
const PAINTED = 6;

/** Makes `count` photos of 12 MP and about 4 MB, each with a content of its own, in memory and as files. */
export const twelveMegapixelPhotos = async (count: number): Promise<readonly BenchPhoto[]> => {
  const folder = join(BENCH_FOLDER, 'photos');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const painted: Buffer[] = [];
  for (let seed = 1; seed <= Math.min(PAINTED, count); seed++)
    painted.push(await photo(4000, 3000, { seed, gps: true }));
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const bytes = distinct(painted[index % painted.length] ?? Buffer.alloc(0), index);
      const name = `photo-${index}.jpg`;
      const path = join(folder, name);
      await writeFile(path, bytes);
      return { name, path, bytes };
    }),
  );
};

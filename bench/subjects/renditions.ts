/** Renditions of a 12 MP photo against the fastest pipeline of sharp alone that has the same outputs. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { photo } from '../../test/support/fixtures/pictures.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, median } from '../rig/table.ts';

const RAW = ['hand-over', 'cascade', 'separate'] as const;
const OURS = ['mediashelf', 'whole', 'checksum and hand-over'] as const;

interface Measured {
  readonly milliseconds: number;
  readonly mebibytes: number;
}

const script = fileURLToPath(new URL('../rig/rendition-pipelines.ts', import.meta.url));

const measure = async (pipeline: string, path: string, photos: number): Promise<Measured> => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, pipeline, String(photos), path]);
  return JSON.parse(stdout) as Measured;
};

/** Every pipeline once a round, each in a process of its own, so that a busy machine disturbs all of them alike. */
const measureAll = async (path: string, quick: boolean): Promise<(pipeline: string) => Measured> => {
  const [rounds, photos] = quick ? [1, 4] : [5, 12];
  const runs = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++) {
    for (const pipeline of [...OURS, ...RAW]) {
      runs.set(pipeline, [...(runs.get(pipeline) ?? []), await measure(pipeline, path, photos)]);
    }
  }
  return (pipeline) => {
    const all = runs.get(pipeline) ?? [];
    return {
      milliseconds: median(all.map(({ milliseconds }) => milliseconds)),
      mebibytes: median(all.map(({ mebibytes }) => mebibytes)),
    };
  };
};

/** Times are per photo with two in flight; memory is the peak of the whole process. */
export const benchRenditions: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  say('renditions of a 12 MP photo');
  const folder = await mkdtemp(join(tmpdir(), 'mediashelf-bench-'));
  try {
    const path = join(folder, 'photo.jpg');
    await writeFile(path, await photo(4000, 3000, { gps: true }));
    const of = await measureAll(path, quick);
    const raw = RAW.map((name) => ({ name, ...of(name) })).toSorted((a, b) => a.milliseconds - b.milliseconds);
    const fastest = raw[0];
    if (!fastest) throw new Error('No pipeline was measured');
    const ours = of('mediashelf');
    const time = { unit: 'ms', baseline: fastest.milliseconds };
    return [
      benchRow({ ...time, name: 'renditions of a 12 MP JPEG, time', value: ours.milliseconds, budget: 1.15 }),
      benchRow({
        name: 'renditions of a 12 MP JPEG, peak memory',
        value: ours.mebibytes,
        unit: 'MiB',
        baseline: fastest.mebibytes,
        budget: 1.2,
      }),
      benchRow({
        name: 'stream to outcome of a 12 MP JPEG, with its checksum',
        value: of('whole').milliseconds,
        unit: 'ms',
        baseline: of('checksum and hand-over').milliseconds,
        budget: null,
      }),
      ...raw.map(({ name, milliseconds }) =>
        benchRow({ ...time, name: `sharp alone, ${name}`, value: milliseconds, budget: null }),
      ),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

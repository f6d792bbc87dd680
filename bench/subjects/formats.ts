/** The cost of files of each kind: pictures a second, transforms, read bytes of a film, recognition, and memory. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readMetadata } from '../../functions/files/metadata/read-metadata.ts';
import { withFileSource } from '../../functions/shared/byte-source.ts';
import { client } from '../../test/support/drivers/client.ts';
import { startRuntime } from '../../test/support/drivers/runtime.ts';
import { photo, photoPixels, picture } from '../../test/support/fixtures/pictures.ts';
import { sparseFilm } from '../../test/support/fixtures/sparse-film.ts';
import { ENGLISH, writtenPicture } from '../../test/support/fixtures/written.ts';
import { heavyFiles } from '../rig/heavy-files.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, median, rateRow } from '../rig/table.ts';

/** Memory of every function that decodes, in MiB; `lib/processing.ts`, `lib/media.ts` and `lib/text.ts` say so. */
const FUNCTION_MEMORY = 1769;
const MIB = 2 ** 20;

interface Measured {
  readonly milliseconds: number;
  readonly mebibytes: number;
}
interface Work {
  readonly type: string;
  readonly path: string;
  readonly count?: number;
  readonly inFlight?: number;
}

const script = fileURLToPath(new URL('../rig/format-job.ts', import.meta.url));
const run = async (job: string, { type, path, count = 1, inFlight = 1 }: Work): Promise<Measured> => {
  const given = [script, job, String(count), String(inFlight), type, path];
  return JSON.parse((await promisify(execFile)(process.execPath, given)).stdout) as Measured;
};

const memoryRow = (name: string, value: number): BenchRow =>
  benchRow({ name: `peak memory, ${name}`, value, unit: 'MiB', baseline: FUNCTION_MEMORY, budget: 1 });

/** Ours and raw sharp by turns, so that a busy machine disturbs both alike; two in flight. */
const against = async (name: string, [ours, raw]: readonly [string, string], work: Work, quick: boolean) => {
  const runs = { ours: [] as Measured[], raw: [] as Measured[] };
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    const measured = { ...work, count: quick ? 2 : 8, inFlight: 2 };
    runs.ours.push(await run(ours, measured));
    runs.raw.push(await run(raw, measured));
  }
  const rate = (all: readonly Measured[]): number => 1000 / median(all.map(({ milliseconds }) => milliseconds));
  return [
    rateRow({ name, value: rate(runs.ours), unit: '/s', baseline: rate(runs.raw), budget: null }),
    memoryRow(`${name}, two at once`, Math.max(...runs.ours.map(({ mebibytes }) => mebibytes))),
  ];
};

const pictureRows = async (folder: string, quick: boolean): Promise<BenchRow[]> => {
  const jpeg = { type: 'image/jpeg', path: join(folder, 'photo.jpg') };
  const png = { type: 'image/png', path: join(folder, 'photo.png') };
  await writeFile(jpeg.path, await photo(4000, 3000));
  await writeFile(png.path, await picture(photoPixels(6000, 4000)).png({ compressionLevel: 3 }).toBuffer());
  const renditions = ['renditions', 'renditions by sharp'] as const;
  return [
    ...(await against('renditions of a 12 MP JPEG, pictures', renditions, jpeg, quick)),
    ...(await against('renditions of a 24 MP PNG, pictures', renditions, png, quick)),
    ...(await against('AVIF of 1280 px out of a 12 MP JPEG, pictures', ['avif', 'avif by sharp'], jpeg, quick)),
  ];
};

/** Through the whole runtime: address, function, bucket and the redirect. */
const transformRows = async (quick: boolean): Promise<BenchRow[]> => {
  const runtime = await startRuntime(['--memory', '-c', 'rateLimits.anonymousPerMinute=100000']);
  try {
    const api = client(runtime.ready);
    const { mediaId } = await api.upload({ name: 'a.jpg', type: 'image/jpeg', bytes: await photo(4000, 3000) });
    const { url } = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
    const ask = async (query: string): Promise<number> => {
      const start = performance.now();
      const answer = await fetch(`${url}?${query}`);
      if (answer.status !== 200) throw new Error(`${query} answered ${answer.status}`);
      await answer.arrayBuffer();
      return performance.now() - start;
    };
    // The first request of all loads the function.
    await ask('w=320&format=webp');
    const widths = quick ? [640] : [640, 800, 960, 1280, 1600];
    const first: number[] = [];
    const second: number[] = [];
    for (const width of widths) {
      first.push(await ask(`w=${width}&format=webp`));
      second.push(await ask(`w=${width}&format=webp`));
    }
    const value = median(first);
    return [
      benchRow({ name: 'transform of a 12 MP JPEG, first request', value, unit: 'ms', baseline: null, budget: null }),
      benchRow({ name: 'transform, second request', value: median(second), unit: 'ms', baseline: value, budget: null }),
    ];
  } finally {
    await runtime.stop();
  }
};

const filmRows = async (folder: string): Promise<BenchRow[]> => {
  const rows: BenchRow[] = [];
  for (const [where, order] of [
    ['first', ['ftyp', 'moov', 'mdat']],
    ['last', ['ftyp', 'mdat', 'moov']],
  ] as const) {
    const path = await sparseFilm(folder, order);
    let read = 0;
    const milliseconds = await withFileSource(path, async (source) => {
      const start = performance.now();
      const counted = async (at: number, length: number) => {
        const bytes = await source.read(at, length);
        read += bytes.length;
        return bytes;
      };
      const { container } = await readMetadata({ size: source.size, read: counted }, 'video/mp4');
      if (container?.duration !== 2) throw new Error('the film was not analyzed');
      return performance.now() - start;
    });
    const name = `film of 2 GiB, its index ${where}`;
    rows.push(
      benchRow({
        name: `bytes read to analyze a ${name}`,
        value: read / MIB,
        unit: 'MiB',
        baseline: 2048,
        budget: 0.002,
      }),
      benchRow({ name: `analysis of a ${name}`, value: milliseconds, unit: 'ms', baseline: null, budget: null }),
    );
  }
  return rows;
};

/** A page of 40 lines, as a scanner at 200 dpi has it. */
const recognitionRows = async (folder: string): Promise<BenchRow[]> => {
  const path = join(folder, 'page.png');
  await writeFile(
    path,
    await writtenPicture(
      Array.from({ length: 40 }, (_, index) => ENGLISH[index % 2] ?? ''),
      1654,
    ),
  );
  const { milliseconds, mebibytes } = await run('text', { type: 'image/png', path });
  return [
    benchRow({
      name: 'recognition of a page of 40 lines',
      value: milliseconds,
      unit: 'ms',
      baseline: null,
      budget: null,
    }),
    memoryRow('recognition of a page', mebibytes),
  ];
};

const memoryRows = async (folder: string, quick: boolean, say: (message: string) => void): Promise<BenchRow[]> => {
  const rows: BenchRow[] = [];
  for (const [index, { name, type, bytes }] of heavyFiles(quick ? 2000 : 10_000).entries()) {
    say(`memory: ${name}`);
    const path = join(folder, `heavy-${index}`);
    await writeFile(path, await bytes());
    rows.push(memoryRow(name, (await run('process', { type, path })).mebibytes));
    await rm(path);
  }
  return rows;
};

/** Peak memory is that of the whole process that does the work, compared with the memory of its function. */
export const benchFormats: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'mediashelf-formats-'));
  try {
    say('pictures a second');
    const pictures = await pictureRows(folder, quick);
    say('transforms, films and a page');
    const others = [...(await transformRows(quick)), ...(await filmRows(folder)), ...(await recognitionRows(folder))];
    return [...pictures, ...others, ...(await memoryRows(folder, quick, say))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Checks for duplicates by name and size over HTTP at 1,000 and at 100,000 records: one file, and as many as a call takes. */
import type { NamedSize } from '../../functions/media/check-duplicates.ts';
import type { Library } from '../rig/libraries.ts';
import { CAPACITY_BUDGET, plainRecords, requestRows } from '../rig/media-pages.ts';
import { consumedByCheck } from '../rig/read-capacity.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow } from '../rig/table.ts';

const MOST_FILES = 500;

/** Every other file is one that the library has. */
const filesFor = async (library: Library, count: number): Promise<readonly NamedSize[]> => {
  const records = await plainRecords(library);
  return Array.from({ length: count }, (_, index) => {
    const { filename, fileSize } = records[index % records.length] as NamedSize;
    return index % 2 === 0 ? { filename, fileSize } : { filename: `No ${filename}`, fileSize };
  });
};

export const benchDuplicates: Subject = async ({ quick, say, libraries }): Promise<BenchRow[]> => {
  const opened = await libraries();
  const { small, large, count } = opened;
  const rows: BenchRow[] = [];
  for (const [files, times, lanes] of [
    [1, quick ? 20 : 200, 8],
    // Each of these is hundreds of queries.
    [MOST_FILES, quick ? 5 : 20, 1],
  ] as const) {
    say(`checks of ${files} files for duplicates`);
    const asked = new Map([
      [small, await filesFor(small, files)],
      [large, await filesFor(large, files)],
    ]);
    const name = `duplicates at ${count} records, ${files} of a call`;
    const check = (library: Library) => library.api.post('/media/check-duplicates', { files: asked.get(library) });
    rows.push(...(await requestRows(opened, name, check, times, lanes)));
    const [value = Number.NaN, baseline = Number.NaN] = await Promise.all(
      [large, small].map((library) => consumedByCheck(library, asked.get(library) ?? [])),
    );
    rows.push(benchRow({ name: `${name}, capacity`, value, baseline, unit: 'units', budget: CAPACITY_BUDGET }));
    const found: number = (await check(large)).body.data.duplicates.length;
    const expected = Math.ceil(files / 2);
    const total = { name: `${name}, found / there`, value: found, unit: 'files', baseline: expected };
    rows.push({ ...total, ratio: found / expected, budget: 1, better: 'less', ok: found === expected });
  }
  return rows;
};

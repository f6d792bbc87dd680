/** List pages of 20 over HTTP at 1,000 and at 100,000 records: three orders, filters by type, large offsets, cursors. */
import { bestAlternative } from '../rig/alternatives.ts';
import type { Libraries } from '../rig/libraries.ts';
import { LATENCY_BUDGET, questionRows } from '../rig/media-pages.ts';
import { LIST_QUESTIONS } from '../rig/media-questions.ts';
import { consumedByPage } from '../rig/read-capacity.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, percentile, rateRow } from '../rig/table.ts';

const DEEP_OFFSET = 9000;
const DEEP_MS = 40;
/** The added counts, and at most a whole bucket of items. */
const DEEP_UNITS = 60;

/** A page at a large offset, against what people expect, and against counting up to it. */
const deepRows = async ({ large, count, records }: Libraries, times: number): Promise<BenchRow[]> => {
  const offset = String(Math.min(DEEP_OFFSET, records / 2));
  const deep: number[] = [];
  for (let each = 0; each < times; each += 1) deep.push((await large.page({ offset })).milliseconds);
  const name = `list page at ${count} records, offset ${offset}`;
  const latency = { name: `${name}, p50 / bound`, value: percentile(deep, 0.5), unit: 'ms', baseline: DEEP_MS };
  const { units } = await consumedByPage(large, { offset });
  const capacity = { name: `${name}, capacity / bound`, value: units, unit: 'units', baseline: DEEP_UNITS };
  return [benchRow({ ...latency, budget: 1 }), benchRow({ ...capacity, budget: 1 })];
};

/** A page by cursor in the middle of the library, beside the first one. */
const cursorRows = async ({ large, count, records }: Libraries, times: number): Promise<BenchRow[]> => {
  const offset = String(records / 2);
  const cursor = (await large.page({ offset })).body.data.nextCursor;
  const [first, deep]: [number[], number[]] = [[], []];
  for (let each = 0; each < times; each += 1) {
    first.push((await large.page({})).milliseconds);
    deep.push((await large.page({ cursor })).milliseconds);
  }
  const name = `list page at ${count} records by cursor in the middle / the first`;
  const row = (label: string, share: number, budget: number | null): BenchRow => {
    const [value, baseline] = [percentile(deep, share), percentile(first, share)];
    return benchRow({ name: `${name}, ${label}`, value, baseline, unit: 'ms', budget });
  };
  const middle = (await consumedByPage(large, { offset })).cursor ?? '';
  const [value, baseline] = [
    (await consumedByPage(large, { cursor: middle })).units,
    (await consumedByPage(large, {})).units,
  ];
  return [
    row('p50', 0.5, LATENCY_BUDGET),
    row('p99', 0.99, null),
    benchRow({ name: `${name}, capacity`, value, baseline, unit: 'units', budget: 1 }),
  ];
};

export const benchListPages: Subject = async ({ quick, say, libraries }): Promise<BenchRow[]> => {
  const opened = await libraries();
  const { small, large, count } = opened;
  const times = quick ? 20 : 200;
  for (let each = 0; each < times; each += 1) for (const { page } of [small, large]) await page({});
  const rows: BenchRow[] = [];
  for (const [name, question] of Object.entries(LIST_QUESTIONS)) {
    say(`list pages ${name}`);
    rows.push(...(await questionRows(opened, `list page at ${count} records, ${name}`, question, times)));
  }
  const [newest] = rows;
  const best = bestAlternative('listMs');
  if (newest)
    rows.push(benchRow({ ...newest, name: `${newest.name} / ${best.name}`, baseline: best.value, budget: 1 }));
  say('list pages far behind the first');
  rows.push(...(await deepRows(opened, Math.min(times, 50))), ...(await cursorRows(opened, times)));
  const filled = { name: `records written and indexed on the way to ${count}`, unit: 'records/s', budget: null };
  const [value, baseline] = [large.runtime.filled.perSecond, small.runtime.filled.perSecond];
  return [...rows, rateRow({ ...filled, value, baseline })];
};

import type { Answer } from './http-requests.ts';
import type { Libraries, Library } from './libraries.ts';
import type { PlainRecord, Question } from './media-questions.ts';
import { processorMilliseconds } from './process-usage.ts';
import { consumedByPage, recordsIn } from './read-capacity.ts';
import { type BenchRow, benchRow, percentile, rateRow } from './table.ts';

export const LATENCY_BUDGET = 1.3;
export const CAPACITY_BUDGET = 1.1;
const MANY_LANES = 8;

/** A request that is made again and again. */
export type Ask = (library: Library) => Promise<Answer>;

/** Requests to one library before the other has its turn. */
const BLOCK = 5;

interface Taken {
  readonly milliseconds: number[];
  processor: number;
}

const takenBy = async (library: Library, ask: Ask, taken: Taken): Promise<void> => {
  const pid = library.runtime.child.pid ?? 0;
  const before = processorMilliseconds(pid);
  for (let each = 0; each < BLOCK; each += 1) taken.milliseconds.push((await ask(library)).milliseconds);
  taken.processor += processorMilliseconds(pid) - before;
};

/**
 * Latency, processor time and rate of a request at the large library, against the small one. The processor time of the runtime
 * and its engine hardly changes under other load on the machine, unlike latency.
 */
export const requestRows = async (
  { small, large }: Libraries,
  label: string,
  ask: Ask,
  times: number,
  lanes = MANY_LANES,
): Promise<BenchRow[]> => {
  const ofSmall: Taken = { milliseconds: [], processor: 0 };
  const ofLarge: Taken = { milliseconds: [], processor: 0 };
  // Small and large in turn, so that a busy machine disturbs both alike.
  for (let each = 0; each < times; each += BLOCK) {
    await takenBy(small, ask, ofSmall);
    await takenBy(large, ask, ofLarge);
  }
  const row = (name: string, of: (taken: Taken) => number, budget: number | null): BenchRow =>
    benchRow({ name: `${label}, ${name}`, value: of(ofLarge), baseline: of(ofSmall), unit: 'ms', budget });
  const baseline = await rateOf(() => ask(small), times, lanes);
  const value = await rateOf(() => ask(large), times, lanes);
  const rate = { name: `${label}, ${lanes} at a time`, value, baseline, unit: 'requests/s', budget: null };
  return [
    row('p50', ({ milliseconds }) => percentile(milliseconds, 0.5), LATENCY_BUDGET),
    row('p99', ({ milliseconds }) => percentile(milliseconds, 0.99), null),
    row('processor time', ({ processor, milliseconds }) => processor / milliseconds.length, LATENCY_BUDGET),
    rateRow(rate),
  ];
};

const rateOf = async (ask: () => Promise<unknown>, times: number, lanes: number): Promise<number> => {
  const start = performance.now();
  let left = times;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return times / ((performance.now() - start) / 1000);
};

/** Everything that is measured of one question: latency, rate, consumed capacity, and the total against a recount. */
export const questionRows = async (
  libraries: Libraries,
  label: string,
  { query, means }: Question,
  times: number,
): Promise<BenchRow[]> => {
  const { small, large } = libraries;
  const rows = await requestRows(libraries, label, ({ page }) => page(query), times);
  const [value, baseline] = [(await consumedByPage(large, query)).units, (await consumedByPage(small, query)).units];
  const capacity = { name: `${label}, capacity`, value, baseline, unit: 'units', budget: CAPACITY_BUDGET };
  return [...rows, benchRow(capacity), await totalRow(large, label, { query, means })];
};

const read = new WeakMap<Library, Promise<readonly PlainRecord[]>>();

/** The records of a library, read once. */
export const plainRecords = (library: Library): Promise<readonly PlainRecord[]> => {
  const known = read.get(library) ?? recordsIn(library);
  read.set(library, known);
  return known;
};

/** A total is exact, or says that it is how many there are at least. */
const totalRow = async (library: Library, label: string, { query, means }: Question): Promise<BenchRow> => {
  const { total, totalIsExact = true } = (await library.page(query)).body.data;
  const baseline = (await plainRecords(library)).filter(means).length;
  const isRight = totalIsExact ? total === baseline : total > 0 && total <= baseline;
  const name = `${label}, total ${totalIsExact ? '' : '(at least) '}/ recount`;
  const ratio = baseline === 0 ? null : total / baseline;
  return { name, value: total, unit: 'records', baseline, ratio, budget: 1, better: 'less', ok: isRight };
};

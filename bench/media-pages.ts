import type { Answer } from './http-requests.ts';
import type { Libraries, Library } from './libraries.ts';
import type { PlainRecord, Question } from './media-questions.ts';
import { consumedByPage, recordsIn } from './read-capacity.ts';
import { type BenchRow, benchRow, percentile, rateRow } from './table.ts';

export const LATENCY_BUDGET = 1.3;
export const CAPACITY_BUDGET = 1.1;
const MANY_LANES = 8;

/** A request that is made again and again. */
export type Ask = (library: Library) => Promise<Answer>;

/** Latency and rate of a request at the large library, against the small one. */
export const requestRows = async (
  { small, large }: Libraries,
  label: string,
  ask: Ask,
  times: number,
  lanes = MANY_LANES,
): Promise<BenchRow[]> => {
  const ofSmall: number[] = [];
  const ofLarge: number[] = [];
  // Small and large in turn, so that a busy machine disturbs both alike.
  for (let each = 0; each < times; each += 1) {
    ofSmall.push((await ask(small)).milliseconds);
    ofLarge.push((await ask(large)).milliseconds);
  }
  const latency = (name: string, share: number, budget: number | null): BenchRow => {
    const [value, baseline] = [percentile(ofLarge, share), percentile(ofSmall, share)];
    return benchRow({ name: `${label}, ${name}`, value, baseline, unit: 'ms', budget });
  };
  const baseline = await rateOf(() => ask(small), times, lanes);
  const value = await rateOf(() => ask(large), times, lanes);
  const rate = { name: `${label}, ${lanes} at a time`, value, baseline, unit: 'requests/s', budget: null };
  return [latency('p50', 0.5, LATENCY_BUDGET), latency('p99', 0.99, null), rateRow(rate)];
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

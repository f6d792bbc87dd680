/** List pages of 20 over HTTP at 1,000 and at 100,000 records: latency, rate, consumed capacity, and the exact total. */
import type { ListQuery } from '../functions/domain/ports.ts';
import { bestAlternative } from './alternatives.ts';
import { startFilledRuntime } from './filled-runtime.ts';
import { apiOf, requester } from './http-requests.ts';
import { consumedBy, recount } from './read-capacity.ts';
import type { Subject } from './scope.ts';
import { type BenchRow, benchRow, median, percentile, rateRow } from './table.ts';

const PAGES = {
  'newest first': { orderBy: 'createdAt', orderDir: 'desc' },
  'by name': { orderBy: 'filename', orderDir: 'asc' },
  'by size': { orderBy: 'fileSize', orderDir: 'desc' },
  'images only': { orderBy: 'createdAt', orderDir: 'desc', kind: 'image' },
  'videos by name': { orderBy: 'filename', orderDir: 'asc', kind: 'video' },
} as const satisfies Record<string, Pick<ListQuery, 'orderBy' | 'orderDir' | 'kind'>>;
type Page = keyof typeof PAGES;
const PAGE_NAMES = Object.keys(PAGES) as readonly Page[];
const LIMIT = 20;

const addressOf = (name: Page): string => {
  const { orderBy, orderDir, ...filter } = PAGES[name];
  const type = 'kind' in filter ? filter.kind : 'all';
  return `?${new URLSearchParams({ limit: String(LIMIT), orderBy, orderDir, type })}`;
};

const LATENCY_BUDGET = 1.3;
const CAPACITY_BUDGET = 1.1;
const DEEP_OFFSET = 9000;
const DEEP_MS = 40;

/** A runtime with a library of so many records. */
const openLibrary = async (records: number, say: (message: string) => void) => {
  const runtime = await startFilledRuntime(records);
  try {
    const { filled } = runtime;
    say(
      `${records} records written, ${Math.round(filled.perSecond)} a second, and indexed, ${Math.round(filled.indexedPerSecond)} a second`,
    );
    const { send, close } = requester();
    const api = apiOf(runtime.ready, send);
    const page = async (query: string): Promise<number> => (await api.get(`/media${query}`)).milliseconds;
    const total = async (): Promise<number> => (await api.get('/media?limit=1')).body.data.total;
    const stop = async (): Promise<void> => {
      close();
      await runtime.stop();
    };
    return { ready: runtime.ready, filled, page, total, stop };
  } catch (error) {
    await runtime.stop();
    throw error;
  }
};
type Library = Awaited<ReturnType<typeof openLibrary>>;

/** One request after the other, small and large in turn, so that a busy machine disturbs both alike. */
const latencies = async (small: Library, large: Library, query: string, times: number) => {
  const ofSmall: number[] = [];
  const ofLarge: number[] = [];
  for (let each = 0; each < times; each++) {
    ofSmall.push(await small.page(query));
    ofLarge.push(await large.page(query));
  }
  return { ofSmall, ofLarge };
};

const rate = async ({ page }: Library, times: number): Promise<number> => {
  const start = performance.now();
  let left = times;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await page(addressOf('newest first'));
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return times / ((performance.now() - start) / 1000);
};

const latencyRows = async (small: Library, large: Library, times: number, count: string): Promise<BenchRow[]> => {
  const rows: BenchRow[] = [];
  for (const name of PAGE_NAMES) {
    const { ofSmall, ofLarge } = await latencies(small, large, addressOf(name), times);
    const row = (label: string, share: number, budget: number | null): BenchRow =>
      benchRow({
        name: `list page at ${count} records, ${name}, ${label}`,
        value: percentile(ofLarge, share),
        unit: 'ms',
        baseline: percentile(ofSmall, share),
        budget,
      });
    rows.push(row('p50', 0.5, LATENCY_BUDGET), row('p99', 0.99, null));
  }
  return rows;
};

const capacityRows = async (small: Library, large: Library, count: string): Promise<BenchRow[]> => {
  const rows: BenchRow[] = [];
  for (const name of PAGE_NAMES) {
    const page = { ...PAGES[name], limit: LIMIT };
    const [value, baseline] = [await consumedBy(large, page), await consumedBy(small, page)];
    const label = `list page at ${count} records, ${name}, capacity`;
    rows.push(benchRow({ name: label, value, unit: 'units', baseline, budget: CAPACITY_BUDGET }));
  }
  return rows;
};

const totalRow = async (large: Library, count: string): Promise<BenchRow> => {
  const [value, baseline] = [await large.total(), await recount(large)];
  const row = {
    name: `total at ${count} records / recount`,
    value,
    unit: 'records',
    baseline,
    ratio: value / baseline,
  };
  return { ...row, budget: 1, better: 'less', ok: value === baseline };
};

const deepRow = async (large: Library, times: number, offset: number, count: string): Promise<BenchRow> => {
  const deep: number[] = [];
  for (let each = 0; each < times; each++) deep.push(await large.page(`?limit=${LIMIT}&offset=${offset}`));
  const name = `list page at ${count} records, offset ${offset}, p50 / bound`;
  return benchRow({ name, value: median(deep), unit: 'ms', baseline: DEEP_MS, budget: 1 });
};

export const benchListPages: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const [few, many, times] = quick ? [200, 2_000, 20] : [1_000, 100_000, 300];
  const count = many.toLocaleString('en');
  const small = await openLibrary(few, say);
  try {
    const large = await openLibrary(many, say);
    try {
      say(`list pages at ${few} and at ${many} records`);
      await latencies(small, large, addressOf('newest first'), times);
      const rows = await latencyRows(small, large, times, count);
      const best = bestAlternative('listMs');
      const newest = rows[0];
      return [
        ...rows,
        ...(newest
          ? [benchRow({ ...newest, name: `${newest.name} / ${best.name}`, baseline: best.value, budget: 1 })]
          : []),
        await deepRow(large, Math.min(times, 50), Math.min(DEEP_OFFSET, many / 2), count),
        rateRow({
          name: `list pages at ${count} records, 8 at a time`,
          value: await rate(large, times * 4),
          unit: 'requests/s',
          baseline: await rate(small, times * 4),
          budget: null,
        }),
        ...(await capacityRows(small, large, count)),
        await totalRow(large, count),
        rateRow({
          name: `records indexed on the way to ${count}`,
          value: large.filled.indexedPerSecond,
          unit: 'records/s',
          baseline: small.filled.indexedPerSecond,
          budget: null,
        }),
      ];
    } finally {
      await large.stop();
    }
  } finally {
    await small.stop();
  }
};

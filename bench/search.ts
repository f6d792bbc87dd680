/** Searches, tag filters and cursors over HTTP at 1,000 and at 100,000 records: latency, rate and consumed capacity. */
import { queryWords } from '../functions/domain/terms.ts';
import { type ListMedia, listMedia } from '../functions/media/list-media.ts';
import { searchMedia } from '../functions/search/search-media.ts';
import { termsKey } from '../functions/stores/keys.ts';
import { dynamoMedia } from '../functions/stores/media-store.ts';
import { retag } from '../functions/stores/retag.ts';
import { dynamoSearch } from '../functions/stores/search-store.ts';
import { openTable } from '../functions/stores/table.ts';
import { dynamoTags, showTags } from '../functions/stores/tag-store.ts';
import { bestAlternative } from './alternatives.ts';
import { engineTable } from './fill-library.ts';
import { startFilledRuntime } from './filled-runtime.ts';
import { apiOf, requester } from './http-requests.ts';
import { meteredClient } from './read-capacity.ts';
import type { Subject } from './scope.ts';
import { type BenchRow, benchRow, percentile, rateRow } from './table.ts';

const LATENCY_BUDGET = 1.3;
const CAPACITY_BUDGET = 1.1;
const FEW_TAGGED = 30;
const MANY_TAGGED = 150;

/** Every record is called Holiday; one of each library is a zeppelin. */
const QUESTIONS = {
  'a rare word': { search: 'zeppelin' },
  'a word that is everywhere': { search: 'holiday' },
  'two words, one rare': { search: 'holiday zeppelin' },
  'two words that are everywhere': { search: 'holiday jpg' },
  'inside a word': { search: 'ppelin' },
  'no match': { search: 'quagga' },
  'by name, everywhere': { search: 'holiday', orderBy: 'filename', orderDir: 'asc' },
  'one tag': { tagSlugs: 'few' },
  'two tags': { tagSlugs: 'few,many' },
  'a tag and a word': { tagSlugs: 'many', search: 'holiday' },
} as const satisfies Record<string, Record<string, string>>;
type Question = keyof typeof QUESTIONS;
const QUESTION_NAMES = Object.keys(QUESTIONS) as readonly Question[];

const openLibrary = async (records: number, say: (message: string) => void) => {
  const runtime = await startFilledRuntime(records);
  try {
    const { filled } = runtime;
    say(
      `${records} records written, ${Math.round(filled.perSecond)} a second, and indexed, ${Math.round(filled.indexedPerSecond)} a second`,
    );
    const { send, close } = requester();
    const api = apiOf(runtime.ready, send);
    const table = engineTable(runtime.ready);
    const json = {
      url: 'https://files.example/z',
      filename: 'Holiday Zeppelin.jpg',
      fileSize: 1,
      mimeType: 'image/jpeg',
    };
    const last = (await api.post('/media', json)).body.data.id;
    while (!(await table.get(termsKey(last)))) await new Promise((next) => setTimeout(next, 500));
    const tagIds: string[] = [];
    for (const [name, count] of [
      ['Few', FEW_TAGGED],
      ['Many', MANY_TAGGED],
    ] as const) {
      const { id } = (await api.post('/media-tags', { name })).body.data;
      tagIds.push(id);
      const page = await api.get(`/media?limit=100`);
      const next = await api.get(`/media?limit=100&cursor=${page.body.data.nextCursor}`);
      const ids = [...page.body.data.data, ...next.body.data.data]
        .slice(0, count)
        .map((record: { id: string }) => record.id);
      for (const each of ids) await retag(table)(each, (known) => [...known, id], new Date().toISOString());
    }
    const ask = async (query: Record<string, string>) =>
      api.get(`/media?${new URLSearchParams({ limit: '20', ...query })}`);
    const stop = async () => {
      close();
      await runtime.stop();
    };
    return { ready: runtime.ready, teamId: filled.teamId, ask, stop };
  } catch (error) {
    await runtime.stop();
    throw error;
  }
};
type Library = Awaited<ReturnType<typeof openLibrary>>;

/** One request after the other, small and large in turn, so that a busy machine disturbs both alike. */
const latencies = async (small: Library, large: Library, question: Question, times: number) => {
  const ofSmall: number[] = [];
  const ofLarge: number[] = [];
  for (let each = 0; each < times; each += 1) {
    ofSmall.push((await small.ask(QUESTIONS[question])).milliseconds);
    ofLarge.push((await large.ask(QUESTIONS[question])).milliseconds);
  }
  return { ofSmall, ofLarge };
};

/** Read units of one page through the product's own use case. */
const consumedBy = async ({ ready, teamId }: Library, question: Question): Promise<number> => {
  const { client, units } = meteredClient(ready);
  const table = openTable(ready.table, client);
  const list = listMedia({
    media: dynamoMedia(table),
    tags: dynamoTags(table),
    search: searchMedia(dynamoSearch(table)),
    show: showTags(table),
    cursors: { seal: async (after) => after, open: async (cursor) => cursor },
  });
  const { search, tagSlugs, orderBy = 'createdAt', orderDir = 'desc' } = QUESTIONS[question] as Record<string, string>;
  const input = {
    words: search === undefined ? undefined : queryWords(search),
    tagSlugs: tagSlugs?.split(','),
    orderBy,
    orderDir,
    limit: 20,
    offset: 0,
  } as ListMedia;
  await list({
    input,
    principal: { teamId, teams: [{ teamId, role: 'owner' }], scopes: new Set(['media:read']) } as never,
  });
  return units();
};

const rowsOf = async (small: Library, large: Library, times: number, count: string): Promise<BenchRow[]> => {
  const rows: BenchRow[] = [];
  for (const name of QUESTION_NAMES) {
    const { ofSmall, ofLarge } = await latencies(small, large, name, times);
    const row = (label: string, share: number, budget: number | null): BenchRow =>
      benchRow({
        name: `search at ${count} records, ${name}, ${label}`,
        value: percentile(ofLarge, share),
        unit: 'ms',
        baseline: percentile(ofSmall, share),
        budget,
      });
    rows.push(row('p50', 0.5, LATENCY_BUDGET), row('p99', 0.99, null));
    const [value, baseline] = [await consumedBy(large, name), await consumedBy(small, name)];
    const label = `search at ${count} records, ${name}, capacity`;
    rows.push(benchRow({ name: label, value, unit: 'units', baseline, budget: CAPACITY_BUDGET }));
  }
  return rows;
};

const rate = async ({ ask }: Library, times: number): Promise<number> => {
  const start = performance.now();
  let left = times;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await ask(QUESTIONS['a word that is everywhere']);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return times / ((performance.now() - start) / 1000);
};

/** A page by cursor in the middle of the library, beside the first one. */
const cursorRow = async (large: Library, times: number, count: string, middle: number): Promise<BenchRow> => {
  const cursor = (await large.ask({ offset: String(middle) })).body.data.nextCursor;
  const [first, deep]: [number[], number[]] = [[], []];
  for (let each = 0; each < times; each += 1) {
    first.push((await large.ask({})).milliseconds);
    deep.push((await large.ask({ cursor })).milliseconds);
  }
  const name = `list page at ${count} records by cursor in the middle / the first, p50`;
  return benchRow({
    name,
    value: percentile(deep, 0.5),
    unit: 'ms',
    baseline: percentile(first, 0.5),
    budget: LATENCY_BUDGET,
  });
};

export const benchSearch: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const [few, many, times] = quick ? [200, 2_000, 20] : [1_000, 100_000, 200];
  const count = many.toLocaleString('en');
  const small = await openLibrary(few, say);
  try {
    const large = await openLibrary(many, say);
    try {
      say(`searches at ${few} and at ${many} records`);
      const rows = await rowsOf(small, large, times, count);
      const common = rows.find(({ name }) => name.endsWith('everywhere, p50'));
      const best = bestAlternative('searchMs');
      return [
        ...rows,
        ...(common
          ? [benchRow({ ...common, name: `${common.name} / ${best.name}`, baseline: best.value, budget: 1 })]
          : []),
        await cursorRow(large, times, count, many / 2),
        rateRow({
          name: `searches at ${count} records, 8 at a time`,
          value: await rate(large, times * 2),
          unit: 'requests/s',
          baseline: await rate(small, times * 2),
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

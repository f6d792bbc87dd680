import type { MediaRecord } from '../domain/media.ts';
import type { SearchDeps, SearchQuery } from '../search/search-media.ts';
import { listingKeys, wordsKey } from './keys.ts';
import { mediaRecord } from './media-item.ts';
import { inOrderOf, mediaIdIn, rangesOf, recordsOf, sortKeyIn, walkRanges } from './media-list.ts';
import type { Table } from './table.ts';
import { showTags } from './tag-store.ts';
import { dynamoTerms } from './term-store.ts';

/** What search reads, from the library table. */
export const dynamoSearch = (table: Table): SearchDeps => {
  const show = showTags(table);
  return {
    terms: dynamoTerms(table),
    records: (ids) => recordsOf(table, { state: 'active' }, ids),
    tagNames: async (records) => {
      const [shown, words] = await Promise.all([show(records), wordsOf(table, records)]);
      return shown.map(({ tags, id }) => [...tags.map(({ name }) => name), ...(words.get(id) ?? [])]);
    },
    walk: (query) => walk(table, query),
    inOrder: (order) => inOrderOf(order),
    sortKey: (entry, { orderBy }) =>
      sortKeyIn('createdSk' in entry ? { ...entry } : listingKeys(entry as MediaRecord), orderBy),
  };
};

/** The words of files whose text was read; most records have none, and nothing is read for them. */
const wordsOf = async (
  table: Table,
  records: readonly MediaRecord[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const read = records.flatMap(({ id, fileVersion, textAt }) =>
    textAt === undefined || fileVersion === null ? [] : [wordsKey(id, fileVersion)],
  );
  if (read.length === 0) return new Map();
  const items = await table.batchGet(read, { consistent: true });
  return new Map(
    items.map(({ pk, words }) => [String(pk).slice(String(pk).indexOf('#') + 1), [String(words)]] as const),
  );
};

async function* walk(table: Table, query: SearchQuery): AsyncGenerator<readonly MediaRecord[]> {
  const tags = query.scopes.flatMap(({ tags: [tag, ...more] }) =>
    tag ? [more.reduce((rarest, each) => (each.count.active.all < rarest.count.active.all ? each : rarest), tag)] : [],
  );
  const byTag = tags.length > 0;
  const teamIds = query.scopes.map(({ teamId }) => teamId);
  const ranges = rangesOf({ ...query, teamIds, state: 'active', tags: byTag ? tags : undefined });
  let size = query.offset + query.limit + 1;
  let batch: Record<string, unknown>[] = [];
  const recordsIn = async () =>
    byTag ? recordsOf(table, { state: 'active' }, batch.map(mediaIdIn)) : batch.map(mediaRecord);
  for await (const item of walkRanges(table, ranges, query, { chunk: size })) {
    batch.push(item);
    if (batch.length < size) continue;
    yield await recordsIn();
    batch = [];
    size *= 2;
  }
  yield await recordsIn();
}

import type { MediaRecord } from '../domain/media.ts';
import { mediaRecord } from '../library/media-item.ts';
import { inDirection, mediaIdIn, rangesOf, recordsOf, sortKeyIn, walkRanges } from '../library/media-list.ts';
import { showTags } from '../library/tag-store.ts';
import { dynamoTerms } from '../library/term-store.ts';
import { listingKeys } from '../table/index-keys.ts';
import { wordsKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { ReadRecords, SearchDeps, SearchQuery } from './search-query.ts';

/** What search reads from the library table. */
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
    compare: inDirection,
    sortKey: (record, { orderBy }) => sortKeyIn(listingKeys(record), orderBy),
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

/** Goes through the records by the rarest tag of each team, or through whole teams. */
const walk = (table: Table, query: SearchQuery): ReadRecords => {
  const tags = query.scopes.flatMap(({ tags: [tag, ...more] }) =>
    tag ? [more.reduce((rarest, each) => (each.count.active.all < rarest.count.active.all ? each : rarest), tag)] : [],
  );
  const byTag = tags.length > 0;
  const teamIds = query.scopes.map(({ teamId }) => teamId);
  const ranges = rangesOf({ ...query, teamIds, state: 'active', tags: byTag ? tags : undefined });
  let wanted = 0;
  const items = walkRanges(table, ranges, query, () => wanted);
  return async (count) => {
    const batch: Record<string, unknown>[] = [];
    let ended = false;
    for (wanted = count; wanted > 0 && !ended; wanted -= 1) {
      const { value, done = false } = await items.next();
      if (done) ended = true;
      else batch.push(value);
    }
    const lastItem = batch.at(-1);
    const records = byTag
      ? await recordsOf(table, { state: 'active' }, batch.map(mediaIdIn))
      : batch.map((item) => mediaRecord(item));
    return { records, ended, last: lastItem && sortKeyIn(lastItem, query.orderBy) };
  };
};

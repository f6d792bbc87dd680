import { queryWords } from '../../functions/domain/terms.ts';
import { findByNameAndSize } from '../../functions/library/duplicates.ts';
import { dynamoMedia } from '../../functions/library/media-store.ts';
import { dynamoTags, showTags } from '../../functions/library/tag-store.ts';
import { checkDuplicates, type NamedSize } from '../../functions/media/check-duplicates.ts';
import { type ListMedia, listMedia } from '../../functions/media/list-media.ts';
import { searchMedia } from '../../functions/search/search-media.ts';
import { dynamoSearch } from '../../functions/search/search-store.ts';
import { listRange } from '../../functions/table/index-keys.ts';
import { tagKey } from '../../functions/table/keys.ts';
import { openTable, type Table } from '../../functions/table/table.ts';
import { tableClient } from './fill-library.ts';
import { type Library, PAGE_LENGTH } from './libraries.ts';
import type { PlainRecord, Question } from './media-questions.ts';

type Consumed = { readonly CapacityUnits?: number };

/** A client that asks for the consumed capacity of every command and adds it up. */
const meteredTable = ({ runtime: { ready } }: Library): { readonly table: Table; readonly units: () => number } => {
  const client = tableClient(ready);
  let units = 0;
  client.middlewareStack.add(
    (next) => async (call) => {
      Object.assign(call.input, { ReturnConsumedCapacity: 'TOTAL' });
      const answer = await next(call);
      const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: Consumed | readonly Consumed[] };
      const consumed = [ConsumedCapacity].flat().map((each) => each?.CapacityUnits ?? Number.NaN);
      units += consumed.reduce((sum, each) => sum + each, 0);
      if (Number.isNaN(units)) throw new Error('the engine did not say what was consumed');
      return answer;
    },
    { step: 'initialize' },
  );
  return { table: openTable(ready.table, client), units: () => units };
};

const principalOf = ({ runtime }: Library) => {
  const { teamId } = runtime.filled;
  return { teamId, teams: [{ teamId, role: 'owner' }], scopes: new Set(['media:read']) } as never;
};

/** Read units of one page through the product's own use case, and the cursor of the next. */
export const consumedByPage = async (
  library: Library,
  query: Question['query'],
): Promise<{ readonly units: number; readonly cursor: string | undefined }> => {
  const { table, units } = meteredTable(library);
  const list = listMedia({
    media: dynamoMedia(table),
    tags: dynamoTags(table),
    search: searchMedia(dynamoSearch(table)),
    show: showTags(table),
    cursors: { seal: async (after) => after, open: async (cursor) => cursor },
  });
  const { search, tagSlugs, type, cursor, offset = '0', orderBy = 'createdAt', orderDir = 'desc' } = query;
  const words = search === undefined ? undefined : queryWords(search);
  const filter = { words, tagSlugs: tagSlugs?.split(','), kind: type, cursor };
  const input = { ...filter, orderBy, orderDir, limit: PAGE_LENGTH, offset: Number(offset) } as ListMedia;
  const { nextCursor } = await list({ input, principal: principalOf(library) });
  return { units: units(), cursor: nextCursor };
};

/** Read units of a check for duplicates. */
export const consumedByCheck = async (library: Library, files: readonly NamedSize[]): Promise<number> => {
  const { table, units } = meteredTable(library);
  await checkDuplicates({ findByNameAndSize: findByNameAndSize(table) })({
    input: { files },
    principal: principalOf(library),
  });
  return units();
};

/** Reads the records of a library one by one, page after page. */
export const recordsIn = async ({ table, runtime }: Library): Promise<readonly PlainRecord[]> => {
  const records: PlainRecord[] = [];
  const slugs = new Map<string, string>();
  const slugOf = async (id: string): Promise<string> => {
    if (!slugs.has(id)) slugs.set(id, String((await table.get(tagKey(id)))?.slug));
    return slugs.get(id) ?? '';
  };
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.query({
      IndexName: 'byCreated',
      KeyConditionExpression: 'listPk = :pk',
      ExpressionAttributeValues: { ':pk': listRange(runtime.filled.teamId, 'active') },
      ExclusiveStartKey: start,
    });
    for (const { filename, fileSize, title, kind, tagIds } of page.Items ?? []) {
      const tags = await Promise.all((tagIds as readonly string[]).map(slugOf));
      records.push({ filename, fileSize, title, kind, tags });
    }
    start = page.LastEvaluatedKey;
  } while (start);
  return records;
};

import type { MediaRecord } from '../domain/media.ts';
import type { ListQuery, MediaEdit, MediaPage, MediaStore, OrderBy } from '../domain/ports.ts';
import type { RefusalCode } from '../domain/upload.ts';
import { dueKeys, listingKeys, listRange, mediaKey, refusedKey } from './keys.ts';
import type { Table, TransactItem } from './table.ts';
import { countOf, readTotals, totalsUpdate } from './totals.ts';

const INDEXES: Readonly<Record<OrderBy, { all: string; kind: string; sk: string }>> = {
  createdAt: { all: 'byCreated', kind: 'byKindCreated', sk: 'createdSk' },
  filename: { all: 'byFilename', kind: 'byKindFilename', sk: 'filenameSk' },
  fileSize: { all: 'bySize', kind: 'byKindSize', sk: 'sizeSk' },
};

const INDEX_ATTRIBUTES = [
  ...['pk', 'sk', 'listPk', 'kindPk', 'createdSk', 'filenameSk', 'sizeSk'],
  ...['nameSizePk', 'checksumPk', 'duePk', 'dueSk', 'ttl'],
];

/** A record as an item of the table, with the index attributes that follow from it. */
export const mediaItem = (record: MediaRecord): Record<string, unknown> => ({
  ...mediaKey(record.id),
  ...record,
  ...listingKeys(record),
});

/** The record in an item; the attributes that only serve the indexes are left behind. */
export const mediaRecord = (item: Record<string, unknown>): MediaRecord => {
  const record = { ...item };
  for (const attribute of INDEX_ATTRIBUTES) delete record[attribute];
  return record as unknown as MediaRecord;
};

/** Put of a new record, for a transaction; fails when the id is taken. */
export const putMedia = (record: MediaRecord): TransactItem => ({
  Put: { Item: mediaItem(record), ConditionExpression: 'attribute_not_exists(pk)' },
});

/** Media records in DynamoDB. */
export const dynamoMedia = (table: Table): MediaStore => ({
  get: async (id) => {
    const item = await table.get(mediaKey(id));
    return item && mediaRecord(item);
  },

  list: (query) => listMedia(table, query),

  create: async (record) => {
    const delta = { ...countOf(record.state, record.kind, 1) };
    await table.transact([putMedia(record), totalsUpdate(record.teamId, delta)]);
  },

  edit: async (id, edit, at) => {
    const answer = await table.update(editExpression(id, edit, at));
    return answer?.Attributes && mediaRecord(answer.Attributes);
  },

  softDelete: (record, at, purgeAt) => transition(table, record, { to: 'deleted', at, purgeAt }),

  restore: (record, at) => transition(table, record, { to: 'active', at }),

  refusal: async (mediaId) => {
    const item = await table.get(refusedKey(mediaId));
    return item && { teamId: String(item.teamId), code: item.code as RefusalCode };
  },
});

type Transition =
  | { readonly to: 'deleted'; readonly at: string; readonly purgeAt: string }
  | { readonly to: 'active'; readonly at: string };

/**
 * Moves a record between the library and the trash, and its count with it. False when the record is no longer where it
 * was read, or has another file. The trash is ordered by the time of deletion, and what lies in it is nobody's duplicate.
 */
const transition = async (table: Table, record: MediaRecord, step: Transition): Promise<boolean> => {
  const [from, to] = step.to === 'deleted' ? (['active', 'deleted'] as const) : (['deleted', 'active'] as const);
  const listed = step.to === 'deleted' ? { ...record, state: to, createdAt: step.at } : { ...record, state: to };
  const { nameSizePk, checksumPk, ...range } = listingKeys(listed);
  const moved: Record<string, unknown> =
    step.to === 'deleted'
      ? { ...range, deletedAt: step.at, ...dueKeys('purge', record.id, step.purgeAt) }
      : { ...range, deletedAt: null, nameSizePk, ...(checksumPk === undefined ? {} : { checksumPk }) };
  const set = Object.keys(moved);
  const failed = await table.transact([
    {
      Update: {
        Key: mediaKey(record.id),
        UpdateExpression: `SET #state = :to, updatedAt = :at${set.map((name) => `, ${name} = :${name}`).join('')} REMOVE ${step.to === 'deleted' ? 'nameSizePk, checksumPk' : 'duePk, dueSk'} ADD version :one`,
        ConditionExpression: '#state = :from AND fileVersion = :fileVersion',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':from': from,
          ':to': to,
          ':at': step.at,
          ':fileVersion': record.fileVersion,
          ':one': 1,
          ...Object.fromEntries(set.map((name) => [`:${name}`, moved[name]])),
        },
      },
    },
    totalsUpdate(record.teamId, { ...countOf(from, record.kind, -1), ...countOf(to, record.kind, 1) }),
  ]);
  return failed.length === 0;
};

const listMedia = async (table: Table, query: ListQuery): Promise<MediaPage> => {
  const pages = await Promise.all(
    query.teamIds.map(async (teamId) => {
      const [totals, items] = await Promise.all([readTotals(table, teamId), pageOf(table, teamId, query)]);
      return { items, total: query.state === 'active' ? totals.active[query.kind ?? 'all'] : totals.deleted };
    }),
  );
  const total = pages.reduce((sum, page) => sum + page.total, 0);
  const items = pages.flatMap((page) => page.items);
  if (query.teamIds.length <= 1) return { items, total };
  return { items: items.sort(inOrderOf(query)).slice(query.offset, query.offset + query.limit), total };
};

/** The order that an index gives by itself, for records of several ranges. */
const inOrderOf = ({ orderBy, orderDir, state }: ListQuery) => {
  const { sk } = INDEXES[orderBy];
  const sortKey = (record: MediaRecord): string =>
    listingKeys({ ...record, createdAt: state === 'active' ? record.createdAt : (record.deletedAt ?? '') })[sk] ?? '';
  const direction = orderDir === 'asc' ? 1 : -1;
  return (one: MediaRecord, other: MediaRecord): number => (sortKey(one) < sortKey(other) ? -direction : direction);
};

/**
 * One range of one index answers any page: its items are whole, its order is the page's. When several teams share a page,
 * each gives all that could stand on it.
 */
const pageOf = async (table: Table, teamId: string, query: ListQuery): Promise<readonly MediaRecord[]> => {
  const index = INDEXES[query.orderBy];
  const range = listRange(teamId, query.state);
  const base = {
    IndexName: query.kind ? index.kind : index.all,
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': query.kind ? 'kindPk' : 'listPk' },
    ExpressionAttributeValues: { ':pk': query.kind ? `${range}#${query.kind}` : range },
    ScanIndexForward: query.orderDir === 'asc',
  };
  const alone = query.teamIds.length === 1;
  const start = alone ? await skip(table, base, query.offset) : undefined;
  if (start === 'past the end') return [];
  return take(table, { ...base, ExclusiveStartKey: start }, alone ? query.limit : query.offset + query.limit);
};

type RangeQuery = Parameters<Table['query']>[0];
type StartKey = RangeQuery['ExclusiveStartKey'];

/** Counts past `offset` entries without reading their items to the caller; a count stops at each megabyte. */
const skip = async (table: Table, range: RangeQuery, offset: number): Promise<StartKey | 'past the end'> => {
  let start: StartKey;
  for (let left = offset; left > 0; ) {
    const page = await table.query({ ...range, Select: 'COUNT', Limit: left, ExclusiveStartKey: start });
    left -= page.Count ?? 0;
    start = page.LastEvaluatedKey;
    if (!start) return 'past the end';
  }
  return start;
};

/** The next `count` records of a range; a query stops at each megabyte. */
const take = async (table: Table, range: RangeQuery, count: number): Promise<readonly MediaRecord[]> => {
  const records: MediaRecord[] = [];
  let start = range.ExclusiveStartKey;
  do {
    const page = await table.query({ ...range, Limit: count - records.length, ExclusiveStartKey: start });
    records.push(...(page.Items ?? []).map(mediaRecord));
    start = page.LastEvaluatedKey;
  } while (start && records.length < count);
  return records;
};

const EDITABLE = ['title', 'alt', 'caption', 'description', 'visibility', 'focalX', 'focalY'] as const;

const editExpression = (id: string, edit: MediaEdit, at: string): Parameters<Table['update']>[0] => {
  const fields = EDITABLE.filter((field) => edit[field] !== undefined);
  return {
    Key: mediaKey(id),
    UpdateExpression: `SET updatedAt = :at${fields.map((field) => `, ${field} = :${field}`).join('')} ADD version :one`,
    ConditionExpression: '#state = :active',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':at': at,
      ':one': 1,
      ':active': 'active',
      ...Object.fromEntries(fields.map((field) => [`:${field}`, edit[field]])),
    },
    ReturnValues: 'ALL_NEW',
  };
};

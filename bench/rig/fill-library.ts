import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MediaKind, MediaRecord } from '../../functions/domain/media.ts';
import { recordsOf } from '../../functions/library/media-list.ts';
import { dynamoMedia } from '../../functions/library/media-store.ts';
import { dynamoTermIndex } from '../../functions/library/term-index.ts';
import { countOf, readTotals, totalsUpdate } from '../../functions/library/totals.ts';
import { createMedia } from '../../functions/media/create-media.ts';
import { indexRecords } from '../../functions/search/index-records.ts';
import { dynamoSearch } from '../../functions/search/search-store.ts';
import { slices } from '../../functions/table/slices.ts';
import { openTable, type Table, type TransactItem } from '../../functions/table/table.ts';
import { functionSettings, parseSettings } from '../../lib/settings/settings.ts';
import type { Ready } from '../../test/support/drivers/runtime.ts';
import { apiOf, requester } from './http-requests.ts';

/** A transaction holds 100 items; one of them is the counters. */
const RECORDS_AT_ONCE = 50;

export interface FilledLibrary {
  readonly teamId: string;
  readonly someId: string;
  /** Records that were written, with all that follows from them: lists, terms, ranks. */
  readonly perSecond: number;
}

/** The address of the table, and a key with all permissions on it. */
type TableAddress = Pick<Ready, 'table' | 'dynamodb' | 'region' | 'accessKeyId' | 'secretAccessKey'>;

/** The product's table adapter on the table of a runtime. */
export const tableOf = (address: TableAddress): Table => openTable(address.table, tableClient(address));

/** A client of a runtime's table, with the operator's key. */
export const tableClient = ({
  dynamodb: endpoint,
  region,
  accessKeyId,
  secretAccessKey,
}: TableAddress): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } }), {
    marshallOptions: { removeUndefinedValues: true },
  });

/** The holder of a runtime's key. */
export const ownerOf = async (ready: Ready): Promise<Owner> => {
  const { send, close } = requester();
  const me = (await apiOf(ready, send).get('/auth/me')).body.data;
  close();
  return { teamId: String(me.team.id), userId: String(me.user.id) };
};

/** Adds active records to the library of the key's holder. */
export const fillLibrary = async (ready: Ready, count: number): Promise<FilledLibrary> =>
  fillTable(tableOf(ready), await ownerOf(ready), count);

/**
 * Adds active records to a library, written as an upload's last step writes them, each followed by the work of the stream, in
 * its batches and by its own use case: as in a library in use, listed and indexed records never differ much.
 */
export const fillTable = async (table: Table, owner: Owner, count: number): Promise<FilledLibrary> => {
  const { teamId } = owner;
  const before = (await readTotals(table, teamId)).active.all;
  const index = indexerOf(table);
  const start = performance.now();
  let indexed: Promise<void> = Promise.resolve();
  for (let first = 0; first < count; first += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, count - first) }, (_, at) => first + at);
    const write = async (some: readonly number[]): Promise<void> =>
      writeTogether(table, teamId, await Promise.all(some.map((each) => recordAt(each, owner))));
    await Promise.all([indexed, ...slices(indexes, RECORDS_AT_ONCE).map(write)]);
    indexed = index(indexes.map(idOf));
  }
  await indexed;
  const perSecond = count / ((performance.now() - start) / 1000);
  const after = (await readTotals(table, teamId)).active.all;
  if (after - before !== count) throw new Error(`${count} records were written and ${after - before} counted`);
  return { teamId, someId: idOf(0), perSecond };
};

/** A batch of the stream. */
const BATCH = 100;

const indexerOf = (table: Table) =>
  indexRecords({
    records: (ids) => recordsOf(table, { state: 'active' }, ids, { consistent: true }),
    index: dynamoTermIndex(table),
    tagNames: dynamoSearch(table).tagNames,
  });

/** One transaction: the records and their counts. */
const writeTogether = async (table: Table, teamId: string, records: readonly MediaRecord[]): Promise<void> => {
  const delta: Record<string, number> = { bytes: 0, committed: 0, records: 0 };
  const add = (name: string, by: number): void => {
    delta[name] = (delta[name] ?? 0) + by;
  };
  for (const record of records) {
    for (const [name, by] of Object.entries(countOf('active', record.kind, 1))) add(name, by);
    add('bytes', record.fileSize);
    add('committed', record.fileSize);
    add('records', 1);
  }
  const puts = await Promise.all(records.map((record) => putOf(table, record)));
  const failed = await table.transact([...puts, totalsUpdate(teamId, delta)]);
  if (failed.length > 0) throw new Error('a record was there already');
};

/** The store's own item of a record, taken from the transaction that would write it alone. */
const putOf = async (table: Table, record: MediaRecord): Promise<TransactItem> => {
  const items: TransactItem[] = [];
  const transact: Table['transact'] = async (all) => {
    items.push(...all);
    return [];
  };
  await dynamoMedia({ ...table, transact }).create(record, Number.MAX_SAFE_INTEGER);
  const put = items.find((item) => 'Put' in item);
  if (!put) throw new Error('the store puts no item');
  return put;
};

const idOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

const KINDS: readonly (readonly [MediaKind, string, string])[] = [
  ['image', 'image/jpeg', 'jpg'],
  ['image', 'image/png', 'png'],
  ['video', 'video/mp4', 'mp4'],
  ['document', 'application/pdf', 'pdf'],
];

type Owner = { readonly teamId: string; readonly userId: string };

/** A record as a library would have it: of mixed kinds, with names and sizes in another order than the times. */
const recordAt = async (index: number, { teamId, userId }: Owner): Promise<MediaRecord> => {
  const [kind, mimeType, extension] = KINDS[index % KINDS.length] ?? (['image', 'image/jpeg', 'jpg'] as const);
  const shuffled = (index * 2_654_435_761) % 4_294_967_296;
  const made = Promise.withResolvers<MediaRecord>();
  // The product's own use case makes the record; its items are written together with others instead.
  const create = createMedia({
    media: { get: async () => undefined, create: async (record) => made.resolve(record) },
    settings: functionSettings(parseSettings({})),
    newId: () => idOf(index),
    clock: () => new Date(Date.UTC(2026, 0, 1) + index * 1000),
  });
  await create({
    input: {
      url: 'https://files.example/',
      filename: `Holiday ${shuffled.toString(36)} ${index}.${extension}`,
      fileSize: 100_000 + (shuffled % 9_000_000),
      mimeType,
      title: `Holiday ${index}`,
    },
    principal: {
      teamId,
      userId,
      role: 'owner',
      teams: [],
      scopes: new Set(),
      credential: { kind: 'api-key', id: 'bench' },
    },
  });
  const checksum = Buffer.from(shuffled.toString(16).padStart(32, '0')).toString('base64');
  const stored = { ...(await made.promise), externalUrl: null, fileVersion: idOf(index), checksum };
  return kind === 'image' ? { ...stored, ...PHOTO } : stored;
};

/** The fields that processing adds to the record of a photo. */
const PHOTO = {
  width: 4000,
  height: 3000,
  orientation: 1,
  frames: 1,
  thumbhash: 'HBkSHYSIeHiPiHh8eJd4eTN0EEQG',
  dominantColor: '#8f7a5c',
  renditions: {
    small: { width: 160, height: 120 },
    medium: { width: 480, height: 360 },
    large: { width: 1280, height: 960 },
  },
} as const;

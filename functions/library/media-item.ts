import type { MediaRecord } from '../domain/media.ts';
import { textsOf } from '../domain/record-fields.ts';
import { listingKeys } from '../table/index-keys.ts';
import { mediaKey } from '../table/keys.ts';
import type { TransactItem } from '../table/table.ts';
import { drawAlias, putAlias } from './alias-store.ts';

const INDEX_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...['pk', 'sk', 'listPk', 'kindPk', 'createdSk', 'filenameSk', 'sizeSk'],
  ...['nameSizePk', 'checksumPk', 'duePk', 'dueSk', 'ttl'],
  // Which edit was the last.
  'editToken',
]);

/** A record as an item of the table, with the index attributes that follow from it. */
export const mediaItem = (record: MediaRecord): Record<string, unknown> => ({
  ...mediaKey(record.id),
  ...record,
  ...listingKeys(record),
});

/** The record of an item, without the attributes of the indexes. */
export const mediaRecord = (item: Record<string, unknown>): MediaRecord => {
  const record: Record<string, unknown> = { ...textsOf(item) };
  // Not by `delete`: objects that lost a property stay slow, and a page has up to a hundred of them.
  for (const name in item) if (!INDEX_ATTRIBUTES.has(name)) record[name] = item[name];
  return record as unknown as MediaRecord;
};

/**
 * A new record and its number, for a transaction; of its two items the first fails when the id is in use, the second when the
 * number is.
 */
export const putMedia = (record: MediaRecord, alias = drawAlias()): readonly TransactItem[] => [
  { Put: { Item: { ...mediaItem(record), alias }, ConditionExpression: 'attribute_not_exists(pk)' } },
  putAlias(record.id, alias),
];

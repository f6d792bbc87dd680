import { MediaError } from '../domain/errors.ts';
import type { MediaKind, MediaRecord, MediaState } from '../domain/media.ts';
import { type ListKeys, taggedPlace } from '../table/index-keys.ts';
import { mediaKey, taggedKey, tagKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { mediaRecord } from './media-item.ts';
import { countOf, kindChange, type TotalsDelta } from './totals.ts';

/**
 * The items of a transaction for the tags of a record, two for each tag: the record's entry in the tag's lists, and the tag's
 * counters. The counters' condition makes the whole transaction fail when the tag was removed meanwhile.
 */
export const enterTags = (record: MediaRecord, tagIds = record.tagIds): readonly TransactItem[] =>
  tagIds.flatMap((tagId) => [
    { Put: { Item: { ...taggedKey(tagId, record.id), kind: record.kind, ...taggedPlace(tagId, record) } } },
    tagCountUpdate(tagId, record.teamId, countOf(record.state, record.kind, 1)),
  ]);

export const leaveTags = (record: MediaRecord, tagIds: readonly string[]): readonly TransactItem[] =>
  tagIds.flatMap((tagId) => [
    { Delete: { Key: taggedKey(tagId, record.id) } },
    tagCountUpdate(tagId, record.teamId, countOf(record.state, record.kind, -1)),
  ]);

/** `record` in its new state, with the time by which it is now ordered. */
export const moveTags = (record: MediaRecord, from: MediaState, tagIds: readonly string[]): readonly TransactItem[] =>
  tagIds.flatMap((tagId) => [
    placeUpdate(tagId, record.id, taggedPlace(tagId, record)),
    tagCountUpdate(tagId, record.teamId, {
      ...countOf(from, record.kind, -1),
      ...countOf(record.state, record.kind, 1),
    }),
  ]);

/** `record` with another file: its entries follow name and size, its counters the kind. */
export const moveTagEntries = (
  record: MediaRecord,
  kindBefore: MediaKind,
  tagIds: readonly string[],
): readonly TransactItem[] =>
  tagIds.flatMap((tagId) => {
    const place = placeUpdate(tagId, record.id, { ...taggedPlace(tagId, record), kind: record.kind });
    if (record.kind === kindBefore) return [place];
    return [place, tagCountUpdate(tagId, record.teamId, kindChange(kindBefore, record.kind))];
  });

/** A deleted tag has no counters any more; the next change of the record removes its last entries. */
export const forgetTags = (mediaId: string, tagIds: readonly string[]): readonly TransactItem[] =>
  tagIds.map((tagId) => ({ Delete: { Key: taggedKey(tagId, mediaId) } }));

/** Which of these tags the team has, in the given order, and which are deleted. */
export const partitionTags = async (
  table: Table,
  teamId: string,
  tagIds: readonly string[],
): Promise<{ readonly known: readonly string[]; readonly gone: readonly string[] }> => {
  if (tagIds.length === 0) return { known: [], gone: [] };
  const items = await table.batchGet(tagIds.map(tagKey));
  const ids = new Set(items.filter((item) => item.teamId === teamId).map(({ id }) => id));
  return { known: tagIds.filter((id) => ids.has(id)), gone: tagIds.filter((id) => !ids.has(id)) };
};

type PartitionedTags = Awaited<ReturnType<typeof partitionTags>>;

const ATTEMPTS = 8;

/**
 * A change of a record's state, with its tags: retried while tags are set or removed between read and write. False when the
 * record is no longer in the read state, or has another file; or when `isOver` says so for the positions whose condition failed
 * and the present item.
 */
export const withTagsOf = async (
  table: Table,
  record: MediaRecord,
  from: MediaState,
  step: (current: MediaRecord, tags: PartitionedTags) => readonly TransactItem[] | Promise<readonly TransactItem[]>,
  isOver: (failed: readonly number[], item: Record<string, unknown>) => boolean = () => false,
): Promise<boolean> => {
  let current = record;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const tags = await partitionTags(table, current.teamId, current.tagIds);
    const failed = await table.transact(await step(current, tags));
    if (failed.length === 0) return true;
    const item = await table.get(mediaKey(record.id));
    if (item?.state !== from || item.fileVersion !== record.fileVersion || isOver(failed, item)) return false;
    current = mediaRecord(item);
  }
  throw new MediaError('BUSY', 'The tags of this media keep changing', { retryAfter: 1 });
};

const placeUpdate = (tagId: string, mediaId: string, place: ListKeys & { readonly kind?: MediaKind }): TransactItem => {
  const names = Object.keys(place) as (keyof typeof place)[];
  return {
    Update: {
      Key: taggedKey(tagId, mediaId),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, place[name]])),
    },
  };
};

const tagCountUpdate = (tagId: string, teamId: string, delta: TotalsDelta): TransactItem => {
  // Counts the changes themselves: a recount knows by it that nothing moved meanwhile.
  const moved = Object.entries({ ...delta, changes: 1 });
  return {
    Update: {
      Key: tagKey(tagId),
      UpdateExpression: `ADD ${moved.map(([name], index) => `${name} :${index}`).join(', ')}`,
      ConditionExpression: 'teamId = :team',
      ExpressionAttributeValues: {
        ':team': teamId,
        ...Object.fromEntries(moved.map(([, by], index) => [`:${index}`, by])),
      },
    },
  };
};

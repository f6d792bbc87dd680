import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { mediaKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { mediaRecord } from './media-item.ts';
import { enterTags, forgetTags, leaveTags, partitionTags } from './tagging.ts';

/** Tags that one transaction sets or removes; replacing more takes a second one, and a repetition finishes it. */
const MOST_IN_ONE = 48;
/** Writers of one record take turns by its version; each round at least one of them succeeds. */
const ATTEMPTS = 100;

/**
 * Gives a record the tags that `wanted` computes from its present ones. Answers the record as it is then, undefined when it is
 * not active (any more). Throws `NOT_FOUND` when a new tag is not one of the team's.
 */
export type Retag = (
  id: string,
  wanted: (tagIds: readonly string[]) => readonly string[],
  at: string,
) => Promise<MediaRecord | undefined>;

export const retag =
  (table: Table): Retag =>
  async (id, wanted, at) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const item = await table.get(mediaKey(id));
      if (item?.state !== 'active') return undefined;
      const record = mediaRecord(item);
      const step = nextStep(record.tagIds, [...new Set(wanted(record.tagIds))]);
      if (!step) return record;
      const { known } = await partitionTags(table, record.teamId, [...step.added, ...step.removed]);
      if (step.added.some((tagId) => !known.includes(tagId))) throw notFound('Tag');
      const failed = await table.transact([
        tagsUpdate(record, step.tagIds, at),
        ...enterTags(record, step.added),
        ...leaveTags(
          record,
          known.filter((tagId) => step.removed.includes(tagId)),
        ),
        ...forgetTags(
          id,
          step.removed.filter((tagId) => !known.includes(tagId)),
        ),
      ]);
      if (failed.length === 0 && step.isLast) {
        return { ...record, tagIds: step.tagIds, version: record.version + 1, updatedAt: at };
      }
    }
    throw new MediaError('BUSY', 'The tags of this media keep changing', { retryAfter: 1 });
  };

const nextStep = (current: readonly string[], wanted: readonly string[]) => {
  const removed = current.filter((tagId) => !wanted.includes(tagId));
  const added = wanted.filter((tagId) => !current.includes(tagId));
  if (removed.length + added.length === 0) {
    const isSame = current.every((tagId, index) => tagId === wanted[index]);
    return isSame ? undefined : { removed, added, tagIds: wanted, isLast: true };
  }
  const nowRemoved = removed.slice(0, MOST_IN_ONE);
  const nowAdded = added.slice(0, MOST_IN_ONE - nowRemoved.length);
  const isLast = nowRemoved.length + nowAdded.length === removed.length + added.length;
  const tagIds = isLast ? wanted : [...current.filter((tagId) => !nowRemoved.includes(tagId)), ...nowAdded];
  return { removed: nowRemoved, added: nowAdded, tagIds, isLast };
};

const tagsUpdate = ({ id, version }: MediaRecord, tagIds: readonly string[], at: string): TransactItem => ({
  Update: {
    Key: mediaKey(id),
    UpdateExpression: 'SET tagIds = :tagIds, updatedAt = :at ADD version :one',
    ConditionExpression: '#state = :active AND version = :version',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':tagIds': tagIds, ':at': at, ':one': 1, ':active': 'active', ':version': version },
  },
});

/** Removes a deleted tag from one record, in any state. May be repeated. */
export const dropGoneTag =
  (table: Table) =>
  async (mediaId: string, tagId: string, at: string): Promise<void> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const item = await table.get(mediaKey(mediaId));
      const tagIds = (item?.tagIds as readonly string[] | undefined) ?? [];
      const update: TransactItem = {
        Update: {
          Key: mediaKey(mediaId),
          UpdateExpression: 'SET tagIds = :left, updatedAt = :at ADD version :one',
          ConditionExpression: 'tagIds = :before',
          ExpressionAttributeValues: {
            ':left': tagIds.filter((each) => each !== tagId),
            ':before': tagIds,
            ':at': at,
            ':one': 1,
          },
        },
      };
      const failed = await table.transact([
        ...(tagIds.includes(tagId) ? [update] : []),
        ...forgetTags(mediaId, [tagId]),
      ]);
      if (failed.length === 0) return;
    }
    throw new MediaError('BUSY', 'The tags of this media keep changing', { retryAfter: 1 });
  };

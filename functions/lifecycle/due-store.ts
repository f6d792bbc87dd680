import type { MediaRecord } from '../domain/media.ts';
import type { UploadSession } from '../domain/upload.ts';
import { removeAlias } from '../library/alias-store.ts';
import { retainVersion } from '../library/file-change.ts';
import { removeMetadata } from '../library/metadata-store.ts';
import { forgetTags, leaveTags, withTagsOf } from '../library/tagging.ts';
import { countOf, totalsUpdate } from '../library/totals.ts';
import { type DueWork, dueIn, dueKeys, duePartitions } from '../table/index-keys.ts';
import { generationKey, mediaKey, sweepCursorKey, uploadKey } from '../table/keys.ts';
import { pagesOf } from '../table/pages.ts';
import type { Key, Table } from '../table/table.ts';

/** Everything that is due by then is ordered before this. */
const dueBound = (now: string): string => `${now}#\uffff`;

/** Work of the sweep, as the index names it. */
export interface DueItem {
  readonly work: DueWork;
  readonly id: string;
  /** Empty for work that was stored by an older version. */
  readonly teamId: string;
  readonly key: Key;
  readonly dueSk: string;
}

const dueOf = async (table: Table, partition: string, now: string, most: number) => {
  const items: Record<string, unknown>[] = [];
  const pages = pagesOf(table, {
    IndexName: 'byDue',
    KeyConditionExpression: 'duePk = :pk AND dueSk <= :now',
    ExpressionAttributeValues: { ':pk': partition, ':now': dueBound(now) },
    Limit: most,
  });
  for await (const page of pages) {
    items.push(...page);
    if (items.length >= most) break;
  }
  return items;
};

/** Work that is due, and when the sweep looks at it again. */
const dueWork = (table: Table) => ({
  /** What was due before `now`, oldest first; of each partition at most so many, in whole pages. */
  due: async (work: DueWork, now: string, most: number): Promise<readonly DueItem[]> => {
    const found = await Promise.all(duePartitions(work).map((partition) => dueOf(table, partition, now, most)));
    return found
      .flat()
      .map(({ pk, sk, dueSk }) => ({ work, key: { pk: String(pk), sk: String(sk) }, dueSk: String(dueSk) }))
      .toSorted((one, other) => (one.dueSk < other.dueSk ? -1 : 1))
      .map((item) => ({ ...item, ...dueIn(item.dueSk) }));
  },

  /** The sweep looks at it again at `at`, unless it was given another time since it was read. */
  defer: async ({ work, id, teamId, key, dueSk }: DueItem, at: string): Promise<void> => {
    await table.update({
      Key: key,
      UpdateExpression: 'SET dueSk = :dueSk',
      ConditionExpression: 'dueSk = :before',
      ExpressionAttributeValues: { ':dueSk': dueKeys(work, id, at, teamId).dueSk, ':before': dueSk },
    });
  },

  /** The sweep looks at an open upload again at `at`. */
  postpone: async (session: UploadSession, at: string): Promise<void> => {
    await table.update({
      Key: uploadKey(session.id),
      UpdateExpression: 'SET dueSk = :dueSk',
      ConditionExpression: '#status = :status AND attribute_exists(dueSk)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':dueSk': dueKeys('upload', session.id, at, session.teamId).dueSk,
        ':status': session.status,
      },
    });
  },

  /** The session needs no more work. A `failed` one returns its quota here, when its original is removed. */
  settle: async (session: UploadSession): Promise<void> => {
    await table.transact([
      {
        Update: {
          Key: uploadKey(session.id),
          UpdateExpression: 'REMOVE duePk, dueSk',
          ConditionExpression: '#status = :status AND attribute_exists(duePk)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': session.status },
        },
      },
      ...(session.status === 'failed' ? [totalsUpdate(session.teamId, { committed: -session.fileSize })] : []),
    ]);
  },
});

/** The end of a record whose time in the trash is over. */
const purges = (table: Table) => ({
  /**
   * deleted -> purging: from here on a restore is refused, and the record has given up its file. False when it is not in the
   * trash (any more), or has another file; and when it is not due by `dueBy`, if that is given: it may have been restored and
   * deleted again since it was listed. After an interruption, the next run of the sweep continues.
   */
  beginPurge: (record: MediaRecord, at: string, dueBy?: string): Promise<boolean> => {
    const { duePk, dueSk } = dueKeys('purge', record.id, at, record.teamId);
    const bound = dueBy === undefined ? undefined : dueBound(dueBy);
    const step: Parameters<typeof withTagsOf>[3] = (current, { known, gone }) => [
      {
        Update: {
          Key: mediaKey(current.id),
          UpdateExpression:
            'SET #state = :purging, tagIds = :none, fileVersion = :null, storedAs = :null, fileSize = :zero, duePk = :duePk, dueSk = :dueSk REMOVE listPk, kindPk',
          ConditionExpression: `#state = :deleted AND tagIds = :tagIds AND fileVersion = :fileVersion${bound === undefined ? '' : ' AND dueSk <= :bound'}`,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: {
            ':purging': 'purging',
            ':deleted': 'deleted',
            ':none': [],
            ':tagIds': current.tagIds,
            ':fileVersion': current.fileVersion,
            ':null': null,
            ':zero': 0,
            ':duePk': duePk,
            ':dueSk': dueSk,
            ...(bound === undefined ? {} : { ':bound': bound }),
          },
        },
      },
      totalsUpdate(current.teamId, countOf('deleted', current.kind, -1)),
      ...retainVersion(current, { at, until: at, kept: false }),
      ...leaveTags(current, known),
      ...forgetTags(current.id, gone),
    ];
    return withTagsOf(table, record, 'deleted', step, (_, item) => bound !== undefined && String(item.dueSk) > bound);
  },

  /** The files are gone, and so is the record. */
  endPurge: async (record: MediaRecord): Promise<void> => {
    const remove = {
      Delete: {
        Key: mediaKey(record.id),
        ConditionExpression: '#state = :purging',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':purging': 'purging' },
      },
    };
    await table.transact([
      remove,
      totalsUpdate(record.teamId, { records: -1 }),
      ...removeAlias(record),
      removeMetadata(record.id),
    ]);
  },
});

/** What the sweep knows of its table and of its own progress. */
const sweepState = (table: Table) => ({
  /** The mark of the table; undefined in one that has none yet. */
  generation: async (): Promise<string | undefined> => {
    const item = await table.get(generationKey);
    return item?.id === undefined ? undefined : String(item.id);
  },
  /** Marks the table, once; answers its mark. */
  beginGeneration: async (): Promise<string> => {
    const id = crypto.randomUUID();
    const isNew = await table.put({ Item: { ...generationKey, id }, ConditionExpression: 'attribute_not_exists(pk)' });
    return isNew ? id : String((await table.get(generationKey))?.id);
  },
  adoptGeneration: async (id: string): Promise<void> => void (await table.put({ Item: { ...generationKey, id } })),

  /** The position of the search for objects without a record. */
  cursor: async (prefix: string): Promise<string | undefined> => {
    const item = await table.get(sweepCursorKey(prefix));
    return item?.after === undefined ? undefined : String(item.after);
  },
  moveCursor: async (prefix: string, after: string | undefined): Promise<void> => {
    await table.put({ Item: { ...sweepCursorKey(prefix), ...(after === undefined ? {} : { after }) } });
  },
});

/** The steps of the sweep on sessions and records that are due. Every step is conditional and may be repeated. */
export const dynamoDue = (table: Table) => ({ ...dueWork(table), ...purges(table), ...sweepState(table) });

export type DueStore = ReturnType<typeof dynamoDue>;

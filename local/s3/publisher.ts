import type { DatabaseSync } from 'node:sqlite';
import { LOCAL_REGION } from '../ports.ts';
import type { BlobFolder } from './blobs.ts';
import type { BucketConfig } from './buckets.ts';
import { transaction } from './database.ts';
import { s3Error } from './errors.ts';
import type { Cause, EventName } from './events.ts';
import { eventMessage, interestedRules } from './events.ts';
import type { ObjectTable, StoredObject } from './object-table.ts';
import type { Outbox } from './outbox.ts';

/** Conditions of a write, from the headers. */
export interface WriteConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** How a key changes. */
export interface Change {
  readonly bucket: BucketConfig;
  readonly event: EventName;
  readonly cause: Cause;
  readonly at: Date;
  readonly conditions?: WriteConditions;
  /** More rows to change in the same transaction. */
  readonly also?: () => void;
}

/** Makes objects visible and removes them; the row and its notification change in one transaction. */
export interface Publisher {
  publish(object: Omit<StoredObject, 'bucket' | 'modified'>, change: Change): StoredObject;
  /** False when there was no such object. */
  remove(key: string, change: Change): boolean;
}

/** Throws unless the conditions of a write hold now. */
export function checkWrite(
  existing: Pick<StoredObject, 'etag'> | undefined,
  { ifMatch, ifNoneMatch }: WriteConditions,
): void {
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') {
    throw s3Error(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented: If-None-Match takes * on writes.',
    );
  }
  if (ifNoneMatch !== undefined && existing) throw s3Error('PreconditionFailed');
  if (ifMatch !== undefined) {
    if (!existing) throw s3Error('NoSuchKey');
    if (ifMatch.trim() !== '*' && ifMatch.trim().replaceAll('"', '') !== existing.etag)
      throw s3Error('PreconditionFailed');
  }
}

/** Joins objects, notifications and blobs. */
export function createPublisher(
  database: DatabaseSync,
  objects: ObjectTable,
  outbox: Outbox,
  blobs: BlobFolder,
): Publisher {
  const advance = database.prepare('UPDATE sequence SET value = value + 1 RETURNING value');

  const announce = (change: Change, key: string, object?: { size: number; etag: string }): void => {
    const rules = interestedRules(change.bucket, change.event, key);
    if (rules.length === 0) return;
    const sequencer = Number(advance.get()?.value).toString(16).toUpperCase().padStart(18, '0');
    const event = { name: change.event, key, at: change.at, cause: change.cause, ...(object && { object }) };
    for (const rule of rules)
      outbox.add(rule.queueArn, eventMessage(change.bucket, rule, event, LOCAL_REGION, sequencer));
  };

  return {
    publish(object, change) {
      const published = { ...object, bucket: change.bucket.name, modified: change.at.getTime() };
      const replaced = transaction(database, () => {
        const existing = objects.get(change.bucket.name, object.key);
        // Of two racing writers with If-None-Match both may have come this far; the second finds the first one's row.
        checkWrite(existing, change.conditions ?? {});
        objects.put(published);
        change.also?.();
        announce(change, object.key, object);
        return existing;
      });
      if (replaced) blobs.discard(replaced.segments);
      outbox.wake();
      return published;
    },
    remove(key, change) {
      const removed = transaction(database, () => {
        const existing = objects.get(change.bucket.name, key);
        checkWrite(existing, change.conditions ?? {});
        if (!existing) return undefined;
        objects.remove(change.bucket.name, key);
        announce(change, key);
        return existing;
      });
      if (removed) blobs.discard(removed.segments);
      outbox.wake();
      return removed !== undefined;
    },
  };
}

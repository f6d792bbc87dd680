import type { MediaRecord } from '../domain/media.ts';
import type { Clock } from '../domain/ports.ts';
import type { DueStore } from '../stores/due-store.ts';
import type { FileStore } from '../stores/file-store.ts';

export interface PurgeDeps {
  readonly due: Pick<DueStore, 'beginPurge' | 'endPurge'>;
  readonly files: Pick<FileStore, 'list' | 'remove'>;
  readonly clock: Clock;
}

/**
 * Removes a record of the trash for good: it is closed to a restore first, then its files go, then the record itself. Any
 * step may be repeated. False when the record does not lie in the trash (any more).
 */
export const purgeRecord = async (record: MediaRecord, { due, files, clock }: PurgeDeps): Promise<boolean> => {
  if (record.state !== 'purging' && !(await due.beginPurge(record, clock().toISOString()))) return false;
  for (const kind of ['originals', 'renditions']) {
    const prefix = `${kind}/${record.teamId}/${record.id}/`;
    let after: string | undefined;
    do {
      const page = await files.list(prefix, after);
      for (const { key } of page.keys) await files.remove(key);
      after = page.next;
    } while (after);
  }
  await due.endPurge(record);
  return true;
};

import { isDrawnOnRequest } from '../domain/media.ts';
import type { UploadStore } from '../domain/ports.ts';
import type { FileStore, ListedObject } from '../files/file-store.ts';
import { DRAWN_DAYS } from '../media/draw-once.ts';
import { type IsHeldDeps, isHeld } from '../media/is-held.ts';
import type { DueStore } from './due-store.ts';

export interface RemoveOrphansDeps extends IsHeldDeps {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly due: Pick<DueStore, 'cursor' | 'moveCursor'>;
  readonly files: Pick<FileStore, 'remove' | 'list'>;
}

/** A run that finds more of them, and a larger share of the objects it looked at, finds the effect of another fault. */
export const MOST_ORPHANS = 50;
const MOST_ORPHAN_SHARE = 0.1;

/** Pages of a prefix that a run reads, each of a thousand keys. */
const ORPHAN_PAGES = 12;
const ORPHAN_AGE_MILLISECONDS = 24 * 3600 * 1000;
/** A result that is still requested was drawn again before. */
const DRAWN_MILLISECONDS = DRAWN_DAYS * 24 * 3600 * 1000;

/** Objects of a run so far: old enough to be looked at, without an owner, removed. */
interface Tally {
  looked: number;
  orphans: number;
  removed: number;
}

/**
 * Removes objects without an owner and old results drawn on request, in some pages of a prefix. Continues where the last run
 * stopped, so that a run costs the same in any library. Throws, before it removes them, when more than `most` have no owner and
 * these are more than a small share.
 */
export const removeOrphans = async (
  prefix: string,
  most: number,
  now: Date,
  deps: RemoveOrphansDeps,
  hasTime: () => boolean,
): Promise<number> => {
  const run: Tally = { looked: 0, orphans: 0, removed: 0 };
  for (let pages = 0; pages < ORPHAN_PAGES && hasTime(); pages += 1) {
    if ((await removeOrphansOfPage(prefix, most, run, now, deps)) === undefined) break;
  }
  return run.removed;
};

/** Answers where the next page begins. */
const removeOrphansOfPage = async (prefix: string, most: number, run: Tally, now: Date, deps: RemoveOrphansDeps) => {
  const page = await deps.files.list(prefix, await deps.due.cursor(prefix));
  const failures: unknown[] = [];
  const attempt = (work: () => Promise<void>): Promise<void> => work().catch((error) => void failures.push(error));
  const found: string[] = [];
  for (const object of page.keys.filter((each) => ageOf(each, now) >= ORPHAN_AGE_MILLISECONDS)) {
    await attempt(async () => {
      const isDrawn = isDrawnOnRequest(object.key) && ageOf(object, now) > DRAWN_MILLISECONDS;
      const isOrphan = !isDrawn && !(await isOwned(object.key, deps));
      if (isDrawn || isOrphan) found.push(object.key);
      run.looked += 1;
      if (isOrphan) run.orphans += 1;
    });
  }
  // The next run stops here as well, until an operator looked.
  if (run.orphans > most && run.orphans > run.looked * MOST_ORPHAN_SHARE) throw tooMany(prefix, run);
  for (const key of found) {
    await attempt(async () => {
      await deps.files.remove(key);
      run.removed += 1;
    });
  }
  // Also after failures: one object that fails each time must not end the search for all others.
  await deps.due.moveCursor(prefix, page.next);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} objects: ${failures[0]}`);
  return page.next;
};

const ageOf = ({ lastModified }: ListedObject, now: Date): number => now.getTime() - lastModified.getTime();

const isOwned = async (key: string, deps: RemoveOrphansDeps): Promise<boolean> => {
  const [folder, teamId, mediaId = '', fileVersion = ''] = key.split('/');
  // The session first: if it ends between the two reads, the second one finds its record.
  const session = folder === 'originals' ? await deps.uploads.get(fileVersion) : undefined;
  if (session && ['pending', 'processing', 'failed'].includes(session.status)) return true;
  return isHeld({ mediaId, fileVersion }, teamId, deps);
};

const tooMany = (prefix: string, { looked, orphans }: Tally): Error =>
  new Error(
    `${orphans} of ${looked} objects below ${prefix} belong to nothing, which is more than a library loses: none of these was removed. Look for records that are missing; see the runbook.`,
  );

import { isDrawnOnRequest } from '../domain/media.ts';
import type { UploadStore } from '../domain/ports.ts';
import type { FileStore } from '../files/file-store.ts';
import { DRAWN_DAYS } from '../media/draw-once.ts';
import { type IsHeldDeps, isHeld } from '../media/is-held.ts';
import type { DueStore } from './due-store.ts';

export interface RemoveOrphansDeps extends IsHeldDeps {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly due: Pick<DueStore, 'cursor' | 'moveCursor'>;
  readonly files: Pick<FileStore, 'remove' | 'list'>;
}

/** Pages of a prefix that a run reads, each of a thousand keys. */
const ORPHAN_PAGES = 12;
const ORPHAN_AGE_MILLISECONDS = 24 * 3600 * 1000;
/** A result that is still requested was drawn again before. */
const DRAWN_MILLISECONDS = DRAWN_DAYS * 24 * 3600 * 1000;

/** Checks some pages of a prefix, continuing where the last run stopped, so that a run costs the same in any library. */
export const removeOrphans = async (
  prefix: string,
  now: Date,
  deps: RemoveOrphansDeps,
  hasTime: () => boolean,
): Promise<number> => {
  let removed = 0;
  for (let pages = 0; pages < ORPHAN_PAGES && hasTime(); pages += 1) {
    const page = await removeOrphansOfPage(prefix, now, deps);
    removed += page.removed;
    if (page.next === undefined) break;
  }
  return removed;
};

const removeOrphansOfPage = async (prefix: string, now: Date, deps: RemoveOrphansDeps) => {
  const page = await deps.files.list(prefix, await deps.due.cursor(prefix));
  const failures: unknown[] = [];
  let removed = 0;
  for (const object of page.keys) {
    try {
      if (!(await isOrphan(object, now, deps))) continue;
      await deps.files.remove(object.key);
      removed += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  // In any case: one that fails each time must not end the search for all others.
  await deps.due.moveCursor(prefix, page.next);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} objects: ${failures[0]}`);
  return { removed, next: page.next };
};

const isOrphan = async (
  { key, lastModified }: { readonly key: string; readonly lastModified: Date },
  now: Date,
  deps: RemoveOrphansDeps,
): Promise<boolean> => {
  const age = now.getTime() - lastModified.getTime();
  if (age < ORPHAN_AGE_MILLISECONDS) return false;
  const [folder, teamId, mediaId = '', fileVersion = ''] = key.split('/');
  // The session first: if it ends between the two reads, the second one finds its record.
  const session = folder === 'originals' ? await deps.uploads.get(fileVersion) : undefined;
  if (session && ['pending', 'processing', 'failed'].includes(session.status)) return false;
  return (isDrawnOnRequest(key) && age > DRAWN_MILLISECONDS) || !(await isHeld({ mediaId, fileVersion }, teamId, deps));
};

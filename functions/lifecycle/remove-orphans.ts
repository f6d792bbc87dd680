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
  const { due, files, uploads } = deps;
  const page = await files.list(prefix, await due.cursor(prefix));
  let removed = 0;
  for (const { key, lastModified } of page.keys) {
    if (now.getTime() - lastModified.getTime() < ORPHAN_AGE_MILLISECONDS) continue;
    const [, teamId, mediaId = '', fileVersion = ''] = key.split('/');
    // The session first: if it ends between the two reads, the second one finds its record.
    const session = prefix === 'originals/' ? await uploads.get(fileVersion) : undefined;
    if (session && ['pending', 'processing', 'failed'].includes(session.status)) continue;
    const isLeft = isDrawnOnRequest(key) && now.getTime() - lastModified.getTime() > DRAWN_MILLISECONDS;
    if (!isLeft && (await isHeld({ mediaId, fileVersion }, teamId, deps))) continue;
    await files.remove(key);
    removed += 1;
  }
  await due.moveCursor(prefix, page.next);
  return { removed, next: page.next };
};

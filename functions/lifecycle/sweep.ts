import * as z from 'zod/mini';
import type { GuestStore } from '../accounts/guest-store.ts';
import { removeGuest } from '../accounts/remove-guest.ts';
import { inboxKey, isDrawnOnRequest, originalKey } from '../domain/media.ts';
import type { Clock, MediaStore, UploadStore } from '../domain/ports.ts';
import { ARRIVAL_GRACE_SECONDS, PROCESSING_GIVEN_UP_SECONDS, type UploadSession } from '../domain/upload.ts';
import { forbidden } from '../files/checks/outcome.ts';
import type { FileStore } from '../files/file-store.ts';
import type { ObjectStore } from '../library/object-store.ts';
import type { VersionStore } from '../library/version-store.ts';
import { DRAWN_DAYS } from '../media/draw-once.ts';
import { isHeld } from '../media/is-held.ts';
import { removeVersion } from '../media/remove-version.ts';
import { abortParts } from '../uploads/abort-parts.ts';
import type { MayStillBring } from '../uploads/may-still-bring.ts';
import type { PartStore } from '../uploads/part-store.ts';
import { removeUpload } from '../uploads/remove-upload.ts';
import type { DueStore } from './due-store.ts';
import { purgeRecord } from './purge-record.ts';

export interface SweepDeps {
  readonly uploads: Pick<UploadStore, 'get' | 'close' | 'refuse'>;
  readonly media: Pick<MediaStore, 'get' | 'list' | 'softDelete'>;
  readonly due: DueStore;
  readonly guests: GuestStore;
  readonly versions: VersionStore;
  readonly objects: ObjectStore;
  readonly files: Pick<FileStore, 'head' | 'remove' | 'list'>;
  readonly parts: Pick<PartStore, 'abort'>;
  /** Has an object processed whose event was lost. */
  readonly enqueue: (key: string) => Promise<void>;
  /** Whether an announced upload may still become a record. */
  readonly mayStillBring: MayStillBring;
  readonly clock: Clock;
}

export interface Swept {
  readonly enqueued: number;
  readonly expired: number;
  readonly givenUp: number;
  /** Open uploads of people and keys that may not upload any more. */
  readonly notPermitted: number;
  readonly settled: number;
  readonly purged: number;
  /** Guests whose time was over, with all that they stored. */
  readonly guests: number;
  /** Versions of files that were replaced or removed. */
  readonly versions: number;
  /** Objects without an owner, and old results drawn on request. */
  readonly orphans: number;
}

/** What one run does: what is due, or the search for objects that belong to nothing; both where it is not said. */
export const SweepEvent = z.object({ part: z.optional(z.enum(['due', 'orphans'])) });
export type SweepEvent = z.output<typeof SweepEvent>;

/** Pages of a prefix that a run reads, each of a thousand keys. */
const ORPHAN_PAGES = 12;
/** Items of each kind and partition that one run takes; the next run takes the rest. */
const MOST_DUE = 250;
/** A running task ends within the time of its function, and is not queued a second time meanwhile. */
export const LOOK_AGAIN_SECONDS = { pending: 600, processing: 900 } as const;
const ORPHAN_AGE_MILLISECONDS = 24 * 3600 * 1000;
/** A result that is still requested was drawn again before. */
const DRAWN_MILLISECONDS = DRAWN_DAYS * 24 * 3600 * 1000;

/** Every attempt ended without an outcome, and its message is in the dead-letter queue. */
const GIVEN_UP = { status: 'failed', code: 'DECODE_ERROR', message: 'The file could not be processed.' } as const;

const { outcome: status, code, message } = forbidden();
const NOT_PERMITTED = { status, code, message };

type Step = Partial<Record<keyof Swept, 1>>;

/**
 * Repairs the effects of lost events: finishes uploads whose bytes exist, expires those whose bytes never arrived, purges
 * expired records and versions, removes expired guests, and removes objects without an owner or with an expired result. A
 * second run finds nothing to do.
 */
export const sweep =
  (deps: SweepDeps) =>
  async ({ part }: SweepEvent = {}): Promise<Swept> => {
    const swept = {
      ...{ enqueued: 0, expired: 0, givenUp: 0, notPermitted: 0 },
      ...{ settled: 0, purged: 0, guests: 0, versions: 0, orphans: 0 },
    };
    const count = (step: Step): void => {
      for (const name of Object.keys(step) as (keyof Swept)[]) swept[name] += 1;
    };
    const failures: unknown[] = [];
    // Failed items come first in the next run again, and must not prevent the others from being reached.
    const attempt = async (work: () => Promise<Step>): Promise<void> => {
      try {
        count(await work());
      } catch (error) {
        failures.push(error);
      }
    };
    const now = deps.clock();
    if (part !== 'orphans') await sweepDue(now, deps, attempt);
    if (part !== 'due') {
      for (const prefix of ['originals/', 'renditions/']) {
        await attempt(async () => {
          swept.orphans += await removeOrphans(prefix, now, deps);
          return {};
        });
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(
        failures,
        `${failures.length} steps of the sweep failed, the first with: ${failures[0]}`,
      );
    }
    return swept;
  };

type Attempt = (work: () => Promise<Step>) => Promise<void>;

/** Uploads, records, guests and versions whose time has come. */
const sweepDue = async (now: Date, deps: SweepDeps, attempt: Attempt): Promise<void> => {
  for (const id of await deps.due.due('upload', now.toISOString(), MOST_DUE)) {
    await attempt(() => sweepUpload(id, now, deps));
  }
  for (const id of await deps.due.due('purge', now.toISOString(), MOST_DUE)) {
    await attempt(async () => {
      const record = await deps.media.get(id);
      return record && (await purgeRecord(record, deps, now.toISOString())) ? { purged: 1 } : {};
    });
  }
  for (const id of await deps.due.due('guest', now.toISOString(), MOST_DUE)) {
    await attempt(async () => ((await removeGuest(id, deps)) ? { guests: 1 } : {}));
  }
  for (const id of await deps.due.due('version', now.toISOString(), MOST_DUE)) {
    await attempt(async () => {
      const [mediaId = '', fileVersion = ''] = id.split('#');
      const version = await deps.versions.get({ mediaId, fileVersion });
      // The version may be its record's file again, or have been retained anew, since it was listed.
      if (!version || version.current || version.keptUntil > now.toISOString()) return {};
      await removeVersion(version, deps);
      return { versions: 1 };
    });
  }
};

const sweepUpload = async (id: string, now: Date, deps: SweepDeps): Promise<Step> => {
  const session = await deps.uploads.get(id);
  if (!session) return {};
  switch (session.status) {
    case 'pending':
    case 'processing':
      return sweepOpen(session, LOOK_AGAIN_SECONDS[session.status], now, deps);
    case 'rejected':
    case 'failed':
    case 'deleted':
    case 'expired':
      await abortParts(session, deps.parts);
      await removeUpload(session, deps.files);
      await deps.due.settle(session);
      return { settled: 1 };
    case 'active':
      await deps.due.settle(session);
      return {};
  }
};

const sweepOpen = async (
  session: UploadSession,
  lookAgainSeconds: number,
  now: Date,
  deps: SweepDeps,
): Promise<Step> => {
  const key = originalKey(session.teamId, session.mediaId, session.id);
  const deadline = Date.parse(session.expiresAt) + ARRIVAL_GRACE_SECONDS * 1000;
  const stored = (await deps.files.head(key)) ?? (await landed(session, deps));
  if (!stored && now.getTime() >= deadline) {
    // First the parts: an ended session is not looked at again.
    await abortParts(session, deps.parts);
    return (await deps.uploads.close(session, 'expired', now)) ? { expired: 1 } : {};
  }
  if (now.getTime() >= deadline + PROCESSING_GIVEN_UP_SECONDS * 1000) {
    return (await deps.uploads.refuse(session, GIVEN_UP, now)) ? { givenUp: 1 } : {};
  }
  // Nothing of it can become a record, and until it ends it reserves quota.
  if (session.status === 'pending' && !(await deps.mayStillBring(session))) {
    return (await deps.uploads.refuse(session, NOT_PERMITTED, now)) ? { notPermitted: 1 } : {};
  }
  await deps.due.postpone(session, new Date(now.getTime() + lookAgainSeconds * 1000).toISOString());
  if (!stored) return {};
  await deps.enqueue(stored.key);
  return { enqueued: 1 };
};

/** Objects of forms in the inbox whose event was lost. */
const landed = async ({ asForm, teamId, mediaId, id }: UploadSession, { files }: SweepDeps) =>
  asForm ? files.head(inboxKey(teamId, mediaId, id)) : undefined;

/** Checks some pages of a prefix, continuing where the last run stopped, so that a run costs the same in any library. */
const removeOrphans = async (prefix: string, now: Date, deps: SweepDeps): Promise<number> => {
  let removed = 0;
  for (let pages = 0; pages < ORPHAN_PAGES; pages += 1) {
    const page = await removeOrphansOfPage(prefix, now, deps);
    removed += page.removed;
    if (page.next === undefined) break;
  }
  return removed;
};

const removeOrphansOfPage = async (prefix: string, now: Date, deps: SweepDeps) => {
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

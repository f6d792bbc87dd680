import * as z from 'zod/mini';
import type { GuestStore } from '../accounts/guest-store.ts';
import { removeGuest } from '../accounts/remove-guest.ts';
import { inboxKey, originalKey } from '../domain/media.ts';
import type { Clock, MediaStore, UploadStore } from '../domain/ports.ts';
import { inTurns, shareOf } from '../domain/shares.ts';
import { ARRIVAL_GRACE_SECONDS, PROCESSING_GIVEN_UP_SECONDS, type UploadSession } from '../domain/upload.ts';
import { forbidden } from '../files/checks/outcome.ts';
import type { FileStore } from '../files/file-store.ts';
import type { ObjectStore } from '../library/object-store.ts';
import type { VersionStore } from '../library/version-store.ts';
import { removeVersion } from '../media/remove-version.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import type { DueWork } from '../table/index-keys.ts';
import { abortParts } from '../uploads/abort-parts.ts';
import type { MayStillBring } from '../uploads/may-still-bring.ts';
import type { PartStore } from '../uploads/part-store.ts';
import { removeUpload } from '../uploads/remove-upload.ts';
import type { DueStore } from './due-store.ts';
import { adoptBucket, expectSameGeneration } from './generation.ts';
import { purgeRecord } from './purge-record.ts';
import { MOST_ORPHANS, removeOrphans } from './remove-orphans.ts';

export interface SweepDeps {
  readonly uploads: Pick<UploadStore, 'get' | 'close' | 'refuse'>;
  readonly media: Pick<MediaStore, 'get' | 'list' | 'softDelete'>;
  readonly due: DueStore;
  readonly guests: GuestStore;
  readonly versions: VersionStore;
  readonly objects: ObjectStore;
  readonly files: Pick<FileStore, 'head' | 'remove' | 'list' | 'readRange' | 'write'>;
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

/**
 * What one run does: what is due, or the search for objects that belong to nothing; both where it is not said. An operator may
 * have it take the bucket as that of the table (`adopt`), and remove more than a small share of the objects (`removeMore`).
 */
export const SweepEvent = z.object({
  part: z.optional(z.enum(['due', 'orphans'])),
  adopt: z.optional(z.boolean()),
  removeMore: z.optional(z.boolean()),
});
export type SweepEvent = z.output<typeof SweepEvent>;

/**
 * Keys of each kind and partition that one run reads, to find the work of many teams behind that of one: more than one team can
 * leave between two runs.
 */
const MOST_DUE = 10_000;
/** Items that a run works on at the same time. */
const CONCURRENCY = 4;
/** Work that failed is not tried again at once: failures come first, and would be all that later runs get to. */
const AFTER_FAILURE_SECONDS = 900;
/** A running task ends within the time of its function, and is not queued a second time meanwhile. */
export const LOOK_AGAIN_SECONDS = { pending: 600, processing: 900 } as const;

/** Every attempt ended without an outcome, and its message is in the dead-letter queue. */
const GIVEN_UP = { status: 'failed', code: 'DECODE_ERROR', message: 'The file could not be processed.' } as const;

const { outcome: status, code, message } = forbidden();
const NOT_PERMITTED = { status, code, message };

type Step = Partial<Record<keyof Swept, 1>>;

/**
 * Repairs the effects of lost events: finishes uploads whose bytes exist, expires those whose bytes never arrived, purges
 * expired records and versions, removes expired guests, and removes objects without an owner or with an expired result. A
 * second run finds nothing to do. Once `hasTime` denies, it leaves the rest to the next run.
 */
export const sweep =
  (deps: SweepDeps) =>
  async ({ part, adopt, removeMore }: SweepEvent = {}, hasTime: () => boolean = () => true): Promise<Swept> => {
    const swept = {
      ...{ enqueued: 0, expired: 0, givenUp: 0, notPermitted: 0 },
      ...{ settled: 0, purged: 0, guests: 0, versions: 0, orphans: 0 },
    };
    const count = (step: Step): void => {
      for (const name of Object.keys(step) as (keyof Swept)[]) swept[name] += 1;
    };
    const failures: unknown[] = [];
    // A failure must not prevent the others from being reached.
    const attempt = async (work: () => Promise<Step>): Promise<void> => {
      try {
        count(await work());
      } catch (error) {
        failures.push(error);
      }
    };
    const now = deps.clock();
    if (part !== 'orphans') await sweepDue(now, deps, attempt, hasTime);
    if (part !== 'due') {
      await attempt(async () => {
        if (adopt) await adoptBucket(deps);
        await expectSameGeneration(deps);
        const bound = removeMore ? Number.POSITIVE_INFINITY : MOST_ORPHANS;
        for (const prefix of ['originals/', 'renditions/']) {
          await attempt(async () => {
            swept.orphans += await removeOrphans(prefix, bound, now, deps, hasTime);
            return {};
          });
        }
        return {};
      });
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
type DueStep = (id: string, now: Date, deps: SweepDeps) => Promise<Step>;

/**
 * Uploads, records, guests and versions whose time has come, in turns of teams and kinds of work: a team that leaves much, or
 * whose work fails for ever, takes the time that the others do not need.
 */
const sweepDue = async (now: Date, deps: SweepDeps, attempt: Attempt, hasTime: () => boolean): Promise<void> => {
  const found = await Promise.all(DUE_WORK.map((work) => deps.due.due(work, now.toISOString(), MOST_DUE)));
  const turns = inTurns(found.flat(), ({ work, teamId }) => `${work} ${shareOf(teamId)}`);
  await forEachConcurrently(CONCURRENCY, turns, async (item) => {
    if (!hasTime()) return;
    await attempt(async () => {
      try {
        return await WORK[item.work](item.id, now, deps);
      } catch (error) {
        await deps.due.defer(item, new Date(now.getTime() + AFTER_FAILURE_SECONDS * 1000).toISOString());
        throw error;
      }
    });
  });
};

const purgeDue: DueStep = async (id, now, deps) => {
  const record = await deps.media.get(id);
  return record && (await purgeRecord(record, deps, now.toISOString())) ? { purged: 1 } : {};
};

const removeDueVersion: DueStep = async (id, now, deps) => {
  const [mediaId = '', fileVersion = ''] = id.split('#');
  const version = await deps.versions.get({ mediaId, fileVersion });
  // The version may be its record's file again, or have been retained anew, since it was listed.
  if (!version || version.current || version.keptUntil > now.toISOString()) return {};
  await removeVersion(version, deps);
  return { versions: 1 };
};

const sweepUpload: DueStep = async (id, now, deps) => {
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

const WORK: Readonly<Record<DueWork, DueStep>> = {
  upload: sweepUpload,
  purge: purgeDue,
  guest: async (id, _, deps) => ((await removeGuest(id, deps)) ? { guests: 1 } : {}),
  version: removeDueVersion,
};
const DUE_WORK = Object.keys(WORK) as readonly DueWork[];

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

import { setTimeout as pause } from 'node:timers/promises';
import { MediaError } from '../domain/errors.ts';
import type { StoredObject } from '../domain/ports.ts';
import type { FileStore } from '../stores/file-store.ts';
import type { Leases } from '../stores/lease-store.ts';

/** What is drawn on request is removed this long after it was drawn; what is still asked for is drawn anew before. */
export const DRAWN_DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;
/** An address that was signed just before the end has to open for as long as it says. */
const DRAWN_ANEW_MILLISECONDS = (DRAWN_DAYS - 1) * DAY_MILLISECONDS;

/** A folder of results that holds a number of them, so that no caller fills the bucket. */
export interface BoundedFolder {
  readonly prefix: string;
  readonly most: number;
  /** One result of the folder is drawn at a time, so that the number is exact. */
  readonly oneAtATime: boolean;
}

export interface Drawing {
  readonly key: string;
  /** Set for what is removed some time after it was drawn. */
  readonly isTemporary?: boolean;
  /** Absent where few results are possible. */
  readonly folder?: BoundedFolder | undefined;
}

/** Sees to it that an object is there: has it drawn and stored by `draw` unless it was, or another call does so. */
export type DrawOnce = (drawing: Drawing, draw: () => Promise<void>) => Promise<void>;

export interface DrawOnceDeps {
  readonly files: Pick<FileStore, 'head' | 'list' | 'remove'>;
  readonly leases: Leases;
  readonly now?: () => number;
}

/** Longer than the function that draws may run: a lease that is still held belongs to a picture that is still being drawn. */
const LEASE_SECONDS = 30;
const LOOK_AGAIN_MILLISECONDS = 150;
const PATIENCE_MILLISECONDS = 20_000;

/** Longer than a signed address opens: what was drawn within this time may still be fetched, and stays. */
const KEPT_MILLISECONDS = 10 * 60_000;

/**
 * Two first requests of a picture draw it once: the second waits for the object of the first. A call that waits in vain is
 * asked to come again, and finds it then.
 */
export const drawOnce =
  ({ files, leases, now = Date.now }: DrawOnceDeps): DrawOnce =>
  async ({ key, isTemporary = false, folder }, draw) => {
    const turn = folder?.oneAtATime ? folder.prefix : key;
    const isOld = ({ lastModified }: StoredObject): boolean =>
      isTemporary && lastModified !== undefined && now() - lastModified.getTime() > DRAWN_ANEW_MILLISECONDS;
    for (const deadline = now() + PATIENCE_MILLISECONDS; now() < deadline; await pause(LOOK_AGAIN_MILLISECONDS)) {
      const stored = await files.head(key);
      if (stored && !isOld(stored)) return;
      if (!(await leases.claim(turn, LEASE_SECONDS))) {
        if (stored) return;
        continue;
      }
      try {
        if (folder && !stored) await makeRoom(folder, files, now());
        await draw();
        return;
      } finally {
        await leases.release(turn);
      }
    }
    throw new MediaError('BUSY', 'The picture is being drawn, try again in a moment', { retryAfter: 2 });
  };

/** Removes the oldest results of a full folder. Throws `RATE_LIMITED` when all of them are so new that they may still be fetched. */
const makeRoom = async ({ prefix, most }: BoundedFolder, files: DrawOnceDeps['files'], now: number): Promise<void> => {
  const { keys } = await files.list(prefix);
  const surplus = keys.length - most + 1;
  if (surplus <= 0) return;
  const oldest = keys.toSorted((one, other) => one.lastModified.getTime() - other.lastModified.getTime());
  const removable = oldest
    .slice(0, surplus)
    .filter(({ lastModified }) => now - lastModified.getTime() > KEPT_MILLISECONDS);
  for (const { key } of removable) await files.remove(key);
  if (removable.length < surplus) {
    throw new MediaError('RATE_LIMITED', `At most ${most} results of one file are drawn in a while`, {
      retryAfter: KEPT_MILLISECONDS / 1000,
    });
  }
};

import { setTimeout as pause } from 'node:timers/promises';
import { MediaError } from '../domain/errors.ts';
import type { StoredObject } from '../domain/ports.ts';
import type { ClaimLimits } from '../domain/shares.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Claims } from '../table/claim-store.ts';
import type { Leases } from '../table/lease-store.ts';

/** Results drawn on request are removed this long after they were drawn; a requested one is drawn again before. */
export const DRAWN_DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;
/** An address that was signed just before the end must stay valid until its expiry. */
const DRAWN_ANEW_MILLISECONDS = (DRAWN_DAYS - 1) * DAY_MILLISECONDS;

/** A folder with a limited number of results, so that no caller fills the bucket. */
export interface BoundedFolder {
  readonly prefix: string;
  readonly most: number;
  /** One result of the folder is drawn at a time, so that the number is exact. */
  readonly oneAtATime: boolean;
  /** Results that are drawn for one caller from outside of the team, and for all of them, while none of these is removed. */
  readonly ofStrangers: Pick<ClaimLimits, 'ofHolder' | 'ofAll'>;
}

export interface Drawing {
  readonly key: string;
  /** Set for results that expire some time after they were drawn. */
  readonly isTemporary?: boolean;
  /** Absent where few results are possible. */
  readonly folder?: BoundedFolder | undefined;
  /** The holder of the drawing slots: a team, or all guests. */
  readonly share: string;
  /** For whom the places of a caller from outside of the team count. */
  readonly stranger?: string | undefined;
  /** Throws if the caller may not draw now; called only when drawing is needed. */
  readonly admit?: (() => Promise<void>) | undefined;
}

/** Ensures that an object exists: `draw` draws and stores it, unless it exists or another call draws it. */
export type DrawOnce = (drawing: Drawing, draw: () => Promise<void>) => Promise<void>;

export interface DrawOnceDeps {
  readonly files: Pick<FileStore, 'head' | 'list' | 'remove'>;
  readonly leases: Leases;
  readonly claims: Pick<Claims, 'take' | 'release'>;
  readonly newId: () => string;
  readonly now?: () => number;
}

/** Longer than the drawing function may run: a lease that is still held belongs to a picture that is still being drawn. */
const LEASE_SECONDS = 30;
const LOOK_AGAIN_MILLISECONDS = 150;
const PATIENCE_MILLISECONDS = 20_000;

/**
 * Pictures of one team that are drawn at a time, and the same number of waiting calls. A waiting call occupies an instance of
 * the function that serves all callers: without a bound, one picture requested in forty sizes would occupy all of them. Callers
 * from outside have separate slots, so that their requests never block members, and no person or address has more than half of these.
 */
const PLACES = {
  members: { ofHolder: 4, ofAll: 4, lanes: 1 },
  strangers: { ofHolder: 2, ofAll: 4, lanes: 1 },
} as const satisfies Readonly<Record<string, ClaimLimits>>;
/** How long a call waits for a waiting slot. */
const UNCOUNTED_MILLISECONDS = 2000;

/** Longer than a signed address is valid: a result drawn within this time may still be fetched, and stays. */
const KEPT_MILLISECONDS = 10 * 60_000;

/**
 * Two first requests of a picture draw it once: the second waits for the object of the first. A call that waits without a
 * result is told to retry, and finds it then.
 */
export const drawOnce =
  (deps: DrawOnceDeps): DrawOnce =>
  async (drawing, draw) => {
    const { files, now = Date.now } = deps;
    const stored = await files.head(drawing.key);
    if (stored && !isOld(drawing, stored, now())) return;
    await drawing.admit?.();
    await drawInTurn(drawing, draw, deps);
  };

const isOld = ({ isTemporary = false }: Drawing, { lastModified }: StoredObject, now: number): boolean =>
  isTemporary && lastModified !== undefined && now - lastModified.getTime() > DRAWN_ANEW_MILLISECONDS;

const busy = (): MediaError =>
  new MediaError('BUSY', 'The picture is being drawn, try again in a moment', { retryAfter: 2 });

/** Releases the lease and the slot. */
type GiveBack = () => Promise<void>;

/** Takes a drawing or waiting slot; undefined when none is free. */
const takePlace = async (
  kind: 'draw' | 'wait',
  { share, stranger }: Drawing,
  { claims, newId }: DrawOnceDeps,
): Promise<GiveBack | undefined> => {
  const place = stranger === undefined ? `${kind}#${share}` : `${kind}#${share}#strangers`;
  const limits = stranger === undefined ? PLACES.members : PLACES.strangers;
  const id = newId();
  const claim = await claims.take(place, id, { holder: stranger ?? share, limits, seconds: LEASE_SECONDS });
  // One whose release fails is free after its time, and its picture is drawn all the same.
  return claim && (() => claims.release(place, id).catch(() => undefined));
};

/**
 * Takes both for a drawing: the lease of its picture or folder, and a slot. Undefined, with both released, when either is
 * missing: a slot that waits for a lease would be idle.
 */
const takeTurn = async (drawing: Drawing, deps: DrawOnceDeps): Promise<GiveBack | undefined> => {
  const { leases } = deps;
  const lease = drawing.folder?.oneAtATime ? drawing.folder.prefix : drawing.key;
  if (!(await leases.claim(lease, LEASE_SECONDS))) return undefined;
  let leavePlace: GiveBack | undefined;
  try {
    leavePlace = await takePlace('draw', drawing, deps);
  } finally {
    if (!leavePlace) await leases.release(lease);
  }
  return leavePlace && (() => leavePlace().finally(() => leases.release(lease).catch(() => undefined)));
};

const drawInTurn = async (drawing: Drawing, draw: () => Promise<void>, deps: DrawOnceDeps): Promise<void> => {
  const { files, now = Date.now } = deps;
  const { key, folder } = drawing;
  const began = now();
  let stopWaiting: GiveBack | undefined;
  try {
    for (; now() - began < PATIENCE_MILLISECONDS; await pause(LOOK_AGAIN_MILLISECONDS)) {
      const stored = await files.head(key);
      if (stored && !isOld(drawing, stored, now())) return;
      const endTurn = await takeTurn(drawing, deps);
      if (endTurn) {
        try {
          await stopWaiting?.();
          stopWaiting = undefined;
          return await (folder && !stored ? drawInto(folder, drawing, draw, deps) : draw());
        } finally {
          await endTurn();
        }
      }
      if (stored) return;
      if (now() - began < UNCOUNTED_MILLISECONDS) continue;
      stopWaiting ??= await takePlace('wait', drawing, deps);
      if (!stopWaiting) break;
    }
    throw busy();
  } finally {
    await stopWaiting?.();
  }
};

/** Draws a result that its folder has room for. What failed takes no caller's share. */
const drawInto = async (
  folder: BoundedFolder,
  drawing: Drawing,
  draw: () => Promise<void>,
  deps: DrawOnceDeps,
): Promise<void> => {
  const { files, now = Date.now } = deps;
  const giveBackShare = await takeShare(folder, drawing, deps);
  try {
    await makeRoom(folder, files, now());
    await draw();
  } catch (error) {
    await giveBackShare?.();
    throw error;
  }
};

/**
 * Counts a result for its caller from outside while it cannot be removed: otherwise one of them would keep the folder full, and
 * no other caller would find room. Throws `RATE_LIMITED` for the caller alone.
 */
const takeShare = async (
  { prefix, ofStrangers }: BoundedFolder,
  { key, stranger }: Drawing,
  { claims }: DrawOnceDeps,
): Promise<GiveBack | undefined> => {
  if (stranger === undefined) return undefined;
  const [share, id, seconds] = [`drawn#${prefix}`, key.slice(prefix.length), KEPT_MILLISECONDS / 1000];
  const limits = { ...ofStrangers, lanes: 1 };
  if (await claims.take(share, id, { holder: stranger, limits, seconds })) {
    return () => claims.release(share, id).catch(() => undefined);
  }
  throw new MediaError(
    'RATE_LIMITED',
    `At most ${ofStrangers.ofHolder} results of one file are drawn for you in a while`,
    {
      retryAfter: seconds,
    },
  );
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

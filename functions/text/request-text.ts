import { boundFor, type CountedFor } from '../domain/counted-for.ts';
import { MediaError } from '../domain/errors.ts';
import { type MediaRecord, type ObjectRef, objectRefOf } from '../domain/media.ts';
import type { Clock } from '../domain/ports.ts';
import { type ClaimLimits, shareOf } from '../domain/shares.ts';
import { hasText, type TextOptions, textName, textSource } from '../domain/text.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { Claims } from '../table/claim-store.ts';
import type { TextRef, TextStore } from './text-store.ts';

/** A message of the queue of texts. */
export interface TextJobMessage {
  readonly mediaId: string;
  readonly fileVersion: string;
  readonly options: TextOptions;
  /** The claim to give back once the order is done. */
  readonly claim?: { readonly share: string; readonly id: string };
}

const DONE_WITHIN_SECONDS = 3600;
/** Queued and running readings of one person, or the guests at one address, and of their team. All guests count as one team, as in all shares. */
export const TEXT_LIMITS_OF_TEAM = { ofHolder: 4, ofAll: 8, lanes: 2 } as const satisfies ClaimLimits;
export const TEXT_LIMITS_OF_GUESTS = { ofHolder: 2, ofAll: 20, lanes: 2 } as const satisfies ClaimLimits;
/** Files whose text is read as they arrive have a separate lane: people who wait are not behind an import. */
const LANE_OF_UPLOADS = 'uploads';
/** A page takes five seconds to recognize. */
const RETRY_SECONDS = 15;

export interface RequestTextDeps {
  readonly texts: Pick<TextStore, 'request' | 'withdraw'>;
  readonly claims: Pick<Claims, 'take' | 'release'>;
  readonly send: (order: TextJobMessage, group: string) => Promise<void>;
  readonly clock: Clock;
}

export type TextSubject = Pick<MediaRecord, 'id' | 'teamId' | 'fileVersion' | 'storedAs'>;

/** The extraction of a record's file with these options; throws for a record without a file of ours. */
export const textRefOf = (subject: TextSubject, options: TextOptions): TextRef => {
  const { id, teamId, fileVersion } = subject;
  const place = objectRefOf(subject);
  if (fileVersion === null || !place)
    throw new MediaError('CONTENT_UNAVAILABLE', 'The record has no file here to read');
  return { mediaId: id, teamId, fileVersion, place, name: textName(options) };
};

/** Options that mean the same are the same: languages count where text is recognized, and there alone. */
export const normalOptions = (mimeType: string, options: TextOptions): TextOptions =>
  textSource(mimeType) === 'recognized' ? options : { ...options, language: 'auto' };

/** One of the readings that a person and a team may have running. */
export interface TextClaim {
  readonly claim: NonNullable<TextJobMessage['claim']>;
  /** The message group that an order waits in. */
  readonly group: string;
  /** Gives it back, unless another call had it before. */
  readonly release: () => Promise<void>;
}

/**
 * Claims a reading for a person who waits. A repeated claim under the same id takes no second place: that is right for one
 * job that comes twice, and wrong for two separate readings. Throws `RATE_LIMITED` while they, or the team, have too many
 * running.
 */
export const claimText =
  ({ claims }: Pick<RequestTextDeps, 'claims'>) =>
  async (
    { teamId, id }: { readonly teamId: string; readonly id: string },
    counted: CountedFor,
    seconds: number,
  ): Promise<TextClaim> => {
    const team = shareOf(teamId);
    const share = `text#${team}`;
    const limits = team === teamId ? TEXT_LIMITS_OF_TEAM : TEXT_LIMITS_OF_GUESTS;
    const ofHolder = boundFor(counted, limits.ofHolder);
    const place = await claims.take(share, id, { holder: counted.id, limits: { ...limits, ofHolder }, seconds });
    if (!place) {
      throw new MediaError('RATE_LIMITED', 'Too many texts are being read for you or your team', {
        retryAfter: RETRY_SECONDS,
      });
    }
    const release = async (): Promise<void> => {
      // A claim whose release fails ends by its time.
      if (place.isNew) await claims.release(share, id).catch(() => undefined);
    };
    return { claim: { share, id }, group: `${team}.${place.lane}`, release };
  };

/** Has the worker read the text of a file for a person who waits, unless that is running or finished. */
export const requestText =
  ({ texts, claims, send, clock }: RequestTextDeps) =>
  async (subject: TextSubject, options: TextOptions, counted: CountedFor): Promise<void> => {
    const ref = textRefOf(subject, options);
    const { mediaId, fileVersion } = ref;
    const id = [mediaId, fileVersion, ref.name].join('.');
    const order = { teamId: ref.teamId, id };
    const { claim, group, release } = await claimText({ claims })(order, counted, DONE_WITHIN_SECONDS);
    try {
      if (await begin(ref, { texts, clock }, () => send({ mediaId, fileVersion, options, claim }, group))) return;
    } catch (error) {
      await release();
      throw error;
    }
    // It ended while it was claimed.
    await release();
  };

/** Stores that a text is requested and sends its order. False when it is running or finished; nothing is left of what fails. */
const begin = async (
  ref: TextRef,
  { texts, clock }: Pick<RequestTextDeps, 'texts' | 'clock'>,
  send: () => Promise<void>,
): Promise<boolean> => {
  const now = clock();
  if (!(await texts.request(ref, now))) return false;
  try {
    await send();
  } catch (error) {
    // Otherwise it would be taken for running for an hour, and no call would send it.
    await texts.withdraw(ref, now).catch(() => undefined);
    throw error;
  }
  return true;
};

/** Has the text of a new file read in any language, so that search finds it; files of types without text are skipped. */
export const textOnUpload =
  ({ texts, send, clock }: Omit<RequestTextDeps, 'claims'>) =>
  async (
    { id, mediaId, teamId, mimeType }: Pick<UploadSession, 'id' | 'mediaId' | 'teamId' | 'mimeType'>,
    storedAs?: ObjectRef,
  ): Promise<void> => {
    if (!hasText(mimeType)) return;
    const options: TextOptions = { language: 'auto', preserveFormatting: false, pages: undefined };
    const ref = textRefOf({ id: mediaId, teamId, fileVersion: id, storedAs: storedAs ?? null }, options);
    const order = { mediaId, fileVersion: id, options };
    await begin(ref, { texts, clock }, () => send(order, `${shareOf(teamId)}.${LANE_OF_UPLOADS}`));
  };

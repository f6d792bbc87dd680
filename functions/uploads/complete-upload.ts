import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import { originalKey } from '../domain/media.ts';
import { bytesOf, type ClaimedPart, type HeldPart, judgeParts, mostBytesOf } from '../domain/parts.ts';
import type { Clock, UploadStore } from '../domain/ports.ts';
import type { UploadSession, UploadStatus } from '../domain/upload.ts';
import type { FileStore } from '../files/file-store.ts';
import { findOwnUpload } from './find-upload.ts';
import type { PartStore } from './part-store.ts';
import { admitParts, type PartsSession } from './sign-parts.ts';

export interface CompleteUpload {
  readonly id: string;
  /** What the client believes it sent; without it what S3 holds is all that counts. */
  readonly parts?: readonly ClaimedPart[] | undefined;
}

export interface CompleteUploadDeps {
  readonly uploads: Pick<UploadStore, 'get' | 'begin' | 'close' | 'settleSize'>;
  readonly parts: Pick<PartStore, 'list' | 'join' | 'abort'>;
  readonly files: Pick<FileStore, 'head' | 'remove'>;
  readonly clock: Clock;
}

/**
 * Whether the bytes of a session were complete, whatever happened to them since: completion creates the object of an upload
 * in parts, and only an object is refused.
 */
const PAST: readonly UploadStatus[] = ['processing', 'active', 'rejected', 'failed'];
const isPast = ({ status }: UploadSession): boolean => PAST.includes(status);

/**
 * Joins the parts of an upload, once they add up to the declared file; S3's own list counts. A repeated call, at once or much
 * later, finds the upload past that point and answers the same. So does a call after S3 joined the parts and the write to the
 * table failed.
 */
export const completeUpload =
  (deps: CompleteUploadDeps) =>
  async ({ input, principal }: Call<CompleteUpload>): Promise<UploadSession> => {
    const session = admitParts(await findOwnUpload(deps.uploads, principal, input.id));
    if (isPast(session)) return session;
    if (session.status !== 'pending') {
      throw new MediaError('CONFLICT', `The upload is ${session.status} and cannot be completed`);
    }
    await store(session, input.parts, deps);
    const begun = await deps.uploads.begin(session);
    const current = await deps.uploads.get(session.id);
    if (current && (begun || isPast(current))) return current;
    // Cancelled in the same moment: these bytes are not needed.
    if (current?.status === 'deleted' || current?.status === 'expired') await deps.files.remove(keyOf(session));
    throw new MediaError('CONFLICT', `The upload is ${current?.status ?? 'over'} and cannot be completed`);
  };

const keyOf = ({ teamId, mediaId, id }: UploadSession): string => originalKey(teamId, mediaId, id);

/** Returns once the object exists, by this call or an earlier one; throws otherwise. */
const store = async (
  session: PartsSession,
  claimed: CompleteUpload['parts'],
  deps: CompleteUploadDeps,
): Promise<void> => {
  const { uploadId } = session.multipart;
  if (uploadId === null) throw new MediaError('VALIDATION', 'No part has arrived');
  const place = { key: keyOf(session), uploadId };
  const held = await deps.parts.list(place);
  if (!held) return expectObject(session, deps);
  await admitHeld(session, held, claimed, deps);
  const outcome = await deps.parts.join(place, held);
  if (outcome === 'gone') await expectObject(session, deps);
  if (outcome === 'refused') throw new MediaError('VALIDATION', 'The parts changed meanwhile, or one is too small');
  // Not before: as long as S3 accepts parts, a signature may still store more of them.
  if (session.sizeOpen) await deps.uploads.settleSize(session, bytesOf(held));
};

const admitHeld = async (
  session: PartsSession,
  held: readonly HeldPart[],
  claimed: CompleteUpload['parts'],
  { uploads, parts, clock }: CompleteUploadDeps,
): Promise<void> => {
  const judged = judgeParts(session, held, claimed);
  if (judged.verdict === 'complete') return;
  if (judged.verdict === 'wrong' && (await uploads.close(session, 'deleted', clock()))) {
    await parts.abort({ key: keyOf(session), uploadId: session.multipart.uploadId ?? '' });
  }
  throw new MediaError('VALIDATION', judged.message);
};

/** S3 has no such upload: it was joined before, or its parts were dropped. */
const expectObject = async (session: PartsSession, { files }: CompleteUploadDeps): Promise<void> => {
  const object = await files.head(keyOf(session));
  if (object && (session.sizeOpen ? object.size <= mostBytesOf(session) : object.size === session.fileSize)) return;
  throw new MediaError('UPLOAD_EXPIRED', 'The parts of the upload are no longer kept');
};

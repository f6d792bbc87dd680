import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import { originalKey } from '../domain/media.ts';
import {
  bytesOf,
  LARGEST_PUT_BYTES,
  lengthOf,
  mostBytesOf,
  type PartAlgorithm,
  SIGNED_PART_SECONDS,
} from '../domain/parts.ts';
import type { Clock, SignedRequest, UploadStore } from '../domain/ports.ts';
import { quotaOf, type Settings } from '../domain/settings.ts';
import type { MultipartPlan, UploadSession } from '../domain/upload.ts';
import { findOwnUpload } from './find-upload.ts';
import { isProgressDue, noteProgress } from './note-progress.ts';
import type { OpenUploads } from './open-uploads.ts';
import type { PartPermit, PartStore } from './part-store.ts';

export interface SignParts {
  readonly id: string;
  readonly partNumbers: readonly number[];
  /** SHA-256, base64, by part number; of all parts of a file or of none. */
  readonly checksums?: Readonly<Record<string, string>> | undefined;
}

export interface SignedPart extends SignedRequest {
  readonly partNumber: number;
  readonly expiresAt: string;
}

export interface SignPartsDeps {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly open: Pick<OpenUploads, 'takeParts' | 'progress' | 'reserve'>;
  readonly parts: Pick<PartStore, 'begin' | 'list' | 'abort'>;
  readonly settings: Pick<Settings, 'quotaBytes' | 'quotaRecords' | 'guests'>;
  readonly signPart: (permit: PartPermit) => Promise<SignedRequest>;
  readonly clock: Clock;
}

/** An open upload in parts. */
export interface PartsSession extends UploadSession {
  readonly multipart: MultipartPlan;
}
type Begun = MultipartPlan & { readonly uploadId: string };

const invalid = (path: readonly (string | number)[], message: string): MediaError =>
  new MediaError('VALIDATION', 'Invalid request body', { fields: [{ code: 'custom', path, message }] });

/** Throws unless the upload has parts. */
export const admitParts = (session: UploadSession): PartsSession => {
  const { multipart } = session;
  if (!multipart) throw new MediaError('CONFLICT', 'The upload is one request and has no parts');
  return { ...session, multipart };
};

/**
 * Signs the PUTs of some parts of an upload, any number of times. S3's multipart upload is created when the first part is
 * signed: only then is it known whether the client sends checksums, and S3 must know that beforehand.
 */
export const signParts =
  (deps: SignPartsDeps) =>
  async ({ input, principal }: Call<SignParts>): Promise<readonly SignedPart[]> => {
    const session = admitParts(await findOwnUpload(deps.uploads, principal, input.id));
    if (session.status !== 'pending') {
      throw new MediaError('CONFLICT', `The upload is ${session.status} and takes no bytes`);
    }
    const now = deps.clock();
    if (now.toISOString() >= session.expiresAt) throw new MediaError('UPLOAD_EXPIRED', 'The upload has expired');
    admitNumbers(input, session.multipart.partCount);
    const { uploadId } = await begun(session, input.checksums ? 'SHA256' : 'CRC64NVME', deps);
    const key = originalKey(session.teamId, session.mediaId, session.id);
    if (session.multipart.uploadId !== null && isProgressDue(session, now)) {
      const held = (await deps.parts.list({ key, uploadId })) ?? [];
      admitMore(session, bytesOf(held));
      await noteProgress(session, held, deps);
    }
    if (session.sizeOpen) {
      // A number holds one part, however often it is sent: every number up to the highest may have S3's largest part.
      const bytes = Math.max(...input.partNumbers) * LARGEST_PUT_BYTES;
      await deps.open.reserve(session, bytes, quotaOf(deps.settings, principal).bytes);
    }
    const expiresAt = new Date(now.getTime() + SIGNED_PART_SECONDS * 1000).toISOString();
    return Promise.all(
      input.partNumbers.map(async (partNumber) => {
        const { multipart, fileSize, sizeOpen } = session;
        const length = sizeOpen ? undefined : lengthOf(multipart, fileSize, partNumber);
        const sha256 = input.checksums?.[partNumber];
        const request = await deps.signPart({ key, uploadId, partNumber, length, sha256 });
        return { partNumber, ...request, expiresAt };
      }),
    );
  };

/** The length of parts of unknown length is not signed: an excess is detected after they are stored. */
const admitMore = (session: UploadSession, storedBytes: number): void => {
  const most = mostBytesOf(session);
  if (storedBytes > most) throw new MediaError('TOO_LARGE', `File too large: more than ${most} bytes have come`);
};

const admitNumbers = ({ partNumbers, checksums }: SignParts, partCount: number): void => {
  const beyond = partNumbers.findIndex((partNumber) => partNumber > partCount);
  if (beyond >= 0) throw invalid(['partNumbers', beyond], `The file has no more than ${partCount} parts`);
  if (new Set(partNumbers).size < partNumbers.length) throw invalid(['partNumbers'], 'A part is named twice');
  if (!checksums) return;
  const lacking = partNumbers.find((partNumber) => !Object.hasOwn(checksums, partNumber));
  if (lacking !== undefined) throw invalid(['checksums'], `The checksum of part ${lacking} is missing`);
};

/** The upload of S3 behind the session; of several first calls at once all get the same one. */
export const begun = async (
  session: PartsSession,
  algorithm: PartAlgorithm,
  deps: Pick<SignPartsDeps, 'uploads' | 'open' | 'parts'>,
): Promise<Begun> => {
  const { multipart } = session;
  if (multipart.uploadId !== null) return sameWay({ ...multipart, uploadId: multipart.uploadId }, algorithm);
  const key = originalKey(session.teamId, session.mediaId, session.id);
  const uploadId = await deps.parts.begin(key, session.mimeType, algorithm);
  if (await deps.open.takeParts(session.id, { uploadId, algorithm })) return { ...multipart, uploadId, algorithm };
  await deps.parts.abort({ key, uploadId });
  const current = await deps.uploads.get(session.id);
  const first = current?.status === 'pending' ? current.multipart : null;
  if (!first || first.uploadId === null) throw new MediaError('CONFLICT', 'The upload takes no bytes any more');
  return sameWay({ ...first, uploadId: first.uploadId }, algorithm);
};

const sameWay = (plan: Begun, algorithm: PartAlgorithm): Begun => {
  if (plan.algorithm === algorithm) return plan;
  const message =
    plan.algorithm === 'SHA256'
      ? 'Parts of this upload were signed with checksums: each needs one'
      : 'Parts of this upload were signed without checksums: none can have one';
  throw invalid(['checksums'], message);
};

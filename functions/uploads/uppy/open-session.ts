import { MediaError } from '../../domain/errors.ts';
import type { Visibility } from '../../domain/media.ts';
import { announcedType } from '../../domain/media-types.ts';
import {
  HASHED_BYTES,
  LARGEST_PUT_BYTES,
  LEAST_PART_BYTES,
  layoutOfSender,
  MOST_PARTS,
  type PartLayout,
  SINGLE_REQUEST_BYTES,
} from '../../domain/parts.ts';
import type { Clock, UploadStore } from '../../domain/ports.ts';
import type { Principal } from '../../domain/principal.ts';
import type { MediaTexts } from '../../domain/record-fields.ts';
import { admitFile, quotaOf, type Settings } from '../../domain/settings.ts';
import { noRoom, type UploadSession } from '../../domain/upload.ts';
import type { NameTags } from '../../tags/name-tags.ts';
import { admitBelowBound, admitHash, admitOneMore } from '../admit-upload.ts';
import { newSession } from '../new-session.ts';
import type { OpenUploads } from '../open-uploads.ts';

/** A file as Uppy announces it. How large it is Uppy tells only where the page put it into the metadata. */
export interface AnnouncedFile extends Partial<MediaTexts> {
  readonly filename: string;
  readonly mimeType: string;
  readonly size?: number | undefined;
  /** Bytes of all parts but the last, if the page uses another size than Uppy's default. */
  readonly partSize?: number | undefined;
  readonly sha256?: string | undefined;
  readonly tagNames: readonly string[];
  readonly visibility?: Visibility | undefined;
}

export interface OpenSessionDeps {
  readonly uploads: Pick<UploadStore, 'open'>;
  readonly open: Pick<OpenUploads, 'count' | 'givenUp'>;
  readonly nameTags: NameTags;
  /** The bytes that a team has stored or was promised. */
  readonly committed: (teamId: string) => Promise<number>;
  readonly settings: Settings;
  readonly newId: () => string;
  readonly clock: Clock;
}

type FormOrParts = 'form' | 'own-parts';

/** How often room is looked for anew while others take it. */
const ATTEMPTS = 4;

/**
 * Reserves quota for a file, like every other upload. For a file of unknown size the limit of its kind is reserved, or the rest
 * of the quota if that is less; the excess is returned once the file is stored.
 */
export const openSession = async (
  { tagNames, size, partSize, ...announced }: AnnouncedFile,
  transport: FormOrParts,
  principal: Principal,
  deps: OpenSessionDeps,
): Promise<UploadSession> => {
  const { settings } = deps;
  const file = { ...announced, mimeType: announcedType(announced.mimeType, announced.filename) };
  const kind = admitFile(settings, { mimeType: file.mimeType, size: size ?? 1 });
  const most = Math.min(settings.limits[kind], largest(transport, file.sha256));
  admitHash({ sha256: file.sha256, fileSize: size ?? 1 });
  if (size !== undefined && size > most) throw new MediaError('TOO_LARGE', `File too large: at most ${most} bytes`);
  const cut = transport === 'own-parts' ? cutOf(size, partSize, settings.limits[kind], principal) : undefined;
  await admitOneMore(principal, settings.openUploads, deps.open, deps.clock());
  // Before its tags are made: the transaction that opens the upload refuses the same, too late for them.
  await admitBelowBound(principal, settings.openUploads, deps.open);
  await roomFor(size, most, principal, deps);
  const tagIds = await deps.nameTags(tagNames, principal.teamId, principal);
  for (let attempt = 1; ; attempt += 1) {
    const fileSize = await roomFor(size, most, principal, deps);
    const session = newSession({
      file: { ...file, fileSize, tagIds },
      kind,
      principal,
      settings,
      newId: deps.newId,
      now: deps.clock(),
      transport: cut ? 'parts' : transport,
      cut,
      mostBytes: size === undefined ? (transport === 'form' ? fileSize : most) : undefined,
    });
    try {
      await deps.uploads.open(session, quotaOf(settings, principal), settings.openUploads);
      return session;
    } catch (error) {
      const isTaken = error instanceof MediaError && error.code === 'QUOTA_EXCEEDED';
      if (!isTaken || size !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
};

const invalid = (name: string, message: string): MediaError =>
  new MediaError('VALIDATION', 'Invalid metadata', { fields: [{ code: 'custom', path: [name], message }] });

/**
 * The layout of a file of known size: the length of each part is signed. For an unknown size S3 accepts any length with each
 * signature, so it is only for members, and for files that no form could carry.
 */
const cutOf = (
  size: number | undefined,
  partSize: number | undefined,
  limit: number,
  { guest }: Principal,
): PartLayout | undefined => {
  if (size === undefined) {
    if (guest) throw invalid('size', 'Guests have to tell the size of a file that comes in parts');
    if (limit > SINGLE_REQUEST_BYTES) return undefined;
    throw invalid('size', 'A file of this kind fits into a form: send it as one, or tell its size');
  }
  if (partSize !== undefined && (partSize < LEAST_PART_BYTES || partSize > LARGEST_PUT_BYTES)) {
    throw invalid('partSize', `Expected a number of bytes from ${LEAST_PART_BYTES} to ${LARGEST_PUT_BYTES}`);
  }
  const cut = layoutOfSender(size, partSize);
  if (cut.partCount > MOST_PARTS) throw invalid('partSize', `The file would have more than ${MOST_PARTS} parts`);
  return cut;
};

/** S3's limit for one form, and the limit for reading to the end, to compare a SHA-256. */
const largest = (transport: FormOrParts, sha256: string | undefined): number =>
  Math.min(
    transport === 'form' ? LARGEST_PUT_BYTES : Number.POSITIVE_INFINITY,
    sha256 === undefined ? Number.POSITIVE_INFINITY : HASHED_BYTES,
  );

/** The bytes to reserve; throws if the quota leaves none, before anything is created for the file. */
const roomFor = async (
  size: number | undefined,
  most: number,
  principal: Principal,
  { committed, settings }: OpenSessionDeps,
): Promise<number> => {
  const { bytes: quota } = quotaOf(settings, principal);
  const left = quota - (await committed(principal.teamId));
  const wanted = size ?? Math.min(most, left);
  if (wanted >= 1 && wanted <= left) return wanted;
  throw noRoom(quota);
};

import { MediaError } from '../domain/errors.ts';
import type { MediaTexts, Visibility } from '../domain/media.ts';
import { announcedType } from '../domain/media-types.ts';
import { HASHED_BYTES, LARGEST_PUT_BYTES } from '../domain/parts.ts';
import type { Clock, UploadStore } from '../domain/ports.ts';
import type { Principal } from '../domain/principal.ts';
import { admitFile, quotaOf, type Settings } from '../domain/settings.ts';
import { noRoom, type UploadSession } from '../domain/upload.ts';
import type { OpenUploads } from '../stores/open-uploads.ts';
import type { NameTags } from '../tags/name-tags.ts';
import { admitHash, admitOneMore } from '../uploads/admit-upload.ts';
import { newSession } from '../uploads/new-session.ts';

/** A file as Uppy announces it. How large it is Uppy tells only where the page put it into the metadata. */
export interface AnnouncedFile extends Partial<MediaTexts> {
  readonly filename: string;
  readonly mimeType: string;
  readonly size?: number | undefined;
  readonly sha256?: string | undefined;
  readonly tagNames: readonly string[];
  readonly visibility?: Visibility | undefined;
}

export interface OpenSessionDeps {
  readonly uploads: Pick<UploadStore, 'open'>;
  readonly open: Pick<OpenUploads, 'count'>;
  readonly nameTags: NameTags;
  /** The bytes that a team has stored or was promised. */
  readonly committed: (teamId: string) => Promise<number>;
  readonly settings: Settings;
  readonly newId: () => string;
  readonly clock: Clock;
}

type Comes = 'form' | 'own-parts';

/** How often room is looked for anew while others take it. */
const ATTEMPTS = 4;

/**
 * Reserves room for a file, like every other upload. Of a file whose size was not told, as much is reserved as one of its
 * kind may have, or what the quota leaves if that is less; what it does not need is given back once it is there.
 */
export const openSession = async (
  { tagNames, size, ...announced }: AnnouncedFile,
  comes: Comes,
  principal: Principal,
  deps: OpenSessionDeps,
): Promise<UploadSession> => {
  const { settings } = deps;
  const file = { ...announced, mimeType: announcedType(announced.mimeType, announced.filename) };
  const kind = admitFile(settings, { mimeType: file.mimeType, size: size ?? 1 });
  const most = Math.min(settings.limits[kind], largest(comes, file.sha256));
  admitHash({ sha256: file.sha256, fileSize: size ?? 1 });
  if (size !== undefined && size > most) throw new MediaError('TOO_LARGE', `File too large: at most ${most} bytes`);
  await admitOneMore(principal.userId, settings.openUploads, deps.open);
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
      comes,
      sizeOpen: size === undefined,
    });
    try {
      await deps.uploads.open(session, quotaOf(settings, principal));
      return session;
    } catch (error) {
      const isTaken = error instanceof MediaError && error.code === 'QUOTA_EXCEEDED';
      if (!isTaken || size !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
};

/** What S3 takes in one form, and what is read to the end where a SHA-256 is to be compared. */
const largest = (comes: Comes, sha256: string | undefined): number =>
  Math.min(
    comes === 'form' ? LARGEST_PUT_BYTES : Number.POSITIVE_INFINITY,
    sha256 === undefined ? Number.POSITIVE_INFINITY : HASHED_BYTES,
  );

/** The bytes to reserve; throws where the quota leaves none, before anything is made for the file. */
const roomFor = async (
  size: number | undefined,
  most: number,
  principal: Principal,
  { committed, settings }: OpenSessionDeps,
): Promise<number> => {
  const quota = quotaOf(settings, principal);
  const left = quota - (await committed(principal.teamId));
  const wanted = size ?? Math.min(most, left);
  if (wanted >= 1 && wanted <= left) return wanted;
  throw noRoom(quota);
};

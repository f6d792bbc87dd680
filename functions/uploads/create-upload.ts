import type { Call } from '../api/route.ts';
import { MediaError } from '../domain/errors.ts';
import { type MediaRecord, originalKey } from '../domain/media.ts';
import { HASHED_BYTES, SINGLE_REQUEST_BYTES } from '../domain/parts.ts';
import type { Clock, MediaStore, SignedRequest, UploadStore } from '../domain/ports.ts';
import { insufficient, type Principal, scopesIn } from '../domain/principal.ts';
import { admitFile, quotaOf, type Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';
import { findMedia } from '../media/find-media.ts';
import type { PutPermit } from '../stores/file-store.ts';
import type { OpenUploads } from '../stores/open-uploads.ts';
import type { TagStore } from '../stores/tag-store.ts';
import { type DeclaredFile, newSession } from './new-session.ts';

export interface CreateUpload extends DeclaredFile {
  /** Asks for parts where one request would do. */
  readonly multipart?: boolean | undefined;
  /** The record that gets this file in place of the one it has. */
  readonly replaces?: string | undefined;
}

export interface UploadTicket {
  readonly session: UploadSession;
  /** Undefined for a file that comes in parts. */
  readonly request: SignedRequest | undefined;
  /** A record of the team with the same content, known before a byte is sent. */
  readonly duplicateOf: string | null;
}

export interface CreateUploadDeps {
  readonly uploads: Pick<UploadStore, 'open'>;
  readonly media: Pick<MediaStore, 'get'>;
  readonly open: Pick<OpenUploads, 'count'>;
  readonly tags: Pick<TagStore, 'get'>;
  readonly findByChecksum: (teamId: string, sha256: string) => Promise<string | null>;
  readonly signPut: (permit: PutPermit) => Promise<SignedRequest>;
  readonly settings: Settings;
  readonly newId: () => string;
  readonly clock: Clock;
}

export const permitOf = (session: UploadSession): PutPermit => ({
  key: originalKey(session.teamId, session.mediaId, session.id),
  size: session.fileSize,
  mimeType: session.mimeType,
  sha256: session.sha256,
});

/** Reserves room for a file, and signs the one request that may store it or says how to cut it into parts. */
export const createUpload =
  ({ uploads, media, open, tags, findByChecksum, signPut, settings, newId, clock }: CreateUploadDeps) =>
  async ({ input, principal }: Call<CreateUpload>): Promise<UploadTicket> => {
    const replaced = await admitCaller(principal, input.replaces, media);
    const kind = admitFile(settings, { mimeType: input.mimeType, size: input.fileSize });
    admitHash(input);
    const inParts = input.multipart === true || input.fileSize > SINGLE_REQUEST_BYTES;
    const session = newSession({ file: input, kind, principal, settings, newId, now: clock(), inParts, replaced });
    const mayRead = scopesIn(principal, session.teamId).has('media:read');
    const [request, duplicateOf] = await Promise.all([
      inParts ? undefined : signPut(permitOf(session)),
      // Whether the team has a content is for those alone who may look at what it has.
      input.sha256 && mayRead ? findByChecksum(session.teamId, input.sha256) : null,
      admitTags(session, tags),
      admitOneMore(principal.userId, settings.openUploads, open),
    ]);
    await uploads.open(session, quotaOf(settings, principal));
    return { session, request, duplicateOf };
  };

/**
 * The record that is to get another file, for whoever may update it; throws for who may not. A new record takes the scope to
 * create, in the team that the call writes to.
 */
const admitCaller = async (
  principal: Principal,
  replaces: string | undefined,
  media: Pick<MediaStore, 'get'>,
): Promise<MediaRecord | undefined> => {
  if (replaces !== undefined) return findMedia(media, { ...principal, needs: 'media:update' }, replaces);
  if (!principal.scopes.has('media:create')) throw insufficient('media:create');
  return undefined;
};

/** Throws for a SHA-256 that nobody would check: what is too large to be read at one go keeps the checksum of S3. */
const admitHash = ({ sha256, fileSize }: CreateUpload): void => {
  if (sha256 === undefined || fileSize <= HASHED_BYTES) return;
  const message = `Files of more than ${HASHED_BYTES} bytes are not hashed by SHA-256`;
  throw new MediaError('VALIDATION', 'Invalid request body', {
    fields: [{ code: 'custom', path: ['sha256'], message }],
  });
};

const admitOneMore = async (userId: string, most: number, open: Pick<OpenUploads, 'count'>): Promise<void> => {
  if ((await open.count(userId, most)) < most) return;
  throw new MediaError('RATE_LIMITED', `Too many open uploads: at most ${most}, finish or give up some first`);
};

/** Throws unless the team has all these tags; one of another team is answered as one that does not exist. */
const admitTags = async ({ teamId, tagIds }: UploadSession, tags: Pick<TagStore, 'get'>): Promise<void> => {
  if (tagIds.length === 0) return;
  const own = (await tags.get(tagIds)).filter((tag) => tag.teamId === teamId);
  const fields = tagIds.flatMap((id, index) =>
    own.some((tag) => tag.id === id)
      ? []
      : [{ code: 'custom', path: ['tagIds', index], message: 'There is no such tag' }],
  );
  if (fields.length > 0) throw new MediaError('VALIDATION', 'Invalid request body', { fields });
};

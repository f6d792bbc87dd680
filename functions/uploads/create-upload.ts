import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { type MediaRecord, originalKey } from '../domain/media.ts';
import { announcedType } from '../domain/media-types.ts';
import { SINGLE_REQUEST_BYTES } from '../domain/parts.ts';
import type { Clock, MediaStore, SignedRequest, UploadStore } from '../domain/ports.ts';
import { insufficient, type Principal, scopesIn } from '../domain/principal.ts';
import { admitFile, quotaOf, type Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { PutPermit } from '../files/file-store.ts';
import type { TagStore } from '../library/tag-store.ts';
import type { VersionStore } from '../library/version-store.ts';
import { findMedia } from '../media/find-media.ts';
import { admitHash, admitOneMore, admitTags, admitVersion } from './admit-upload.ts';
import { type DeclaredFile, newSession } from './new-session.ts';
import type { OpenUploads } from './open-uploads.ts';
import type { reuseContent } from './reuse-content.ts';

export interface CreateUpload extends DeclaredFile {
  /** Asks for parts where one request would do. */
  readonly multipart?: boolean | undefined;
  /** The record that gets this file in place of the one it has. */
  readonly replaces?: string | undefined;
  /** What becomes of content that the team has already: it is sent all the same, or shared as it lies there. */
  readonly onDuplicate?: 'upload' | 'reuse' | undefined;
}

export interface UploadTicket {
  readonly session: UploadSession;
  /** Undefined for a file in parts, and for one that need not be sent. */
  readonly request: SignedRequest | undefined;
  /** A record of the team with the same content, known before a byte is sent. */
  readonly duplicateOf: string | null;
}

export interface CreateUploadDeps {
  readonly uploads: Pick<UploadStore, 'open' | 'get'>;
  readonly media: Pick<MediaStore, 'get'>;
  readonly versions: Pick<VersionStore, 'ofMedia'>;
  readonly open: Pick<OpenUploads, 'givenUp'>;
  readonly tags: Pick<TagStore, 'get'>;
  readonly findByChecksum: (teamId: string, sha256: string) => Promise<readonly string[]>;
  readonly reuse: ReturnType<typeof reuseContent>;
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

/**
 * Reserves room for a file, and signs the one request that may store it or says how to cut it into parts. Content that the
 * team has need not come, when the caller says so: the upload is over then, and its record shares the object.
 */
export const createUpload =
  ({
    uploads,
    media,
    versions,
    open,
    tags,
    findByChecksum,
    reuse,
    signPut,
    settings,
    newId,
    clock,
  }: CreateUploadDeps) =>
  async ({ input: announced, principal, keyed }: Call<CreateUpload>): Promise<UploadTicket> => {
    const ids = idsOf({ keyed }, newId);
    const input = { ...announced, mimeType: announcedType(announced.mimeType, announced.filename) };
    const replaced = await admitCaller(principal, input.replaces, media);
    const before = await madeBefore({ keyed }, () => uploads.get(idsOf({ keyed }, newId)()));
    if (before) return ticketOf(before, principal, { findByChecksum, signPut });
    if (replaced) await admitVersion(replaced, versions);
    const kind = admitFile(settings, { mimeType: input.mimeType, size: input.fileSize });
    admitHash(input);
    const inParts = input.multipart === true || input.fileSize > SINGLE_REQUEST_BYTES;
    const transport = inParts ? 'parts' : 'put';
    const now = clock();
    const quota = quotaOf(settings, principal);
    const session = newSession({ file: input, kind, principal, settings, newId: ids, now, transport, replaced });
    const [duplicates] = await Promise.all([
      duplicatesOf(session, principal, findByChecksum),
      admitTags(session, tags),
    ]);
    const reused =
      input.onDuplicate === 'reuse' ? await reuse(session, duplicates, replaced, now, quota.records) : undefined;
    if (reused) return { ...reused, request: undefined };
    const [request] = await Promise.all([
      inParts ? undefined : signPut(permitOf(session)),
      admitOneMore(principal, settings.openUploads, open, now),
    ]);
    await uploads.open(session, quota, settings.openUploads);
    return { session, request, duplicateOf: duplicates[0] ?? null };
  };

type TicketDeps = Pick<CreateUploadDeps, 'findByChecksum' | 'signPut'>;

/** Records with the declared content, for callers who may read the team's records; others may not know of any. */
const duplicatesOf = async (
  { teamId, sha256 }: UploadSession,
  principal: Principal,
  findByChecksum: TicketDeps['findByChecksum'],
): Promise<readonly string[]> =>
  sha256 && scopesIn(principal, teamId).has('media:read') ? findByChecksum(teamId, sha256) : [];

/** The ticket of an upload that an earlier attempt at the call opened, with a fresh request while its file may still come. */
const ticketOf = async (
  session: UploadSession,
  principal: Principal,
  { findByChecksum, signPut }: TicketDeps,
): Promise<UploadTicket> => {
  const duplicates = await duplicatesOf(session, principal, findByChecksum);
  const takesPut = session.status === 'pending' && session.multipart === null;
  return {
    session,
    request: takesPut ? await signPut(permitOf(session)) : undefined,
    duplicateOf: duplicates.find((id) => id !== session.mediaId) ?? null,
  };
};

/**
 * The record that is to get another file, for callers that may update it; throws for others. A new record takes the scope to
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

import type { Call } from '../api/route.ts';
import { MediaError } from '../domain/errors.ts';
import { originalKey } from '../domain/media.ts';
import type { Clock, SignedRequest, UploadStore } from '../domain/ports.ts';
import { admitFile, quotaOf, type Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { PutPermit } from '../stores/file-store.ts';
import type { TagStore } from '../stores/tag-store.ts';
import { type DeclaredFile, newSession } from './new-session.ts';

export type CreateUpload = DeclaredFile;

export interface UploadTicket {
  readonly session: UploadSession;
  readonly request: SignedRequest;
  /** A record of the team with the same content, known before a byte is sent. */
  readonly duplicateOf: string | null;
}

export interface CreateUploadDeps {
  readonly uploads: Pick<UploadStore, 'open'>;
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

/** Reserves room for a file and signs the one request that may store it. */
export const createUpload =
  ({ uploads, tags, findByChecksum, signPut, settings, newId, clock }: CreateUploadDeps) =>
  async ({ input, principal }: Call<CreateUpload>): Promise<UploadTicket> => {
    const kind = admitFile(settings, { mimeType: input.mimeType, size: input.fileSize });
    const session = newSession({ file: input, kind, principal, settings, newId, now: clock() });
    await admitTags(session, tags);
    const [request, duplicateOf] = await Promise.all([
      signPut(permitOf(session)),
      input.sha256 ? findByChecksum(principal.teamId, input.sha256) : null,
    ]);
    await uploads.open(session, quotaOf(settings, principal));
    return { session, request, duplicateOf };
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

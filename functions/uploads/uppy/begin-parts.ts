import type { Call } from '../../domain/call.ts';
import { originalKey } from '../../domain/media.ts';
import type { PartsPlace } from '../part-store.ts';
import { admitParts, begun, type SignPartsDeps } from '../sign-parts.ts';
import { type AnnouncedFile, type OpenSessionDeps, openSession } from './open-session.ts';

export type BeginPartsDeps = OpenSessionDeps & {
  readonly uploads: OpenSessionDeps['uploads'] & SignPartsDeps['uploads'];
  readonly open: OpenSessionDeps['open'] & SignPartsDeps['open'];
  readonly parts: SignPartsDeps['parts'];
};

/** Reserves quota for a file in parts of its sender's choice, and creates its multipart upload in S3. */
export const beginParts =
  (deps: BeginPartsDeps) =>
  async ({ input, principal }: Call<AnnouncedFile>): Promise<PartsPlace> => {
    const session = admitParts(await openSession(input, 'own-parts', principal, deps));
    const { uploadId } = await begun(session, 'CRC64NVME', deps);
    return { key: originalKey(session.teamId, session.mediaId, session.id), uploadId };
  };

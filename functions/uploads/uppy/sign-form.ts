import type { Call } from '../../domain/call.ts';
import { inboxKey } from '../../domain/media.ts';
import type { FormPermit, SignedForm } from '../form-signer.ts';
import { type AnnouncedFile, type OpenSessionDeps, openSession } from './open-session.ts';

export interface SignFormDeps extends OpenSessionDeps {
  readonly signForm: (permit: FormPermit) => Promise<SignedForm>;
}

/** Reserves room for a file and signs the form that may store it. */
export const signForm =
  (deps: SignFormDeps) =>
  async ({ input, principal }: Call<AnnouncedFile>): Promise<SignedForm> => {
    const session = await openSession(input, 'form', principal, deps);
    const { teamId, mediaId, id, fileSize, sizeOpen, mimeType, sha256 } = session;
    return deps.signForm({
      key: inboxKey(teamId, mediaId, id),
      mimeType,
      leastBytes: sizeOpen ? 1 : fileSize,
      mostBytes: fileSize,
      sha256,
    });
  };

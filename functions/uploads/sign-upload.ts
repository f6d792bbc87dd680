import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock, SignedRequest, UploadStore } from '../domain/ports.ts';
import type { PutPermit } from '../files/file-store.ts';
import { permitOf, type UploadTicket } from './create-upload.ts';
import { findOwnUpload } from './find-upload.ts';

export interface SignUploadDeps {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly signPut: (permit: PutPermit) => Promise<SignedRequest>;
  readonly clock: Clock;
}

/** Signs the request of an open session again: the first signature lives five minutes, the session longer. Parts are signed apart. */
export const signUpload =
  ({ uploads, signPut, clock }: SignUploadDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<UploadTicket> => {
    const session = await findOwnUpload(uploads, principal, input.id);
    if (session.status !== 'pending') {
      throw new MediaError('CONFLICT', `The upload is ${session.status} and takes no bytes`);
    }
    if (session.asForm) throw new MediaError('CONFLICT', 'The upload is a form and is signed once');
    if (clock().toISOString() >= session.expiresAt) throw new MediaError('UPLOAD_EXPIRED', 'The upload has expired');
    const request = session.multipart ? undefined : await signPut(permitOf(session));
    return { session, request, duplicateOf: null };
  };

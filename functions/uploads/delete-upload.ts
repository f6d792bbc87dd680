import type { AccountStore } from '../accounts/account-store.ts';
import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import { inboxKey, originalKey } from '../domain/media.ts';
import type { Clock, UploadStore } from '../domain/ports.ts';
import type { FileStore } from '../files/file-store.ts';
import { abortParts } from './abort-parts.ts';
import { findUploadToEnd } from './find-upload.ts';
import type { PartStore } from './part-store.ts';

export interface DeleteUploadDeps {
  readonly accounts: Pick<AccountStore, 'standing'>;
  readonly uploads: Pick<UploadStore, 'get' | 'close'>;
  readonly files: Pick<FileStore, 'remove'>;
  readonly parts: Pick<PartStore, 'abort'>;
  readonly clock: Clock;
}

/** Gives up an upload whose bytes did not come yet, and the quota with it. Doing it twice is no error. */
export const deleteUpload =
  ({ accounts, uploads, files, parts, clock }: DeleteUploadDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    const find = () => findUploadToEnd(accounts, uploads, principal, input.id);
    const session = await find();
    const closed = session.status === 'deleted' || (await uploads.close(session, 'deleted', clock()));
    if (!closed) {
      const { status } = await find();
      if (status !== 'deleted') throw new MediaError('CONFLICT', `The upload is ${status} and cannot be given up`);
    }
    const { multipart } = await find();
    await abortParts({ ...session, multipart }, parts);
    // Bytes that arrived a moment ago: their event finds a closed session and does the same.
    await files.remove(originalKey(session.teamId, session.mediaId, session.id));
    if (session.asForm) await files.remove(inboxKey(session.teamId, session.mediaId, session.id));
  };

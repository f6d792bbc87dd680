import type { Call } from '../../domain/call.ts';
import { notFound } from '../../domain/errors.ts';
import { parseOriginalKey } from '../../domain/media.ts';
import type { HeldPart } from '../../domain/parts.ts';
import type { UploadStore } from '../../domain/ports.ts';
import type { Principal } from '../../domain/principal.ts';
import type { UploadSession } from '../../domain/upload.ts';
import { findUpload } from '../find-upload.ts';
import type { UploadState } from '../get-upload.ts';
import type { PartsPlace } from '../part-store.ts';

/**
 * The upload session behind a key and an id of S3, which is all that Uppy knows. Both are what the client says: they have
 * to be those of a session of the caller's team, or there is no such upload.
 */
export const findPlace = async (
  uploads: Pick<UploadStore, 'get'>,
  principal: Principal,
  { key, uploadId }: PartsPlace,
): Promise<UploadSession> => {
  const named = parseOriginalKey(key);
  if (!named) throw notFound('Upload');
  const session = await findUpload(uploads, principal, named.fileVersion);
  const isSame = session.teamId === named.teamId && session.mediaId === named.mediaId;
  if (!isSame || session.multipart?.uploadId !== uploadId) throw notFound('Upload');
  return session;
};

/** Runs a use case for the upload with this key and id, in place of a session id. */
export const atPlace =
  <Input extends { readonly id: string }, Output>(
    uploads: Pick<UploadStore, 'get'>,
    useCase: (call: Call<Input>) => Promise<Output>,
  ) =>
  async ({ input, principal }: Call<Omit<Input, 'id'> & { readonly place: PartsPlace }>): Promise<Output> => {
    const { place, ...rest } = input;
    const { id } = await findPlace(uploads, principal, place);
    return useCase({ input: { ...rest, id } as unknown as Input, principal });
  };

/** The parts of an upload that still takes some; S3 knows of no other uploads either. */
export const heldParts = ({ parts }: UploadState): readonly HeldPart[] => {
  if (!parts) throw notFound('Upload');
  return parts;
};

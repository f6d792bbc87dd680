import { notFound } from '../domain/errors.ts';
import type { UploadStore } from '../domain/ports.ts';
import type { UploadSession } from '../domain/upload.ts';

/** The upload session of a team by id. A foreign id is answered exactly as a missing one. */
export const findUpload = async (
  uploads: Pick<UploadStore, 'get'>,
  teamId: string,
  id: string,
): Promise<UploadSession> => {
  const session = await uploads.get(id);
  if (!session || session.teamId !== teamId) throw notFound('Upload');
  return session;
};

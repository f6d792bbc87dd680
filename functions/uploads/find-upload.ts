import { notFound } from '../domain/errors.ts';
import type { UploadStore } from '../domain/ports.ts';
import { admitTo, type Principal } from '../domain/principal.ts';
import type { UploadSession } from '../domain/upload.ts';

/**
 * The upload session that the principal may do the route's work on. A foreign id is answered exactly as a missing one. What
 * takes the place of a file changes a record, so it is for those who may update.
 */
export const findUpload = async (
  uploads: Pick<UploadStore, 'get'>,
  principal: Principal,
  id: string,
): Promise<UploadSession> => {
  const session = await uploads.get(id);
  if (!session) throw notFound('Upload');
  const updates = session.replaces !== undefined && principal.needs === 'media:create';
  admitTo(updates ? { ...principal, needs: 'media:update' } : principal, session.teamId, 'Upload');
  return session;
};

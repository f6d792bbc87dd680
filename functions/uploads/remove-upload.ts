import { inboxKey, originalKey, RENDITION_NAMES, renditionKey } from '../domain/media.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { FileStore } from '../files/file-store.ts';

/**
 * Removes what an upload left that became no record: its bytes, and the renditions that were stored before it came too
 * late. No client could ask for more than those.
 */
export const removeUpload = async (
  { teamId, mediaId, id, asForm }: Pick<UploadSession, 'teamId' | 'mediaId' | 'id' | 'asForm'>,
  files: Pick<FileStore, 'remove'>,
): Promise<void> => {
  const renditions = RENDITION_NAMES.map((name) => renditionKey(teamId, mediaId, id, name));
  const inbox = asForm ? [inboxKey(teamId, mediaId, id)] : [];
  await Promise.all([originalKey(teamId, mediaId, id), ...inbox, ...renditions].map((key) => files.remove(key)));
};

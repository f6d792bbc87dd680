import { originalKey } from '../domain/media.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { PartStore } from './part-store.ts';

/** Removes the parts that S3 has of an upload; does nothing if there are none. */
export const abortParts = async (
  { teamId, mediaId, id, multipart }: UploadSession,
  parts: Pick<PartStore, 'abort'>,
): Promise<void> => {
  if (!multipart?.uploadId) return;
  await parts.abort({ key: originalKey(teamId, mediaId, id), uploadId: multipart.uploadId });
};

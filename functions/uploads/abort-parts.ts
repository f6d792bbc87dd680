import { originalKey } from '../domain/media.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { PartStore } from './part-store.ts';

/** Throws for a SHA-256 that would not be checked: a file that is too large to be read in one run keeps the checksum of S3. */
export const abortParts = async (
  { teamId, mediaId, id, multipart }: UploadSession,
  parts: Pick<PartStore, 'abort'>,
): Promise<void> => {
  if (!multipart?.uploadId) return;
  await parts.abort({ key: originalKey(teamId, mediaId, id), uploadId: multipart.uploadId });
};

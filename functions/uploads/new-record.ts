import type { MediaRecord } from '../domain/media.ts';
import type { MediaFile } from '../domain/media-file.ts';
import { textsOf } from '../domain/record-fields.ts';
import type { UploadSession } from '../domain/upload.ts';

/** The declaration of a file. */
export const newRecord = (session: UploadSession, file: MediaFile, now: string): MediaRecord => ({
  ...file,
  id: session.mediaId,
  teamId: session.teamId,
  userId: session.userId,
  state: 'active',
  ...textsOf(session),
  visibility: session.visibility,
  tagIds: session.tagIds,
  version: 1,
  createdAt: now,
  updatedAt: now,
  deletedAt: null,
});

import type { Call } from '../domain/call.ts';
import { originalKey } from '../domain/media.ts';
import type { HeldPart } from '../domain/parts.ts';
import type { UploadStore } from '../domain/ports.ts';
import type { UploadSession } from '../domain/upload.ts';
import { findUpload } from './find-upload.ts';
import { type NoteProgressDeps, noteProgress } from './note-progress.ts';
import type { PartStore } from './part-store.ts';

export interface UploadState {
  readonly session: UploadSession;
  /** What S3 holds of an upload in parts that is not complete. */
  readonly parts?: readonly HeldPart[] | undefined;
}

export interface GetUploadDeps extends NoteProgressDeps {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly parts: Pick<PartStore, 'list'>;
}

/** The state of an upload, with everything that another device needs to continue it. */
export const getUpload =
  (deps: GetUploadDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<UploadState> => {
    const session = await findUpload(deps.uploads, principal, input.id);
    const { status, multipart, teamId, mediaId, id } = session;
    if (status !== 'pending' || !multipart) return { session };
    if (multipart.uploadId === null) return { session, parts: [] };
    const place = { key: originalKey(teamId, mediaId, id), uploadId: multipart.uploadId };
    const parts = (await deps.parts.list(place)) ?? [];
    await noteProgress(session, parts, deps);
    return { session, parts };
  };

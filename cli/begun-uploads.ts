import { stat } from 'node:fs/promises';
import { type Mediashelf, MediashelfError } from '../client/node.ts';
import type { Result } from './upload-files.ts';
import type { Begun, UploadStates } from './upload-states.ts';

export interface BegunUploads {
  /** Paths of the files that are still where they were. */
  readonly paths: readonly string[];
  /** One for each missing file whose upload is still open. */
  readonly missing: readonly Result[];
}

const isThere = async ({ path }: Begun): Promise<boolean> => {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return about?.isFile() === true;
};

const isAwaited = async ({ state }: Begun, { call }: Mediashelf): Promise<boolean> => {
  try {
    return (await call('GET /api/v1/uploads/{id}', { path: { id: state.uploadId } })).status === 'pending';
  } catch (error) {
    if (error instanceof MediashelfError && error.status === 404) return false;
    throw error;
  }
};

/** The started uploads of this machine. A missing file does not stop the others, and is forgotten once its upload has ended. */
export const begunUploads = async (shelf: Mediashelf, states: UploadStates): Promise<BegunUploads> => {
  const paths: string[] = [];
  const missing: Result[] = [];
  for (const begun of await states.all()) {
    const { path, state } = begun;
    if (await isThere(begun)) paths.push(path);
    else if (await isAwaited(begun, shelf)) {
      const message = 'This file is gone; its upload ends by itself';
      missing.push({ path, size: 0, status: 'refused', mediaId: state.mediaId, code: 'FILE_MISSING', message });
    } else await states.forget(path);
  }
  return { paths, missing };
};

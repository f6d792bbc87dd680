import type { Call } from '../api/route.ts';
import type { UploadStore } from '../domain/ports.ts';
import type { UploadSession } from '../domain/upload.ts';
import { findUpload } from './find-upload.ts';

export const getUpload =
  ({ uploads }: { uploads: Pick<UploadStore, 'get'> }) =>
  ({ input, principal }: Call<{ id: string }>): Promise<UploadSession> =>
    findUpload(uploads, principal, input.id);

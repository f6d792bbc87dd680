import { MediaError, UnrecordedError } from '../../domain/errors.ts';
import type { ShownMedia } from '../../domain/media.ts';
import { formOf } from '../../http/form-body.ts';
import { route } from '../../http/route.ts';
import type { UploadFiles } from '../../uploads/upload-files.ts';
import { mediaView } from './media-view.ts';

export const tokensUploadMedia = route({
  method: 'POST',
  path: '/api/media',
  summary: 'Upload a file in a form',
  dialect: 'tokens',
  operation: 'upload-media',
  access: 'media:create',
  failure: (error) => (error instanceof UnrecordedError ? 'Failed to create media record' : 'Failed to upload file'),
  idempotent: true,
  needsUploads: true,
  input: ({ event }): UploadFiles => {
    const isForm = /^multipart\/form-data\b/i.test(event.headers['content-type'] ?? '');
    if (!isForm) throw new MediaError('NO_FILES', 'No file uploaded');
    return { parts: formOf(event), field: 'file', mostFiles: 1 };
  },
  reply: ([record]: readonly ShownMedia[], { publicUrl }) => ({
    status: 201,
    body: { data: record && mediaView(record, publicUrl) },
  }),
});

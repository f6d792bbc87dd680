import type { ShownMedia } from '../../domain/media.ts';
import { fittingRows, travelBytes } from '../../http/fitting-rows.ts';
import { formOf } from '../../http/form-body.ts';
import { route } from '../../http/route.ts';
import type { UploadFiles } from '../../uploads/upload-files.ts';
import { envelope, mediaView } from './media-view.ts';

export const v1UploadMedia = route({
  method: 'POST',
  path: '/api/v1/media/upload',
  summary: 'Upload files in a form',
  dialect: 'v1',
  operation: 'upload-media',
  access: 'media:create',
  failure: 'Failed to upload files',
  idempotent: true,
  needsUploads: true,
  costOfAnswer: (records: readonly ShownMedia[]) => records.length,
  input: ({ event }): UploadFiles => ({ parts: formOf(event), field: 'files' }),
  reply: (records: readonly ShownMedia[], context) => {
    const addresses = records.map((record) => mediaView(record, context).url);
    // Of files with the longest texts there may be fewer records than addresses: all of them are stored by now.
    const media = fittingRows(records, (record) => mediaView(record, context), travelBytes(addresses));
    return {
      status: 200,
      body: envelope({
        message: 'Files uploaded successfully',
        urls: addresses,
        media,
        count: records.length,
        storage: 's3',
      }),
    };
  },
});

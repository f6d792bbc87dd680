import { Readable } from 'node:stream';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MediaError } from '../../domain/errors.ts';
import { type MediaRecord, untagged } from '../../domain/media.ts';
import type { UploadFiles } from '../../uploads/upload-files.ts';
import { formParts } from '../form.ts';
import { route } from '../route.ts';
import { envelope, mediaView } from './media-view.ts';

/** Lambda takes events of 6 MB, and a form travels in one as base64, a third longer; the rest is for its headers. */
export const FORM_LIMIT = 4 * 1024 * 1024;

const bodyOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Readable => {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > FORM_LIMIT) {
    const message = 'Store larger files with POST /api/v1/uploads, which answers a signed request';
    const fields = [{ code: 'too_big', maximum: FORM_LIMIT, path: [], message }];
    throw new MediaError('TOO_LARGE', `Request body too large: at most ${FORM_LIMIT} bytes`, { fields });
  }
  return Readable.from([bytes]);
};

export const v1UploadMedia = route({
  method: 'POST',
  path: '/api/v1/media/upload',
  dialect: 'v1',
  operation: 'upload-media',
  access: 'media:create',
  failure: 'Failed to upload files',
  idempotent: true,
  input: ({ event }): UploadFiles => ({ parts: formParts(event.headers['content-type'], bodyOf(event)) }),
  reply: (records: readonly MediaRecord[], { publicUrl }) => {
    const media = records.map((record) => mediaView(untagged(record), publicUrl));
    return {
      status: 200,
      body: envelope({
        message: 'Files uploaded successfully',
        urls: media.map(({ url }) => url),
        media,
        count: media.length,
        storage: 's3',
      }),
    };
  },
});

import { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { MediaError } from '../../domain/errors.ts';
import type { ShownMedia } from '../../domain/media.ts';
import type { FormPart } from '../../http/form.ts';
import { tooLargeForFunction } from '../../http/form-body.ts';
import { FORM_LIMIT } from '../../http/form-event.ts';
import { route } from '../../http/route.ts';
import type { UploadFiles } from '../../uploads/upload-files.ts';
import { described, done, required } from './fields.ts';
import { missingParameters } from './missing-parameters.ts';

/** Base64 adds a third to an image; the rest is for the other fields. */
const BODY_LIMIT = Math.ceil((FORM_LIMIT * 4) / 3) + 64 * 1024;

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w-]+=[^;,]*)*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

interface EncodedImage {
  /** Empty when the type is unknown; the first bytes decide then. */
  readonly mimeType: string;
  readonly bytes: Buffer;
}

/** Base64 with or without the prefix of a data URL; line breaks, as mail programs insert them, are skipped. */
const decoded = (image: string): EncodedImage => {
  const [head = '', mimeType = ''] = DATA_URL.exec(image) ?? [];
  const digits = image.slice(head.length).replace(/\s+/g, '');
  if (!BASE64.test(digits) || digits.replace(/=+$/, '').length % 4 === 1) {
    throw new MediaError('VALIDATION', 'The image is not valid base64');
  }
  const bytes = Buffer.from(digits, 'base64');
  if (bytes.length > FORM_LIMIT) throw tooLargeForFunction();
  return { mimeType: mimeType.toLowerCase(), bytes };
};

async function* imagePart(name: string, { mimeType, bytes }: EncodedImage): AsyncGenerator<FormPart> {
  yield { kind: 'file', name: 'image', filename: name, mimeType, body: Readable.from([bytes]) };
}

export const adminAddMedia = route({
  method: 'POST',
  path: '/media/add',
  summary: 'Upload a file in a form',
  dialect: 'admin',
  operation: 'upload-media',
  access: 'media:create',
  needsUploads: true,
  failure: 'Error adding media',
  bodyLimit: BODY_LIMIT,
  body: z.strictObject({ ...described, image: z.optional(z.nullable(z.string())) }),
  input: ({ body }): UploadFiles => {
    const { name, tags } = required(body);
    if (!body.image) throw missingParameters();
    const image = decoded(body.image);
    if (image.bytes.length === 0) throw missingParameters();
    return {
      parts: imagePart(name, image),
      field: 'image',
      kinds: ['image'],
      namedAfterType: true,
      describe: () => ({ title: name, tagNames: tags }),
    };
  },
  reply: (_: readonly ShownMedia[]) => done('Media added successfully'),
});

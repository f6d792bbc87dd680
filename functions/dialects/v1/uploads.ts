import * as z from 'zod/mini';
import { MOST_TAGS_OF_RECORD } from '../../domain/tag.ts';
import type { UploadSession } from '../../domain/upload.ts';
import { route } from '../../http/route.ts';
import type { CreateUpload, UploadTicket } from '../../uploads/create-upload.ts';
import type { UploadState } from '../../uploads/get-upload.ts';
import { bytes, fileName, mimeType, sha256, texts } from '../common/fields.ts';
import { envelope } from './media-view.ts';

const mediaId = z.string().check(z.regex(/^[\w-]{1,64}$/, 'Expected the id of a record'));

/** The fields of a new record; a record whose file is replaced keeps its own. */
const said = {
  tagIds: z.optional(
    z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.maxLength(MOST_TAGS_OF_RECORD)),
  ),
  ...texts,
};

const NewUpload = z
  .strictObject({
    filename: fileName,
    fileSize: bytes,
    mimeType,
    sha256: z.optional(sha256),
    multipart: z.optional(z.boolean()),
    replaces: z.optional(mediaId),
    onDuplicate: z.optional(z.enum(['upload', 'reuse'])),
    ...said,
  })
  .check(
    z.superRefine((upload, context) => {
      if (upload.replaces === undefined) return;
      for (const name of Object.keys(said) as (keyof typeof said)[]) {
        if (upload[name] === undefined) continue;
        const message = 'A record whose file is replaced keeps what was said of it';
        context.addIssue({ code: 'custom', path: [name], message });
      }
    }),
  );

const id = ({ path }: { path: Readonly<Record<string, string>> }) => ({ id: path.id ?? '' });

const ticket =
  (status: 200 | 201) =>
  ({ session, request, duplicateOf }: UploadTicket) => ({
    status,
    body: envelope({
      id: session.id,
      mediaId: session.mediaId,
      status: session.status,
      expiresAt: session.expiresAt,
      duplicateOf,
      ...(request ? { request } : partsOf(session)),
    }),
  });

/** The layout of an upload in parts, unless its client splits the file. */
const partsOf = ({ multipart }: UploadSession) =>
  multipart && !multipart.cutBy ? { multipart: { partSize: multipart.partSize, partCount: multipart.partCount } } : {};

/** The status of an upload. */
export const uploadView = (session: UploadSession) => ({
  id: session.id,
  mediaId: session.mediaId,
  status: session.status,
  code: session.code,
  message: session.message,
  expiresAt: session.expiresAt,
  ...partsOf(session),
});

export const v1CreateUpload = route({
  method: 'POST',
  path: '/api/v1/uploads',
  summary: 'Create an upload session',
  dialect: 'v1',
  operation: 'create-upload',
  access: 'media:create',
  alsoFor: 'media:update',
  scopeIn: 'found',
  failure: 'Failed to create upload',
  idempotent: true,
  needsUploads: true,
  body: NewUpload,
  input: ({ body }): CreateUpload => body,
  reply: ticket(201),
});

export const v1GetUpload = route({
  method: 'GET',
  path: '/api/v1/uploads/{id}',
  summary: 'Get the status of an upload',
  dialect: 'v1',
  operation: 'get-upload',
  access: 'media:read',
  scopeIn: 'found',
  subject: 'Upload',
  failure: 'Failed to get upload',
  input: id,
  reply: ({ session, parts }: UploadState) => ({
    status: 200,
    body: envelope({
      ...uploadView(session),
      ...(parts ? { parts: parts.map(({ partNumber, size, etag }) => ({ partNumber, size, etag })) } : {}),
    }),
  }),
});

export const v1SignUpload = route({
  method: 'POST',
  path: '/api/v1/uploads/{id}/sign',
  summary: 'Sign the request of an upload again',
  needsUploads: true,
  dialect: 'v1',
  operation: 'sign-upload',
  access: 'media:create',
  alsoFor: 'media:update',
  scopeIn: 'found',
  subject: 'Upload',
  failure: 'Failed to sign upload',
  input: id,
  reply: ticket(200),
});

export const v1DeleteUpload = route({
  method: 'DELETE',
  path: '/api/v1/uploads/{id}',
  summary: 'Cancel an upload',
  dialect: 'v1',
  operation: 'delete-upload',
  access: 'media:create',
  alsoFor: 'media:update',
  scopeIn: 'found',
  subject: 'Upload',
  failure: 'Failed to delete upload',
  input: id,
  reply: () => ({ status: 200, body: envelope({ message: 'Upload deleted successfully' }) }),
});

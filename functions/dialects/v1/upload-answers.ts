import * as z from 'zod/mini';
import { codesOf, UPLOAD_CODES } from '../../domain/error-reference.ts';
import { type Answer, answer } from '../common/dialect-document.ts';
import { count, id, message, nullable, text, time } from './shapes.ts';

const SignedRequest = z.strictObject({
  method: z.literal('PUT'),
  url: z.url(),
  headers: z.record(z.string(), z.string()),
});

const Layout = z.strictObject({ partSize: count, partCount: count });

const Ticket = z.strictObject({
  id,
  mediaId: id,
  status: z.string(),
  expiresAt: time,
  duplicateOf: nullable(id),
  /** One of the two. */
  request: z.optional(SignedRequest),
  multipart: z.optional(Layout),
});

/** Why a file did not become a record. */
export const uploadCode = z.enum(codesOf(UPLOAD_CODES));

const Upload = z.strictObject({
  id,
  mediaId: id,
  status: z.enum(['pending', 'processing', 'active', 'rejected', 'failed', 'expired', 'deleted']),
  code: nullable(uploadCode),
  message: text,
  expiresAt: time,
  multipart: z.optional(Layout),
});
const Part = z.strictObject({ partNumber: count, size: count, etag: z.string() });
const PendingUploads = z.strictObject({
  data: z.array(
    z.extend(Upload, { filename: z.string(), fileSize: nullable(count), mimeType: z.string(), createdAt: time }),
  ),
  nextCursor: z.optional(z.string()),
});
const SignedParts = z.strictObject({
  parts: z.array(
    z.strictObject({
      partNumber: count,
      url: z.url(),
      headers: z.record(z.string(), z.string()),
      expiresAt: time,
    }),
  ),
});

const UppyToken = z.strictObject({ token: z.string(), endpoint: z.url(), expiresAt: time });

/** The answers of v1 about unfinished uploads. */
export const uploadAnswers: Readonly<Record<string, Answer>> = {
  'POST /api/v1/uploads': answer(201, Ticket),
  'GET /api/v1/uploads': answer(200, PendingUploads),
  'GET /api/v1/uploads/{id}': answer(200, z.extend(Upload, { parts: z.optional(z.array(Part)) })),
  'POST /api/v1/uploads/{id}/parts': { ...answer(200, SignedParts), refusals: [410] },
  'POST /api/v1/uploads/{id}/complete': { ...answer(200, Upload), refusals: [410] },
  'POST /api/v1/uploads/{id}/sign': { ...answer(200, Ticket), refusals: [410] },
  'DELETE /api/v1/uploads/{id}': answer(200, message),
  'POST /api/v1/uppy/tokens': answer(201, UppyToken),
};

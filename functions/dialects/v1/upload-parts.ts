import * as z from 'zod/mini';
import { MOST_PARTS, MOST_SIGNED_AT_ONCE } from '../../domain/parts.ts';
import type { UploadSession } from '../../domain/upload.ts';
import { callsOf, ENTRIES_OF_A_CALL } from '../../http/cost.ts';
import { route } from '../../http/route.ts';
import type { CompleteUpload } from '../../uploads/complete-upload.ts';
import type { ListedUploads, ListUploads } from '../../uploads/list-uploads.ts';
import type { SignedPart, SignParts } from '../../uploads/sign-parts.ts';
import { integerText, sha256 } from '../common/fields.ts';
import { envelope } from './media-view.ts';
import { uploadView } from './uploads.ts';

const partNumber = z.int().check(z.gte(1), z.lte(MOST_PARTS));

const NewParts = z.strictObject({
  partNumbers: z.array(partNumber).check(z.minLength(1), z.maxLength(MOST_SIGNED_AT_ONCE)),
  checksums: z.optional(z.record(z.string().check(z.regex(/^[1-9]\d{0,4}$/, 'Expected a part number')), sha256)),
});

const Completion = z.strictObject({
  parts: z.optional(
    z
      .array(
        z.strictObject({
          partNumber,
          etag: z.pipe(
            z.string().check(z.maxLength(200)),
            z.transform((etag: string) => etag.replaceAll('"', '')),
          ),
        }),
      )
      .check(z.minLength(1), z.maxLength(MOST_PARTS)),
  ),
});
/** 10,000 parts with their entity tags. */
const COMPLETION_LIMIT = 2 * 1024 * 1024;

const PendingQuery = z.strictObject({
  status: z.literal('pending', 'Only pending uploads can be listed'),
  limit: integerText(1, 100, 20),
  cursor: z.optional(z.string().check(z.maxLength(2000))),
});

const id = ({ path }: { path: Readonly<Record<string, string>> }) => path.id ?? '';

export const v1ListUploads = route({
  method: 'GET',
  path: '/api/v1/uploads',
  summary: 'List the unfinished uploads of the caller',
  dialect: 'v1',
  operation: 'get-upload',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to list uploads',
  query: PendingQuery,
  input: ({ query: { limit, cursor } }): ListUploads => ({ limit, cursor }),
  reply: ({ items, nextCursor }: ListedUploads) => ({
    status: 200,
    body: envelope({
      data: items.map((session) => ({
        ...uploadView(session),
        filename: session.filename,
        fileSize: session.sizeOpen ? null : session.fileSize,
        mimeType: session.mimeType,
        createdAt: session.createdAt,
      })),
      ...(nextCursor === undefined ? {} : { nextCursor }),
    }),
  }),
});

export const v1SignParts = route({
  method: 'POST',
  path: '/api/v1/uploads/{id}/parts',
  summary: 'Sign parts of an upload',
  needsUploads: true,
  dialect: 'v1',
  operation: 'manage-parts',
  access: 'media:create',
  alsoFor: 'media:update',
  scopeIn: 'found',
  subject: 'Upload',
  failure: 'Failed to sign parts',
  body: NewParts,
  input: ({ path, body }): SignParts => ({ id: id({ path }), ...body }),
  reply: (parts: readonly SignedPart[]) => ({
    status: 200,
    body: envelope({
      parts: parts.map(({ partNumber, url, headers, expiresAt }) => ({ partNumber, url, headers, expiresAt })),
    }),
  }),
});

export const v1CompleteUpload = route({
  method: 'POST',
  path: '/api/v1/uploads/{id}/complete',
  summary: 'Complete an upload in parts',
  needsUploads: true,
  dialect: 'v1',
  operation: 'manage-parts',
  access: 'media:create',
  alsoFor: 'media:update',
  scopeIn: 'found',
  subject: 'Upload',
  failure: 'Failed to complete upload',
  bodyLimit: COMPLETION_LIMIT,
  body: Completion,
  cost: ({ parts = [] }: CompleteUpload) => callsOf(parts.length, ENTRIES_OF_A_CALL),
  input: ({ path, body }): CompleteUpload => ({ id: id({ path }), ...body }),
  reply: (session: UploadSession) => ({ status: 200, body: envelope(uploadView(session)) }),
});

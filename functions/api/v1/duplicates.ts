import * as z from 'zod/mini';
import { stableAddress } from '../../domain/media.ts';
import type { CheckDuplicates, Duplicate } from '../../media/check-duplicates.ts';
import { route } from '../route.ts';
import { bytes, fileName } from './fields.ts';
import { envelope } from './media-view.ts';

const MOST_FILES = 500;

export const v1CheckDuplicates = route({
  method: 'POST',
  path: '/api/v1/media/check-duplicates',
  dialect: 'v1',
  operation: 'check-duplicates',
  access: 'media:read',
  failure: 'Failed to check duplicates',
  body: z.strictObject({
    files: z.array(z.strictObject({ filename: fileName, fileSize: bytes })).check(z.maxLength(MOST_FILES)),
  }),
  input: ({ body }): CheckDuplicates => body,
  reply: (duplicates: readonly Duplicate[], { publicUrl }) => ({
    status: 200,
    body: envelope({
      duplicates: duplicates.map(({ filename, fileSize, existing }) => ({
        filename,
        fileSize,
        existing: existing.map((record) => ({
          id: record.id,
          url: record.externalUrl ?? stableAddress(publicUrl, record),
          createdAt: record.createdAt,
        })),
      })),
    }),
  }),
});

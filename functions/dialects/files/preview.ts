import * as z from 'zod/mini';
import { RENDITION_NAMES, type RenditionName, stableAddress } from '../../domain/media.ts';
import { RESULT_FORMATS } from '../../domain/transform.ts';
import { route } from '../../http/route.ts';
import type { Preview, PreviewMedia } from '../../media/preview-media.ts';

export const filesPreviewFile = route({
  method: 'POST',
  path: '/v1/media/files/{id}/preview',
  summary: 'Get the address of a preview of a file',
  dialect: 'files',
  operation: 'get-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to make a preview',
  body: z.strictObject({
    format: z._default(z.enum(['thumbnail', ...RESULT_FORMATS]), 'thumbnail'),
    size: z._default(z.enum(RENDITION_NAMES as [RenditionName, ...RenditionName[]]), 'medium'),
  }),
  input: ({ path, body: { format, size } }): PreviewMedia => ({
    id: path.id ?? '',
    size,
    format: format === 'thumbnail' ? undefined : format,
  }),
  reply: ({ query, width, height, record }: Preview, { publicUrl }) => ({
    status: 200,
    body: { data: { preview_url: `${stableAddress(publicUrl, record)}?${query}`, width, height } },
  }),
});

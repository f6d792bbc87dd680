import * as z from 'zod/mini';
import { route } from '../../http/route.ts';
import type { IssuedUploadToken } from '../../uploads/uppy/create-token.ts';
import { envelope } from './media-view.ts';

export const v1CreateUppyToken = route({
  method: 'POST',
  path: '/api/v1/uppy/tokens',
  summary: 'Create an upload token for Uppy',
  dialect: 'v1',
  operation: 'manage-uppy',
  access: 'media:create',
  failure: 'Failed to create token',
  needsUploads: true,
  body: z.strictObject({}),
  input: () => undefined,
  reply: ({ token, expiresAt }: IssuedUploadToken, { publicUrl }) => ({
    status: 201,
    body: envelope({ token, endpoint: `${publicUrl}/api/v1/uppy/${token}`, expiresAt }),
  }),
});

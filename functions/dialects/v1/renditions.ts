import * as z from 'zod/mini';
import { SIGNED_READ_SECONDS } from '../../domain/ends-of-access.ts';
import { pictureCookies } from '../../http/cookies.ts';
import { route } from '../../http/route.ts';
import type { OpenedRenditions } from '../../media/open-renditions.ts';
import { envelope } from './media-view.ts';

/**
 * A POST, although it changes nothing here: the caller is looked up anew, so the cookies are for access that has not ended, and
 * no other site can ask for them.
 */
export const v1OpenRenditions = route({
  method: 'POST',
  path: '/api/v1/renditions/cookies',
  summary: 'Open renditions at the edge to the browser by cookies',
  dialect: 'v1',
  operation: 'list-media',
  access: 'media:read',
  failure: 'Failed to open renditions',
  body: z.strictObject({}),
  input: () => undefined,
  reply: ({ teams, cookies, expiresAt }: OpenedRenditions, { publicUrl }) => ({
    status: 200,
    body: envelope({ teams, expiresAt }),
    cookies: cookies.flatMap((each) => pictureCookies(publicUrl, each, SIGNED_READ_SECONDS)),
  }),
});

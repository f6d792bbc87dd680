import * as z from 'zod/mini';
import { RENDITION_BOX, type RenditionName } from '../../domain/media.ts';
import type { GetContent, Located } from '../../media/get-content.ts';
import { route } from '../route.ts';

const ContentQuery = z.strictObject({
  rendition: z.optional(z.enum(Object.keys(RENDITION_BOX) as [RenditionName, ...RenditionName[]])),
});

const redirect = ({ location, cacheControl }: Located) => ({
  status: 302,
  headers: { location, 'cache-control': cacheControl },
});

/** The bytes of a record, for members. */
export const v1GetContent = route({
  method: 'GET',
  path: '/api/v1/media/{id}/content',
  dialect: 'v1',
  operation: 'get-content',
  access: 'media:read',
  failure: 'Failed to get content',
  query: ContentQuery,
  input: ({ path, query }): GetContent => ({ id: path.id ?? '', rendition: query.rendition, by: 'member' }),
  reply: redirect,
});

/** The stable address of a record's bytes. The file name in it is for people; the id decides. */
export const getByAddress = route({
  method: 'GET',
  path: '/m/{id}/{filename}',
  dialect: 'v1',
  operation: 'get-content',
  access: 'optional',
  failure: 'Failed to get content',
  query: ContentQuery,
  input: ({ path, query }): GetContent => ({ id: path.id ?? '', rendition: query.rendition, by: 'address' }),
  reply: redirect,
});

import * as z from 'zod/mini';
import type { MediaKind, ShownMedia } from '../../domain/media.ts';
import { MOST_TAGS_ASKED } from '../../domain/tag.ts';
import { queryWords } from '../../domain/terms.ts';
import { fittingRows } from '../../http/fitting-rows.ts';
import { type ReplyContext, route } from '../../http/route.ts';
import type { CreateMedia } from '../../media/create-media.ts';
import type { ListedMedia, ListMedia } from '../../media/list-media.ts';
import type { UpdateMedia } from '../../media/update-media.ts';
import { costOfList, costOfPage } from '../common/cost-of-list.ts';
import { bytes, fileName, integerText, mimeType, texts } from '../common/fields.ts';
import { entityTag, versionsMatched } from '../common/if-match.ts';
import { search } from '../common/search-words.ts';
import { envelope, mediaView } from './media-view.ts';

const LARGEST_OFFSET = 1_000_000_000;

const Parts = z.array(z.string().check(z.maxLength(200))).check(z.maxLength(MOST_TAGS_ASKED));

const filled = (parts: string[]): string[] => parts.map((each) => each.trim()).filter((each) => each !== '');

/** A list in a query string, by commas. Empty parts are left out, but count: the document of the API counts them too. */
const commaList = z.optional(
  z.pipe(
    z.pipe(
      z.string().check(z.maxLength(4000)),
      z.pipe(
        z.transform((text: string) => text.split(',')),
        Parts,
      ),
    ),
    z.pipe(z.transform(filled), Parts),
  ),
);

const ListQuery = z.strictObject({
  limit: integerText(1, 100, 20),
  offset: integerText(0, LARGEST_OFFSET, 0),
  orderBy: z._default(z.enum(['createdAt', 'filename', 'fileSize']), 'createdAt'),
  orderDir: z._default(z.enum(['asc', 'desc']), 'desc'),
  type: z._default(z.enum(['image', 'video', 'all']), 'all'),
  search,
  tagIds: commaList,
  tagSlugs: commaList,
  cursor: z.optional(z.string().check(z.maxLength(2000))),
});

const one = (status: 200 | 201) => (record: ShownMedia, context: ReplyContext) => ({
  status,
  headers: { etag: entityTag(record) },
  body: envelope(mediaView(record, context)),
});

export const v1ListMedia = route({
  method: 'GET',
  path: '/api/v1/media',
  summary: 'List or search records',
  dialect: 'v1',
  operation: 'list-media',
  access: 'media:read',
  failure: 'Failed to list media',
  query: ListQuery,
  cost: costOfList,
  costOfAnswer: costOfPage,
  input: ({ query: { type, search, ...page }, ...context }): ListMedia => ({
    ...page,
    words: search?.trim() ? queryWords(search) : undefined,
    kind: type === 'all' ? undefined : (type satisfies MediaKind),
    fits: (records) => fittingRows(records, (record) => mediaView(record, context)).length,
  }),
  reply: ({ items, total, limit, offset, nextCursor, totalIsExact }: ListedMedia, context) => ({
    status: 200,
    body: envelope({
      data: items.map((record) => mediaView(record, context)),
      total,
      limit,
      offset,
      ...(nextCursor === undefined ? {} : { nextCursor }),
      ...(totalIsExact === false ? { totalIsExact } : {}),
    }),
  }),
});

export const v1GetMedia = route({
  method: 'GET',
  path: '/api/v1/media/{id}',
  summary: 'Get a record',
  dialect: 'v1',
  operation: 'get-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to get media',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: one(200),
});

const pixels = z.optional(z.nullable(z.number().check(z.int(), z.positive(), z.lte(1_000_000))));

/** `URL.parse` drops line breaks and tabs; the stored address would still have them, and a `location` header may not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
const CONTROL = /[\u0000-\u001f\u007f]/;

const isWebAddress = (text: string): boolean => {
  const url = CONTROL.test(text) ? null : URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
};

const NewMedia = z.strictObject({
  url: z.string().check(z.maxLength(2048), z.refine(isWebAddress, 'Expected an http or https address')),
  filename: fileName,
  fileSize: bytes,
  mimeType,
  width: pixels,
  height: pixels,
  ...texts,
});

export const v1CreateMedia = route({
  method: 'POST',
  path: '/api/v1/media',
  summary: 'Register a file that another server stores',
  dialect: 'v1',
  operation: 'create-media',
  access: 'media:create',
  failure: 'Failed to create media',
  idempotent: true,
  body: NewMedia,
  input: ({ body }): CreateMedia => body,
  reply: one(201),
});

/** Less than any pixel of any picture; DynamoDB has no numbers below 1e-130 and refuses them. */
const NO_DISTANCE = 1e-9;
const fraction = z.optional(
  z.nullable(
    z.pipe(
      z.number().check(z.gte(0), z.lte(1)),
      z.transform((share: number) => (share < NO_DISTANCE ? 0 : share)),
    ),
  ),
);

export const v1UpdateMedia = route({
  method: 'PATCH',
  path: '/api/v1/media/{id}',
  summary: 'Change the texts, visibility or focal point of a record',
  dialect: 'v1',
  operation: 'update-media',
  access: 'media:update',
  scopeIn: 'found',
  readsBack: true,
  failure: 'Failed to update media',
  body: z.strictObject({ ...texts, focalX: fraction, focalY: fraction }),
  input: ({ path, body, event }): UpdateMedia => ({
    id: path.id ?? '',
    edit: body,
    versions: versionsMatched(event),
  }),
  current: (record, context) => mediaView(record as ShownMedia, context),
  reply: one(200),
});

export const v1DeleteMedia = route({
  method: 'DELETE',
  path: '/api/v1/media/{id}',
  summary: 'Move a record to the trash',
  dialect: 'v1',
  operation: 'delete-media',
  access: 'media:delete',
  scopeIn: 'found',
  failure: 'Failed to delete media',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: () => ({ status: 200, body: envelope({ message: 'Media deleted successfully' }) }),
});

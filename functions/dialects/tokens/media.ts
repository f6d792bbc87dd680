import * as z from 'zod/mini';
import type { ShownMedia } from '../../domain/media.ts';
import { queryWords } from '../../domain/terms.ts';
import { route } from '../../http/route.ts';
import type { ListedMedia, ListMedia } from '../../media/list-media.ts';
import { costOfList, costOfPage } from '../common/cost-of-list.ts';
import { integerText } from '../common/fields.ts';
import { search } from '../common/search-words.ts';
import { mediaView } from './media-view.ts';

const ListQuery = z.strictObject({
  page: integerText(1, 10_000_000, 1),
  page_size: integerText(1, 100, 10),
  type: z.optional(z.enum(['image', 'video', 'audio', 'file'])),
  search,
});

export const tokensListMedia = route({
  method: 'GET',
  path: '/api/media',
  summary: 'List records, page by page',
  dialect: 'tokens',
  operation: 'list-media',
  access: 'media:read',
  failure: 'Failed to list media',
  query: ListQuery,
  cost: costOfList,
  costOfAnswer: costOfPage,
  input: ({ query: { page, page_size, type, search: text } }): ListMedia => ({
    kind: type === 'file' ? 'document' : type,
    words: text?.trim() ? queryWords(text) : undefined,
    within: 'filename',
    orderBy: 'createdAt',
    orderDir: 'desc',
    limit: page_size,
    offset: (page - 1) * page_size,
  }),
  reply: ({ items, total, limit, offset }: ListedMedia, { publicUrl }) => ({
    status: 200,
    body: {
      data: items.map((record) => mediaView(record, publicUrl)),
      meta: { total, page: offset / limit + 1, page_size: limit },
    },
  }),
});

export const tokensGetMedia = route({
  method: 'GET',
  path: '/api/media/{id}',
  summary: 'Get a record',
  dialect: 'tokens',
  operation: 'get-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to get media',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: (record: ShownMedia, { publicUrl }) => ({ status: 200, body: { data: mediaView(record, publicUrl) } }),
});

export const tokensDeleteMedia = route({
  method: 'DELETE',
  path: '/api/media/{id}',
  summary: 'Move a record to the trash',
  dialect: 'tokens',
  operation: 'delete-media',
  access: 'media:delete',
  scopeIn: 'found',
  failure: 'Failed to delete media',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: () => ({ status: 204 }),
});

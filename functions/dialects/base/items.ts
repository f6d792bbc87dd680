import * as z from 'zod/mini';
import type { ShownMedia } from '../../domain/media.ts';
import { queryWords } from '../../domain/terms.ts';
import { fittingRows } from '../../http/fitting-rows.ts';
import { type ReplyContext, route } from '../../http/route.ts';
import type { ListedMedia, ListMedia } from '../../media/list-media.ts';
import { costOfList, costOfPage } from '../common/cost-of-list.ts';
import { integerText } from '../common/fields.ts';
import { search } from '../common/search-words.ts';
import { itemView } from './item-view.ts';

const LARGEST_PAGE = 10_000_000;
/** The bound of the admin API; fewer if they do not fit into one answer. */
const MOST_OF_ALL = 10_000;

const NEWEST_FIRST = { orderBy: 'createdAt', orderDir: 'desc' } as const;
const id = ({ path }: { path: Readonly<Record<string, string>> }) => ({ id: path.id ?? '' });
/** The answer that shows one record. */
export const one = (record: ShownMedia, { publicUrl }: ReplyContext) => ({
  status: 200,
  body: itemView(record, publicUrl),
});

export const baseListItems = route({
  method: 'GET',
  path: '/base/api/media',
  summary: 'List items, page by page',
  dialect: 'base',
  operation: 'list-media',
  access: 'media:read',
  failure: 'Failed to list media',
  query: z.strictObject({ page: integerText(1, LARGEST_PAGE, 1), limit: integerText(1, 100, 10), search }),
  cost: costOfList,
  costOfAnswer: costOfPage,
  input: ({ query: { page, limit, search: text } }): ListMedia => ({
    ...NEWEST_FIRST,
    limit,
    offset: (page - 1) * limit,
    words: text?.trim() ? queryWords(text) : undefined,
  }),
  reply: ({ items, total, limit, offset }: ListedMedia, { publicUrl }) => ({
    status: 200,
    body: {
      items: items.map((record) => itemView(record, publicUrl)),
      total,
      page: offset / limit + 1,
      limit,
      totalPages: Math.ceil(total / limit),
    },
  }),
});

export const baseListAll = route({
  method: 'GET',
  path: '/base/api/media/all',
  summary: 'List the newest items in one answer',
  dialect: 'base',
  operation: 'list-media',
  access: 'media:read',
  failure: 'Failed to list media',
  costOfAnswer: costOfPage,
  input: (): ListMedia => ({ ...NEWEST_FIRST, limit: MOST_OF_ALL, offset: 0 }),
  reply: ({ items }: ListedMedia, { publicUrl }) => ({
    status: 200,
    body: fittingRows(items, (record) => itemView(record, publicUrl)),
  }),
});

export const baseGetItem = route({
  method: 'GET',
  path: '/base/api/media/{id}',
  summary: 'Get an item',
  dialect: 'base',
  operation: 'get-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to get media',
  input: id,
  reply: one,
});

export const baseDeleteItem = route({
  method: 'DELETE',
  path: '/base/api/media/{id}',
  summary: 'Move an item to the trash',
  dialect: 'base',
  operation: 'delete-media',
  access: 'media:delete',
  scopeIn: 'found',
  failure: 'Failed to delete media',
  input: id,
  reply: () => ({ status: 200, body: { message: 'Media deleted successfully' } }),
});

export const baseRemoveFile = route({
  method: 'DELETE',
  path: '/base/api/media/{id}/file',
  summary: 'Remove the file of an item',
  dialect: 'base',
  operation: 'remove-file',
  // The file is removed at once and cannot be restored, as by a purge: keys that may only write must not do this.
  access: 'media:delete',
  scopeIn: 'found',
  readsBack: true,
  failure: 'Failed to remove the file',
  input: id,
  reply: one,
});

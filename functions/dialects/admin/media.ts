import * as z from 'zod/mini';
import { stableAddress } from '../../domain/media.ts';
import { queryWords } from '../../domain/terms.ts';
import { fittingRows } from '../../http/fitting-rows.ts';
import { route } from '../../http/route.ts';
import type { ListMedia } from '../../media/list-media.ts';
import type { ByAlias } from '../../media/resolve-alias.ts';
import type { UpdateMedia } from '../../media/update-media.ts';
import type { NumberedPage } from '../../media/with-aliases.ts';
import { costOfList, costOfPage } from '../common/cost-of-list.ts';
import { integerText } from '../common/fields.ts';
import { search } from '../common/search-words.ts';
import { described, done, numberIn, required } from './fields.ts';

/** The reference has no bound; one answer does, and further rows are requested by `offset`. */
const MOST_ROWS = 10_000;

const limit = z._default(
  z.pipe(
    z.pipe(z.string().check(z.regex(/^-?\d{1,16}$/, 'Expected a whole number')), z.transform(Number)),
    z.number().check(z.gte(1), z.lte(Number.MAX_SAFE_INTEGER)),
  ),
  Number.MAX_SAFE_INTEGER,
);

type Row = NumberedPage['items'][number];

const rowView = (record: Row) => ({
  id: record.alias,
  name: record.title ?? record.filename,
  path: stableAddress('', record),
  timestamp: record.createdAt,
  tags: record.tags.map(({ name }) => name),
});

export const adminListMedia = route({
  method: 'GET',
  path: '/media',
  summary: 'List records, page by page',
  dialect: 'admin',
  operation: 'list-media',
  access: 'media:read',
  failure: 'Error retrieving media',
  query: z.strictObject({
    order: z._default(z.enum(['added-asc', 'added-desc']), 'added-desc'),
    limit,
    offset: integerText(0, 1_000_000_000, 0),
    search,
  }),
  cost: costOfList,
  costOfAnswer: costOfPage,
  input: ({ query }): ListMedia => ({
    words: query.search?.trim() ? queryWords(query.search) : undefined,
    orderBy: 'createdAt',
    orderDir: query.order === 'added-asc' ? 'asc' : 'desc',
    limit: Math.min(query.limit, MOST_ROWS),
    offset: query.offset,
  }),
  reply: ({ items, total, offset }: NumberedPage) => {
    const media = fittingRows(items, rowView);
    const [from, to] = media.length === 0 ? [0, 0] : [offset + 1, offset + media.length];
    return { status: 200, body: { media, max: total, from, to } };
  },
});

export const adminEditMedia = route({
  method: 'POST',
  path: '/media/edit/{id}',
  summary: 'Change the name and tags of a record',
  dialect: 'admin',
  operation: 'update-media',
  access: 'media:update',
  scopeIn: 'found',
  failure: 'Error updating media',
  body: z.strictObject(described),
  input: ({ path, body }): ByAlias<UpdateMedia> => {
    const { name, tags } = required(body);
    return { alias: numberIn(path.id), edit: { title: name }, tagNames: tags };
  },
  reply: () => done('Media updated successfully'),
});

export const adminDeleteMedia = route({
  method: 'DELETE',
  path: '/media/delete/{id}',
  summary: 'Delete a record for good',
  dialect: 'admin',
  operation: 'purge-media',
  access: 'media:delete',
  scopeIn: 'found',
  needsUploads: true,
  failure: 'Error deleting media',
  input: ({ path }): ByAlias<{ id: string }> => ({ alias: numberIn(path.id) }),
  reply: () => done('Media deleted successfully'),
});

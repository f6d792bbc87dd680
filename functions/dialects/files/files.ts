import * as z from 'zod/mini';
import type { ShownMedia } from '../../domain/media.ts';
import { byName } from '../../domain/record-fields.ts';
import { CHANGES_OF_A_CALL, callsOf } from '../../http/cost.ts';
import { type ReplyContext, route } from '../../http/route.ts';
import type { BulkDelete, BulkDeleted } from '../../media/bulk-delete.ts';
import type { ListedMedia, ListMedia } from '../../media/list-media.ts';
import type { UpdateMedia } from '../../media/update-media.ts';
import { integerText, texts } from '../common/fields.ts';
import { tagNames } from '../common/form-metadata.ts';
import { FILE_TEXTS } from './file-texts.ts';
import { fileView } from './file-view.ts';

const LARGEST_OFFSET = 1_000_000_000;
const MOST_AT_ONCE = 100;

const ORDERS = { created_at: 'createdAt', filename: 'filename', size: 'fileSize' } as const;
type Order = keyof typeof ORDERS;
const SORTS = (Object.keys(ORDERS) as Order[]).flatMap((name) => [name, `-${name}`] as const);

/** `-created_at`: newest first. */
const orderOf = (sort: Order | `-${Order}`): Pick<ListMedia, 'orderBy' | 'orderDir'> => ({
  orderBy: ORDERS[sort.replace('-', '') as Order],
  orderDir: sort.startsWith('-') ? 'desc' : 'asc',
});

const id = ({ path }: { path: Readonly<Record<string, string>> }) => ({ id: path.id ?? '' });
const one = (record: ShownMedia, { publicUrl }: ReplyContext) => ({
  status: 200,
  body: { data: fileView(record, publicUrl) },
});

export const filesListFiles = route({
  method: 'GET',
  path: '/v1/media/files',
  summary: 'List files, page by page',
  dialect: 'files',
  operation: 'list-media',
  access: 'media:read',
  failure: 'Failed to list files',
  query: z.strictObject({
    limit: integerText(1, 100, 20),
    offset: integerText(0, LARGEST_OFFSET, 0),
    sort: z._default(z.enum(SORTS), '-created_at'),
  }),
  input: ({ query: { limit, offset, sort } }): ListMedia => ({ limit, offset, ...orderOf(sort) }),
  reply: ({ items }: ListedMedia, { publicUrl }) => ({
    status: 200,
    body: { data: items.map((record) => fileView(record, publicUrl)) },
  }),
});

export const filesGetFile = route({
  method: 'GET',
  path: '/v1/media/files/{id}',
  summary: 'Get a file',
  dialect: 'files',
  operation: 'get-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to get file',
  input: id,
  reply: one,
});

export const filesUpdateFile = route({
  method: 'PATCH',
  path: '/v1/media/files/{id}',
  summary: 'Change the texts, tags or visibility of a file',
  dialect: 'files',
  operation: 'update-media',
  access: 'media:update',
  scopeIn: 'found',
  readsBack: true,
  failure: 'Failed to update file',
  body: z.strictObject({ ...byName(FILE_TEXTS, (name) => texts[name]), tags: tagNames, visibility: texts.visibility }),
  input: ({ path, body: { tags, ...edit } }): UpdateMedia => ({ id: path.id ?? '', edit, tagNames: tags }),
  reply: one,
});

export const filesDeleteFile = route({
  method: 'DELETE',
  path: '/v1/media/files/{id}',
  summary: 'Move a file to the trash',
  dialect: 'files',
  operation: 'delete-media',
  access: 'media:delete',
  scopeIn: 'found',
  failure: 'Failed to delete file',
  input: id,
  reply: () => ({ status: 204 }),
});

export const filesBulkDelete = route({
  method: 'POST',
  path: '/v1/media/files/bulk-delete',
  summary: 'Move several files to the trash',
  dialect: 'files',
  operation: 'delete-media',
  access: 'media:delete',
  scopeIn: 'found',
  failure: 'Failed to delete files',
  body: z.strictObject({ file_ids: z.array(z.string().check(z.maxLength(200))).check(z.maxLength(MOST_AT_ONCE)) }),
  cost: ({ ids }: BulkDelete) => callsOf(ids.length, CHANGES_OF_A_CALL),
  input: ({ body }): BulkDelete => ({ ids: body.file_ids }),
  reply: ({ deleted }: BulkDeleted) => ({ status: 200, body: { data: { deleted_count: deleted.length } } }),
});

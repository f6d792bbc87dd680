import * as z from 'zod/mini';
import type { ShownMedia } from '../../domain/media.ts';
import { callsOfOffset } from '../../http/cost.ts';
import { fittingRows } from '../../http/fitting-rows.ts';
import { route } from '../../http/route.ts';
import type { ListTrash } from '../../lifecycle/list-trash.ts';
import type { ListedMedia } from '../../media/list-media.ts';
import { integerText } from '../common/fields.ts';
import { envelope, mediaView } from './media-view.ts';

const LARGEST_OFFSET = 1_000_000_000;

const id = ({ path }: { path: Readonly<Record<string, string>> }) => ({ id: path.id ?? '' });

export const v1ListTrash = route({
  method: 'GET',
  path: '/api/v1/trash',
  summary: 'List the records in the trash',
  dialect: 'v1',
  operation: 'list-trash',
  access: 'media:read',
  failure: 'Failed to list the trash',
  query: z.strictObject({
    limit: integerText(1, 100, 20),
    offset: integerText(0, LARGEST_OFFSET, 0),
    orderBy: z._default(z.enum(['createdAt', 'filename', 'fileSize']), 'createdAt'),
    orderDir: z._default(z.enum(['asc', 'desc']), 'desc'),
  }),
  cost: ({ offset }: ListTrash) => callsOfOffset(offset),
  input: ({ query }): ListTrash => query,
  reply: ({ items, total, limit, offset }: ListedMedia, context) => ({
    status: 200,
    body: envelope({
      data: fittingRows(items, (record) => ({ ...mediaView(record, context), deletedAt: record.deletedAt })),
      total,
      limit,
      offset,
    }),
  }),
});

export const v1RestoreMedia = route({
  method: 'POST',
  path: '/api/v1/media/{id}/restore',
  summary: 'Restore a record from the trash',
  dialect: 'v1',
  operation: 'restore-media',
  access: 'media:update',
  scopeIn: 'found',
  readsBack: true,
  failure: 'Failed to restore media',
  input: id,
  reply: (record: ShownMedia, context) => ({ status: 200, body: envelope(mediaView(record, context)) }),
});

export const v1PurgeMedia = route({
  method: 'DELETE',
  path: '/api/v1/trash/{id}',
  summary: 'Delete a record in the trash for good',
  dialect: 'v1',
  operation: 'purge-media',
  access: 'media:delete',
  scopeIn: 'found',
  failure: 'Failed to purge media',
  input: id,
  reply: () => ({ status: 200, body: envelope({ message: 'Media purged successfully' }) }),
});

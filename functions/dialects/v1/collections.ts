import * as z from 'zod/mini';
import type { CollectionPage } from '../../collections/collections.ts';
import type { Collection } from '../../domain/collection.ts';
import { callsOf, READS_OF_A_CALL } from '../../http/cost.ts';
import { route } from '../../http/route.ts';
import { identifier, integerText, label } from '../common/fields.ts';
import { envelope, mediaView } from './media-view.ts';

const collectionView = ({ id, teamId, name, count, createdBy, createdAt, updatedAt, version }: Collection) => ({
  id,
  teamId,
  name,
  count,
  createdBy,
  createdAt,
  updatedAt,
  version,
});

/** Records of one call: as many as a page has. */
const MOST_AT_ONCE = 100;

const mediaId = z.string().check(z.regex(/^[\w-]{1,64}$/, 'Expected the id of a record'));
const mediaIds = z.array(mediaId).check(z.maxLength(MOST_AT_ONCE));
const costOfIds = ({ mediaIds: ids }: { readonly mediaIds: readonly string[] }): number =>
  callsOf(ids.length, READS_OF_A_CALL);

const WHAT = 'Collection';
const ofCollections = { dialect: 'v1', operation: 'manage-collections', subject: WHAT } as const;
const found = { scopeIn: 'found' } as const;
const idIn = ({ path }: { readonly path: Readonly<Record<string, string>> }) => ({ id: identifier(path.id, WHAT) });
const one = (status: 200 | 201) => (collection: Collection) => ({ status, body: envelope(collectionView(collection)) });

export const v1CreateCollection = route({
  ...ofCollections,
  method: 'POST',
  path: '/api/v1/collections',
  summary: 'Create a collection',
  access: 'media:update',
  failure: 'Failed to create the collection',
  idempotent: true,
  readsBack: true,
  body: z.strictObject({ name: label, mediaIds: z._default(mediaIds, []) }),
  cost: costOfIds,
  input: ({ body }) => body,
  reply: one(201),
});

export const v1ListCollections = route({
  ...ofCollections,
  method: 'GET',
  path: '/api/v1/collections',
  summary: 'List the collections of the team',
  access: 'media:read',
  failure: 'Failed to list the collections',
  input: () => undefined,
  reply: (collections: readonly Collection[]) => ({ status: 200, body: envelope(collections.map(collectionView)) }),
});

export const v1GetCollection = route({
  ...ofCollections,
  ...found,
  method: 'GET',
  path: '/api/v1/collections/{id}',
  summary: 'Get a collection',
  access: 'media:read',
  failure: 'Failed to get the collection',
  input: idIn,
  reply: one(200),
});

export const v1RenameCollection = route({
  ...ofCollections,
  ...found,
  method: 'PATCH',
  path: '/api/v1/collections/{id}',
  summary: 'Rename a collection',
  access: 'media:update',
  failure: 'Failed to rename the collection',
  readsBack: true,
  body: z.strictObject({ name: label }),
  input: ({ path, body }) => ({ ...idIn({ path }), ...body }),
  reply: one(200),
});

export const v1DeleteCollection = route({
  ...ofCollections,
  ...found,
  method: 'DELETE',
  path: '/api/v1/collections/{id}',
  summary: 'Delete a collection, and none of its records',
  access: 'media:delete',
  failure: 'Failed to delete the collection',
  input: idIn,
  reply: () => ({ status: 200, body: envelope({ message: 'Collection deleted successfully' }) }),
});

export const v1ListCollected = route({
  ...ofCollections,
  ...found,
  method: 'GET',
  path: '/api/v1/collections/{id}/items',
  summary: 'List the records of a collection in its order',
  access: 'media:read',
  failure: 'Failed to list the records of the collection',
  query: z.strictObject({
    limit: integerText(1, MOST_AT_ONCE, 50),
    cursor: z.optional(z.string().check(z.regex(/^\d{1,6}$/, 'Expected the cursor of a page'))),
  }),
  input: ({ path, query }) => ({ ...idIn({ path }), ...query }),
  reply: ({ items, total, nextCursor }: CollectionPage, context) => ({
    status: 200,
    body: envelope({
      data: items.map((record) => mediaView(record, context)),
      total,
      ...(nextCursor === undefined ? {} : { nextCursor }),
    }),
  }),
});

export const v1PlaceInCollection = route({
  ...ofCollections,
  ...found,
  method: 'POST',
  path: '/api/v1/collections/{id}/items',
  summary: 'Add records to a collection, or move those that it has',
  access: 'media:update',
  failure: 'Failed to add to the collection',
  readsBack: true,
  body: z.strictObject({
    mediaIds: z.array(mediaId).check(z.minLength(1), z.maxLength(MOST_AT_ONCE)),
    /** The record that they are put before; without it they come to the end. */
    before: z.optional(z.nullable(mediaId)),
  }),
  cost: costOfIds,
  input: ({ path, body }) => ({ ...idIn({ path }), ...body }),
  reply: one(200),
});

export const v1RemoveFromCollection = route({
  ...ofCollections,
  ...found,
  method: 'DELETE',
  path: '/api/v1/collections/{id}/items',
  summary: 'Remove records from a collection',
  access: 'media:delete',
  failure: 'Failed to remove from the collection',
  query: z.strictObject({
    mediaIds: z.pipe(
      z.pipe(
        z.string().check(z.minLength(1), z.maxLength(65 * MOST_AT_ONCE)),
        z.transform((text: string) => text.split(',')),
      ),
      mediaIds,
    ),
  }),
  input: ({ path, query }) => ({ ...idIn({ path }), ...query }),
  reply: one(200),
});

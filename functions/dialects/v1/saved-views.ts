import * as z from 'zod/mini';
import type { NewSavedView } from '../../collections/saved-views.ts';
import type { SavedView } from '../../domain/saved-view.ts';
import { route } from '../../http/route.ts';
import { identifier, label } from '../common/fields.ts';
import { envelope } from './media-view.ts';

const viewOf = ({ id, name, query, isShared, createdBy, createdAt, updatedAt }: SavedView) => ({
  id,
  name,
  query,
  isShared,
  createdBy,
  createdAt,
  updatedAt,
});

const MOST_PARAMETERS = 20;
const query = z
  .record(
    z.string().check(z.regex(/^[a-zA-Z]{1,30}$/, 'Expected the name of a parameter')),
    z.string().check(z.maxLength(400)),
  )
  .check(z.refine((given) => Object.keys(given).length <= MOST_PARAMETERS, `Expected at most ${MOST_PARAMETERS}`));

const ofViews = { dialect: 'v1', operation: 'manage-collections', access: 'signed-in', subject: 'View' } as const;

export const v1CreateSavedView = route({
  ...ofViews,
  method: 'POST',
  path: '/api/v1/views',
  summary: 'Create a saved view of the library',
  failure: 'Failed to save the view',
  idempotent: true,
  body: z.strictObject({ name: label, query, isShared: z._default(z.boolean(), false) }),
  input: ({ body }): NewSavedView => body,
  reply: (view: SavedView) => ({ status: 201, body: envelope(viewOf(view)) }),
});

export const v1ListSavedViews = route({
  ...ofViews,
  method: 'GET',
  path: '/api/v1/views',
  summary: 'List the saved views of the team and of the caller',
  failure: 'Failed to list the views',
  input: () => undefined,
  reply: (views: readonly SavedView[]) => ({ status: 200, body: envelope(views.map(viewOf)) }),
});

export const v1ChangeSavedView = route({
  ...ofViews,
  method: 'PATCH',
  path: '/api/v1/views/{id}',
  summary: 'Change a saved view',
  failure: 'Failed to change the view',
  body: z
    .strictObject({ name: z.optional(label), query: z.optional(query) })
    .check(z.refine((body) => Object.keys(body).length > 0, 'Expected at least one field')),
  input: ({ path, body }) => ({ ...body, id: identifier(path.id, 'View') }),
  reply: (view: SavedView) => ({ status: 200, body: envelope(viewOf(view)) }),
});

export const v1DeleteSavedView = route({
  ...ofViews,
  method: 'DELETE',
  path: '/api/v1/views/{id}',
  summary: 'Delete a saved view',
  failure: 'Failed to delete the view',
  input: ({ path }) => ({ id: identifier(path.id, 'View') }),
  reply: () => ({ status: 200, body: envelope({ message: 'View deleted successfully' }) }),
});

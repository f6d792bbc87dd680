import * as z from 'zod/mini';
import type { UpdateMedia } from '../../media/update-media.ts';
import { tagNames } from '../form-words.ts';
import { route } from '../route.ts';
import { texts } from '../v1/fields.ts';
import { one } from './items.ts';

export const baseUpdateItem = route({
  method: 'PUT',
  path: '/base/api/media/{id}',
  dialect: 'base',
  operation: 'update-media',
  access: 'media:update',
  scopeIn: 'found',
  failure: 'Failed to update media',
  // Loaded late: few edits are forms, and the reader of forms is no small library.
  form: async (event) => (await import('../form-fields.ts')).formFields(event),
  body: z.strictObject({
    title: texts.title,
    description: texts.description,
    tags: tagNames,
    visibility: texts.visibility,
  }),
  input: ({ path, body: { tags, ...edit } }): UpdateMedia => ({ id: path.id ?? '', edit, tagNames: tags }),
  reply: one,
});

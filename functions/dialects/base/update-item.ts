import * as z from 'zod/mini';
import { byName } from '../../domain/record-fields.ts';
import { route } from '../../http/route.ts';
import type { UpdateMedia } from '../../media/update-media.ts';
import { texts } from '../common/fields.ts';
import { tagNames } from '../common/form-metadata.ts';
import { FIXED_FIELDS, itemEdit, type SentFields } from './item-edit.ts';
import { ITEM_TEXTS } from './item-texts.ts';
import { one } from './items.ts';

const sentBack = z.optional(z.nullable(z.union([z.string().check(z.maxLength(4000)), z.number()])));
const fixed = Object.fromEntries(FIXED_FIELDS.map((name) => [name, sentBack])) as Record<
  (typeof FIXED_FIELDS)[number],
  typeof sentBack
>;

export const baseUpdateItem = route({
  method: 'PUT',
  path: '/base/api/media/{id}',
  summary: 'Change the texts of an item',
  dialect: 'base',
  operation: 'update-media',
  access: 'media:update',
  scopeIn: 'found',
  readsBack: true,
  failure: 'Failed to update media',
  // Loaded late: few edits are forms, and the reader of forms is no small library.
  form: async (event) => (await import('../common/form-fields.ts')).formFields(event),
  body: z.strictObject({
    ...fixed,
    ...byName(ITEM_TEXTS, (name) => texts[name]),
    tags: tagNames,
    visibility: texts.visibility,
  }),
  input: ({ path, body, publicUrl }): UpdateMedia => {
    const edit = { ...byName(ITEM_TEXTS, (name) => body[name]), visibility: body.visibility };
    const sent: SentFields = byName(FIXED_FIELDS, (name) => body[name]);
    return { id: path.id ?? '', edit: itemEdit(edit, sent, publicUrl), tagNames: body.tags };
  },
  reply: one,
});

import * as z from 'zod/mini';
import { VISIBILITIES } from '../../domain/media.ts';
import { byName, RECORD_TEXTS } from '../../domain/record-fields.ts';
import { answer, type DialectDocument } from '../common/dialect-document.ts';
import { ITEM_TEXTS } from './item-texts.ts';

const count = z.int().check(z.nonnegative());
const time = z.iso.datetime();

const Item = z.strictObject({
  id: z.string(),
  ...byName(ITEM_TEXTS, () => z.nullable(z.string())),
  title: z.string(),
  url: z.nullable(z.url()),
  filename: z.string(),
  mimeType: z.string(),
  size: count,
  width: z.nullable(count),
  height: z.nullable(count),
  tags: z.array(z.string()),
  createdAt: time,
  updatedAt: time,
});

const file = { type: 'string', format: 'binary' };

/** The answers of `base`, by route. */
export const baseDocument: DialectDocument = {
  title: 'Mediashelf: base',
  description: 'The library as part of an application, for holders of a bearer token.',
  answers: {
    'GET /base/api/media': answer(
      200,
      z.strictObject({ items: z.array(Item), total: count, page: count, limit: count, totalPages: count }),
    ),
    'POST /base/api/media': answer(201, Item),
    'GET /base/api/media/all': answer(200, z.array(Item)),
    'GET /base/api/media/{id}': answer(200, Item),
    'PUT /base/api/media/{id}': answer(200, Item),
    'DELETE /base/api/media/{id}': answer(200, z.strictObject({ message: z.string() })),
    'PUT /base/api/media/{id}/file': answer(200, Item),
    'DELETE /base/api/media/{id}/file': answer(200, Item),
  },
  error: z.strictObject({ error: z.string() }),
  schemas: { Item },
  forms: {
    'POST /base/api/media': {
      type: 'object',
      properties: {
        file,
        ...byName(ITEM_TEXTS, (name) => ({ type: 'string', maxLength: RECORD_TEXTS[name].longest })),
        tags: { type: 'array', items: { type: 'string', maxLength: 100 } },
        visibility: { enum: [...VISIBILITIES] },
      },
      required: ['file'],
    },
    'PUT /base/api/media/{id}/file': { type: 'object', properties: { file }, required: ['file'] },
  },
};

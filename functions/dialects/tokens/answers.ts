import * as z from 'zod/mini';
import { answer, type DialectDocument } from '../common/dialect-document.ts';

const count = z.int().check(z.nonnegative());
const time = z.iso.datetime();

const Media = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.enum(['image', 'video', 'audio', 'file']),
  mime_type: z.string(),
  size: count,
  path: z.string(),
  url: z.nullable(z.url()),
  width: z.nullable(count),
  height: z.nullable(count),
  duration: z.nullable(z.number()),
  created_at: time,
  updated_at: time,
  created_by: z.string(),
});

const one = z.strictObject({ data: Media });

/** The answers of `tokens`, by route. */
export const tokensDocument: DialectDocument = {
  title: 'Mediashelf: tokens',
  description: 'The library for programs that hold an API token with scopes.',
  answers: {
    'GET /api/media': answer(
      200,
      z.strictObject({
        data: z.array(Media),
        meta: z.strictObject({ total: count, page: count, page_size: count }),
      }),
    ),
    'GET /api/media/{id}': answer(200, one),
    'POST /api/media': answer(201, one),
    'DELETE /api/media/{id}': answer(204),
  },
  error: z.strictObject({ error: z.string() }),
  schemas: { Media },
  forms: {
    'POST /api/media': {
      type: 'object',
      properties: { file: { type: 'string', format: 'binary' } },
      required: ['file'],
    },
  },
  // A type that is not accepted is a bad request there.
  without: [415],
};

import * as z from 'zod/mini';
import { codesOf, ERROR_REFERENCE } from '../../domain/error-reference.ts';
import { MediaError } from '../../domain/errors.ts';
import { answer, type DialectDocument } from '../common/dialect-document.ts';
import { admin } from './dialect.ts';

const done = z.strictObject({ data: z.string(), code: z.literal(200) });
/** `code` of an error repeats the status. */
const statuses = codesOf(ERROR_REFERENCE).map((code) => admin.refuse(new MediaError(code, '')).status);
const position = z.int().check(z.nonnegative());

const Media = z.strictObject({
  id: z.int(),
  name: z.string(),
  path: z.string(),
  timestamp: z.iso.datetime(),
  tags: z.array(z.string()),
});

/** The answers of `admin`, by route. */
export const adminDocument: DialectDocument = {
  title: 'Mediashelf: admin',
  description: 'The library for administrative tools that carry the cookie of a login.',
  answers: {
    'GET /media': answer(200, z.strictObject({ media: z.array(Media), max: position, from: position, to: position })),
    'POST /media/edit/{id}': answer(200, done),
    'POST /media/add': answer(200, done),
    'DELETE /media/delete/{id}': answer(200, done),
  },
  error: z.strictObject({
    data: z.string(),
    code: z.literal([...new Set(statuses)].toSorted((one, other) => one - other)),
  }),
  schemas: { Media },
  forms: {},
};

import * as z from 'zod/mini';
import type { DialectDocument } from './dialect-document.ts';

/** What `admin` answers, by route. */
export const adminDocument: DialectDocument = {
  title: 'Mediashelf: admin',
  description: 'The library for administrative tools that carry the cookie of a login.',
  answers: {},
  error: z.strictObject({ data: z.string(), code: z.int() }),
  schemas: {},
  forms: {},
};

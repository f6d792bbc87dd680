import * as z from 'zod/mini';
import type { DialectDocument } from './dialect-document.ts';

/** What `base` answers, by route. */
export const baseDocument: DialectDocument = {
  title: 'Mediashelf: base',
  description: 'The library as part of an application, for holders of a bearer token.',
  answers: {},
  error: z.strictObject({ error: z.string() }),
  schemas: {},
  forms: {},
};

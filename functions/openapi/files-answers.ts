import * as z from 'zod/mini';
import type { DialectDocument } from './dialect-document.ts';

/** What `files` answers, by route. */
export const filesDocument: DialectDocument = {
  title: 'Mediashelf: files',
  description: 'The library as a place for files: upload, list, download, stream.',
  answers: {},
  error: z.strictObject({ detail: z.string() }),
  schemas: {},
  forms: {},
};

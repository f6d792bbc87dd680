import * as z from 'zod/mini';
import { type Answer, answer } from '../common/dialect-document.ts';
import { Media } from './media-answers.ts';
import { count, id, message, time } from './shapes.ts';

const Collection = z.strictObject({
  id,
  teamId: id,
  name: z.string(),
  count,
  createdBy: id,
  createdAt: time,
  updatedAt: time,
  version: count,
});
const Page = z.strictObject({ data: z.array(Media), total: count, nextCursor: z.optional(z.string()) });

const View = z.strictObject({
  id,
  name: z.string(),
  query: z.record(z.string(), z.string()),
  isShared: z.boolean(),
  createdBy: id,
  createdAt: time,
  updatedAt: time,
});

/** The answers of v1 about collections and saved views. */
export const collectionAnswers: Readonly<Record<string, Answer>> = {
  'POST /api/v1/collections': answer(201, Collection),
  'GET /api/v1/collections': answer(200, z.array(Collection)),
  'GET /api/v1/collections/{id}': answer(200, Collection),
  'PATCH /api/v1/collections/{id}': answer(200, Collection),
  'DELETE /api/v1/collections/{id}': answer(200, message),
  'GET /api/v1/collections/{id}/items': answer(200, Page),
  'POST /api/v1/collections/{id}/items': answer(200, Collection),
  'DELETE /api/v1/collections/{id}/items': answer(200, Collection),
  'POST /api/v1/views': answer(201, View),
  'GET /api/v1/views': answer(200, z.array(View)),
  'PATCH /api/v1/views/{id}': answer(200, View),
  'DELETE /api/v1/views/{id}': answer(200, message),
};

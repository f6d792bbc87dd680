import * as z from 'zod/mini';
import { BULK_KINDS } from '../../domain/bulk.ts';
import { codesOf, ERROR_REFERENCE } from '../../domain/error-reference.ts';
import { VISIBILITIES } from '../../domain/media.ts';
import { type Answer, answer } from '../common/dialect-document.ts';
import { count, id, nullable, text, time } from './shapes.ts';

const Failure = z.strictObject({
  id,
  /** Null for a caller who may not see the record. */
  filename: text,
  code: z.enum(codesOf(ERROR_REFERENCE)),
  message: z.string(),
});

const Job = z.strictObject({
  id,
  action: z.enum(BULK_KINDS),
  status: z.enum(['queued', 'running', 'done', 'cancelled', 'failed']),
  /** Why it failed. */
  reason: text,
  /** The records that matched when it started. */
  total: count,
  changed: count,
  unchanged: count,
  failed: count,
  /** The first hundred of them. */
  failures: z.array(Failure),
  cancelling: z.boolean(),
  /** The job that takes it back. */
  undoneBy: nullable(id),
  createdAt: time,
  updatedAt: time,
});

/** With ids each of them is in one of the lists, once; with a query there is a job. */
const Changed = z.strictObject({
  changed: z.optional(z.array(z.strictObject({ id, was: z.optional(z.enum(VISIBILITIES)) }))),
  unchanged: z.optional(z.array(id)),
  failures: z.optional(z.array(Failure)),
  job: z.optional(Job),
});

const changed: Answer = { ...answer(200, Changed), also: [202] };

/** The answers of v1 about changes of many records. */
export const bulkAnswers: Readonly<Record<string, Answer>> = {
  'POST /api/v1/bulk/tag': changed,
  'POST /api/v1/bulk/untag': changed,
  'POST /api/v1/bulk/delete': changed,
  'POST /api/v1/bulk/restore': changed,
  'POST /api/v1/bulk/visibility': changed,
  'GET /api/v1/bulk/jobs/{id}': answer(200, Job),
  'DELETE /api/v1/bulk/jobs/{id}': answer(200, Job),
  'POST /api/v1/bulk/jobs/{id}/undo': answer(202, Job),
};

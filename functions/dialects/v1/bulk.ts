import * as z from 'zod/mini';
import type { BulkChange, BulkChanged } from '../../bulk/bulk-change.ts';
import {
  BULK_SCOPES,
  type BulkAction,
  type BulkJob,
  type BulkQuery,
  MOST_BULK_IDS,
  MOST_EXCEPTIONS,
} from '../../domain/bulk.ts';
import { VISIBILITIES } from '../../domain/media.ts';
import { MOST_TAGS_ASKED } from '../../domain/tag.ts';
import { queryWords } from '../../domain/terms.ts';
import { CHANGES_OF_A_CALL, callsOf } from '../../http/cost.ts';
import { route } from '../../http/route.ts';
import { search } from '../common/search-words.ts';
import { envelope } from './media-view.ts';

const id = z.string().check(z.minLength(1), z.maxLength(64));
const ids = (most: number) => z.array(id).check(z.maxLength(most));
const tagIds = z.optional(ids(MOST_TAGS_ASKED));

const Query = z.strictObject({
  search,
  type: z.optional(z.enum(['image', 'video', 'all'])),
  tagIds,
  tagSlugs: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(MOST_TAGS_ASKED))),
});

/** The trash has no search: all of it is restored. */
const WholeTrash = z.strictObject({});

interface Selected {
  readonly ids?: readonly string[] | undefined;
  readonly query?: object | undefined;
  readonly except?: readonly string[] | undefined;
}

const isOneOrTheOther = ({ ids: named, query, except }: Selected): boolean =>
  named === undefined ? query !== undefined : query === undefined && except === undefined;
const ONE_OR_THE_OTHER = 'Expected either ids, or a query with or without except';

const selecting = <Q extends z.ZodMiniType>(query: Q) => ({
  ids: z.optional(z.array(id).check(z.minLength(1), z.maxLength(MOST_BULK_IDS))),
  query: z.optional(query),
  except: z.optional(ids(MOST_EXCEPTIONS)),
});

const bodyOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape).check(z.refine((body) => isOneOrTheOther(body as Selected), ONE_OR_THE_OTHER));

const queryOf = ({ search: text, type, ...query }: z.output<typeof Query>): BulkQuery => ({
  ...query,
  words: text?.trim() ? queryWords(text) : undefined,
  kind: type === 'all' ? undefined : type,
});

const changeOf = ({ ids: named, query, except = [] }: Selected, action: BulkAction): BulkChange =>
  named ? { action, ids: named } : { action, query: queryOf(query as z.output<typeof Query>), except };

/** A job does the work of many calls in its team's own turn; starting one is no reason to refuse all other calls of the minute. */
const MOST_CALLS_OF_JOB = 100;

const jobView = (job: BulkJob) => {
  const { id: jobId, action, status, reason, total, changed, unchanged, failed, failures } = job;
  const { cancelling, undoneBy, createdAt, updatedAt } = job;
  return {
    ...{ id: jobId, action: action.kind, status, reason, total, changed, unchanged, failed, failures },
    ...{ cancelling: cancelling ?? false, undoneBy: undoneBy ?? null, createdAt, updatedAt },
  };
};

const answered = (output: BulkChanged) =>
  'job' in output
    ? { status: 202, body: envelope({ job: jobView(output.job) }) }
    : { status: 200, body: envelope(output.results) };

const ofBulk = {
  dialect: 'v1',
  operation: 'bulk-media',
  scopeIn: 'found',
  cost: (input: BulkChange) => ('ids' in input ? callsOf(input.ids.length, CHANGES_OF_A_CALL) : 1),
  costOfAnswer: (output: BulkChanged) =>
    'job' in output ? Math.min(MOST_CALLS_OF_JOB, callsOf(output.job.total, CHANGES_OF_A_CALL)) : 1,
  reply: answered,
} as const;

export const v1BulkTag = route({
  ...ofBulk,
  method: 'POST',
  path: '/api/v1/bulk/tag',
  summary: 'Add a tag to many records',
  access: BULK_SCOPES.tag,
  failure: 'Failed to tag media',
  idempotent: true,
  body: bodyOf({ ...selecting(Query), tagId: id }),
  input: ({ body }) => changeOf(body, { kind: 'tag', tagId: body.tagId }),
});

export const v1BulkUntag = route({
  ...ofBulk,
  method: 'POST',
  path: '/api/v1/bulk/untag',
  summary: 'Remove a tag from many records',
  access: BULK_SCOPES.untag,
  failure: 'Failed to untag media',
  idempotent: true,
  body: bodyOf({ ...selecting(Query), tagId: id }),
  input: ({ body }) => changeOf(body, { kind: 'untag', tagId: body.tagId }),
});

export const v1BulkDelete = route({
  ...ofBulk,
  method: 'POST',
  path: '/api/v1/bulk/delete',
  summary: 'Move many records to the trash',
  access: BULK_SCOPES.delete,
  failure: 'Failed to delete media',
  idempotent: true,
  body: bodyOf(selecting(Query)),
  input: ({ body }) => changeOf(body, { kind: 'delete' }),
});

export const v1BulkRestore = route({
  ...ofBulk,
  method: 'POST',
  path: '/api/v1/bulk/restore',
  summary: 'Restore many records from the trash, or all of it',
  access: BULK_SCOPES.restore,
  failure: 'Failed to restore media',
  idempotent: true,
  body: bodyOf(selecting(WholeTrash)),
  input: ({ body }) => changeOf(body, { kind: 'restore' }),
});

export const v1BulkVisibility = route({
  ...ofBulk,
  method: 'POST',
  path: '/api/v1/bulk/visibility',
  summary: 'Change the visibility of many records',
  access: BULK_SCOPES.visibility,
  failure: 'Failed to change the visibility of media',
  idempotent: true,
  body: bodyOf({ ...selecting(Query), visibility: z.enum(VISIBILITIES) }),
  input: ({ body }) => changeOf(body, { kind: 'visibility', visibility: body.visibility }),
});

const ofJobs = { dialect: 'v1', operation: 'bulk-media', scopeIn: 'found', subject: 'Job' } as const;
const named = ({ path }: { path: Readonly<Record<string, string>> }) => ({ id: path.id ?? '' });

export const v1GetBulkJob = route({
  ...ofJobs,
  method: 'GET',
  path: '/api/v1/bulk/jobs/{id}',
  summary: 'Get the progress of a change of many records',
  access: 'media:read',
  failure: 'Failed to get the job',
  input: named,
  reply: (job: BulkJob) => ({ status: 200, body: envelope(jobView(job)) }),
});

export const v1CancelBulkJob = route({
  ...ofJobs,
  method: 'DELETE',
  path: '/api/v1/bulk/jobs/{id}',
  summary: 'Cancel a change of many records',
  access: 'media:update',
  alsoFor: 'media:delete',
  readsBack: true,
  failure: 'Failed to stop the job',
  input: named,
  reply: (job: BulkJob) => ({ status: 200, body: envelope(jobView(job)) }),
});

export const v1UndoBulkJob = route({
  ...ofJobs,
  method: 'POST',
  path: '/api/v1/bulk/jobs/{id}/undo',
  summary: 'Restore what a change of many records changed',
  access: 'media:update',
  alsoFor: 'media:delete',
  readsBack: true,
  failure: 'Failed to undo the job',
  input: named,
  reply: (job: BulkJob) => ({ status: 202, body: envelope(jobView(job)) }),
});

/** Every route about many records. */
export const bulkRoutes = [
  v1BulkTag,
  v1BulkUntag,
  v1BulkDelete,
  v1BulkRestore,
  v1BulkVisibility,
  v1GetBulkJob,
  v1CancelBulkJob,
  v1UndoBulkJob,
] as const;

import {
  BULK_SCOPES,
  type BulkAction,
  type BulkJob,
  type BulkQuery,
  type BulkSelection,
  hasEnded,
  reverseOf,
} from '../domain/bulk.ts';
import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { admitTo, insufficient, namedBy, type Principal, scopesIn } from '../domain/principal.ts';
import type { Scope } from '../domain/scopes.ts';
import { requireNoGuest } from '../domain/team-rules.ts';
import type { Claims } from '../table/claim-store.ts';
import type { BulkQueue } from './bulk-queue.ts';
import type { BulkStore } from './bulk-store.ts';
import { claimOf, MOST_JOBS, ONE_LANE, RESERVED_SECONDS } from './job-limits.ts';

export interface BulkJobsDeps {
  readonly jobs: Pick<BulkStore, 'get' | 'create' | 'createUndo' | 'cancel' | 'forget'>;
  readonly count: (selection: { action: BulkAction; query: BulkQuery }, principal: Principal) => Promise<number>;
  readonly claims: Claims;
  readonly queue: Pick<BulkQueue, 'add'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface StartBulk {
  readonly action: BulkAction;
  readonly query: BulkQuery;
  readonly except: readonly string[];
}

const requireScope = (principal: Principal, teamId: string, scope: Scope): void => {
  if (!scopesIn(principal, teamId).has(scope)) throw insufficient(scope);
};

/** A job acts on what its maker sees: a caller who may change records and not read them cannot select any by a query. */
const requireRights = (principal: Principal, teamId: string, { kind }: BulkAction): void => {
  requireNoGuest(principal);
  requireScope(principal, teamId, BULK_SCOPES[kind]);
  requireScope(principal, teamId, 'media:read');
};

type NewJob = Pick<BulkJob, 'id' | 'teamId' | 'action' | 'selection' | 'total'>;

const newJob = (made: NewJob, principal: Principal, { clock }: Pick<BulkJobsDeps, 'clock'>): BulkJob => {
  const now = clock().toISOString();
  return {
    ...made,
    userId: principal.userId,
    by: namedBy(principal),
    status: 'queued',
    reason: null,
    changed: 0,
    unchanged: 0,
    failed: 0,
    failures: [],
    page: 0,
    after: null,
    createdAt: now,
    updatedAt: now,
  };
};

/** Reserves one of the places of the person and the team; throws `RATE_LIMITED` without a free one. */
const reserve = async ({ id, teamId, userId }: BulkJob, claims: Claims): Promise<void> => {
  const { share } = claimOf(teamId);
  const limits = { ...MOST_JOBS, lanes: ONE_LANE };
  if (await claims.take(share, id, { holder: userId, limits, seconds: RESERVED_SECONDS })) return;
  throw new MediaError('RATE_LIMITED', 'Other changes of many records are still under way', { retryAfter: 10 });
};

const announceTo = (queue: Pick<BulkQueue, 'add'>, { id, teamId, page }: BulkJob): Promise<void> =>
  queue.add({ jobId: id, teamId, page });

/** A job that is there: a repetition sends the message that the call before may have failed to send. */
const toldAgain = async (job: BulkJob, { queue }: Pick<BulkJobsDeps, 'queue'>): Promise<BulkJob> => {
  if (job.status === 'queued') await announceTo(queue, job);
  return job;
};

/** Starts a change of all records of the caller's team that match at this moment. */
export const startBulk =
  (deps: BulkJobsDeps) =>
  async ({ input: { action, query, except }, principal, keyed }: Call<StartBulk>): Promise<BulkJob> => {
    const { teamId } = principal;
    requireRights(principal, teamId, action);
    const id = idsOf({ keyed }, deps.newId)();
    const before = await madeBefore({ keyed }, () => deps.jobs.get(id));
    if (before) return toldAgain(before, deps);
    const matching = await deps.count({ action, query }, principal);
    const selection: BulkSelection = { query, except, until: deps.clock().toISOString() };
    const total = Math.max(0, matching - except.length);
    const job = newJob({ id, teamId, action, selection, total }, principal, deps);
    await reserve(job, deps.claims);
    try {
      await deps.jobs.create(job);
      await announceTo(deps.queue, job);
    } catch (error) {
      // Without a message, no function would ever come to it: its maker is told, and starts another.
      await deps.jobs.forget(job.id);
      await deps.claims.release(claimOf(teamId).share, job.id);
      keyed?.undone();
      throw error;
    }
    return job;
  };

/** The job of this id, for its maker alone. */
const findJob = async (jobs: Pick<BulkStore, 'get'>, principal: Principal, id: string): Promise<BulkJob> => {
  const job = await jobs.get(id);
  if (!job || job.userId !== principal.userId) throw notFound('Job');
  if (!principal.teams.some(({ teamId }) => teamId === job.teamId)) throw notFound('Job');
  return job;
};

/** A job with its progress. */
export const getBulkJob =
  ({ jobs }: Pick<BulkJobsDeps, 'jobs'>) =>
  async ({ input: { id }, principal }: Call<{ id: string }>): Promise<BulkJob> => {
    const job = await findJob(jobs, principal, id);
    admitTo(principal, job.teamId, 'Job');
    return job;
  };

/** Stops a job after the page that is under way. What it changed stays changed, and can be undone. */
export const cancelBulkJob =
  ({ jobs, clock }: Pick<BulkJobsDeps, 'jobs' | 'clock'>) =>
  async ({ input: { id }, principal }: Call<{ id: string }>): Promise<BulkJob> => {
    const job = await findJob(jobs, principal, id);
    requireRights(principal, job.teamId, job.action);
    return (await jobs.cancel(id, clock().toISOString())) ?? (await findJob(jobs, principal, id));
  };

/** Starts a job that takes back what another one changed, and nothing else. A repetition answers the same job. */
export const undoBulkJob =
  (deps: BulkJobsDeps) =>
  async ({ input: { id }, principal }: Call<{ id: string }>): Promise<BulkJob> => {
    const undone = await findJob(deps.jobs, principal, id);
    const { teamId } = undone;
    const action = reverseOf(undone.action);
    requireRights(principal, teamId, action);
    if (!hasEnded(undone)) throw new MediaError('CONFLICT', 'This change is still under way: cancel it first');
    if (undone.undoneBy === undefined) {
      const made = { id: deps.newId(), teamId, action, selection: { undoOf: id }, total: undone.changed };
      const job = newJob(made, principal, deps);
      await reserve(job, deps.claims);
      if (!(await deps.jobs.createUndo(job, id))) await deps.claims.release(claimOf(teamId).share, job.id);
    }
    const { undoneBy = '' } = await findJob(deps.jobs, principal, id);
    return toldAgain(await findJob(deps.jobs, principal, undoneBy), deps);
  };

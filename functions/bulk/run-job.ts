import { type FindHolderDeps, holderOfNamed } from '../accounts/find-holder.ts';
import { BULK_SCOPES, type BulkJob, type ChangedRecord, hasEnded } from '../domain/bulk.ts';
import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { type Principal, scopesIn } from '../domain/principal.ts';
import type { Claims } from '../table/claim-store.ts';
import type { BulkQueue, BulkTask } from './bulk-queue.ts';
import type { BulkPage, BulkStore } from './bulk-store.ts';
import type { BulkResults, ChangeMany } from './change-many.ts';
import type { ChangeRecord } from './change-record.ts';
import { claimOf } from './job-limits.ts';

export interface RunBulkDeps extends FindHolderDeps {
  readonly jobs: Pick<BulkStore, 'get' | 'page' | 'plan' | 'noteChanges' | 'advance' | 'end'>;
  readonly selectPage: (job: BulkJob, principal: Principal) => Promise<BulkPage>;
  readonly changeMany: (call: Call<ChangeMany>) => Promise<BulkResults>;
  readonly queue: Pick<BulkQueue, 'add'>;
  readonly claims: Pick<Claims, 'release'>;
  readonly clock: Clock;
}

const NOT_PERMITTED = 'Its maker may not do this any more';

/**
 * Works on a job until it ends or the time is up; then another message goes on. A message that comes twice, late or after a
 * crash does no step twice: pages are stored before their first step, and a job moves on from the page that it was read at.
 */
export const runBulk =
  (deps: RunBulkDeps) =>
  async ({ jobId }: BulkTask, hasTime: () => boolean): Promise<void> => {
    const { jobs, queue, claims, clock } = deps;
    for (;;) {
      const job = await jobs.get(jobId);
      if (!job) return;
      if (hasEnded(job)) return claims.release(claimOf(job.teamId).share, jobId);
      const now = clock().toISOString();
      const principal = job.cancelling ? undefined : await makerOf(job, deps);
      if (job.cancelling) await jobs.end(jobId, 'cancelled', null, now);
      else if (!principal) await jobs.end(jobId, 'failed', NOT_PERMITTED, now);
      else if (hasTime()) await runPage(job, principal, deps);
      else return queue.add({ jobId, teamId: job.teamId, page: job.page });
    }
  };

/** Gives a job up that failed at every attempt. */
export const giveUpBulk =
  ({ jobs, claims, clock }: Pick<RunBulkDeps, 'jobs' | 'claims' | 'clock'>) =>
  async ({ jobId, teamId }: BulkTask): Promise<void> => {
    await jobs.end(jobId, 'failed', 'It failed at every attempt', clock().toISOString());
    await claims.release(claimOf(teamId).share, jobId);
  };

/** The maker of a job as its login or key knows them now, in the job's team alone; undefined once they may not do it any more. */
const makerOf = async (
  { by, teamId, userId, action }: BulkJob,
  deps: FindHolderDeps,
): Promise<Principal | undefined> => {
  const needs = BULK_SCOPES[action.kind];
  const holder = await holderOfNamed(by, { teamId, userId }, deps).catch((error: unknown) => {
    if (error instanceof MediaError && error.code === 'UNAUTHORIZED') return undefined;
    throw error;
  });
  const membership = holder?.principal.teams.find((team) => team.teamId === teamId);
  if (!holder || !membership) return undefined;
  const scopes = scopesIn(holder.principal, teamId);
  if (!scopes.has(needs) || !scopes.has('media:read')) return undefined;
  return { ...holder.principal, teamId, role: membership.role, scopes, teams: [membership], needs };
};

/** Each record of a page with its action; of an undone visibility, the one that the record had. */
const stepsFor = ({ action }: BulkJob, planned: readonly ChangedRecord[]): readonly ChangeRecord[] =>
  planned.map(({ id, was }) => {
    const isUndo = action.kind === 'visibility' && action.from !== undefined && was !== undefined;
    return { id, action: isUndo ? { ...action, visibility: was } : action };
  });

/** The stored records of the next page, which another attempt may have begun; of a new page, they are stored first. */
const pageOf = async (
  job: BulkJob,
  principal: Principal,
  { jobs, selectPage, clock }: RunBulkDeps,
): Promise<{ readonly page: BulkPage; readonly isNew: boolean }> => {
  const begun = await jobs.page(job.id, job.page);
  if (begun) return { page: begun, isNew: false };
  const page = await selectPage(job, principal);
  if (await jobs.plan(job, page, clock().toISOString())) return { page, isNew: true };
  const other = await jobs.page(job.id, job.page);
  if (!other) throw new Error(`page ${job.page} of the change ${job.id} is gone`);
  return { page: other, isNew: false };
};

const PASSING = ['BUSY', 'INTERNAL'];

const runPage = async (job: BulkJob, principal: Principal, deps: RunBulkDeps): Promise<void> => {
  const { jobs, changeMany, clock } = deps;
  const { page, isNew } = await pageOf(job, principal, deps);
  const { changed, unchanged, failures } = await changeMany({
    input: { steps: stepsFor(job, page.planned) },
    principal,
  });
  const passing = failures.find(({ code }) => PASSING.includes(code));
  if (isNew && passing) throw new Error(`a record could not be changed: ${passing.message}`);
  // Of a page that was begun before, what has the wanted state by now was changed by this job, here or in the attempt before.
  const done = isNew ? changed : page.planned.filter(({ id }) => !failures.some((failure) => failure.id === id));
  await jobs.noteChanges(job, done);
  const others = page.unchanged + (isNew ? unchanged.length : 0);
  await jobs.advance(job, { changed: done.length, unchanged: others, failures }, page.next, clock().toISOString());
};

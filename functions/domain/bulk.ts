import type { Visibility } from './media.ts';
import type { NamedCredential } from './principal.ts';
import type { Scope } from './scopes.ts';

/** A change of many records; each step of it is one that a call for one record makes too. */
export type BulkAction =
  | { readonly kind: 'tag' | 'untag'; readonly tagId: string }
  | { readonly kind: 'delete' | 'restore' }
  /** `from` limits it to records that have this visibility now: others were changed by another call since. */
  | { readonly kind: 'visibility'; readonly visibility: Visibility; readonly from?: Visibility | undefined };

export const BULK_KINDS = [
  'tag',
  'untag',
  'delete',
  'restore',
  'visibility',
] as const satisfies readonly BulkAction['kind'][];

/** The scope that each action needs in the team of a record, as the call for one record does. */
export const BULK_SCOPES: Readonly<Record<BulkAction['kind'], Scope>> = {
  tag: 'media:update',
  untag: 'media:delete',
  delete: 'media:delete',
  restore: 'media:update',
  visibility: 'media:update',
};

/** Ids of one call: their steps take some seconds, and one answer carries a result for each. */
export const MOST_BULK_IDS = 500;
/** Records that a selection by query leaves out by their ids. */
export const MOST_EXCEPTIONS = 1000;

/** The effect on one record; `was` is its visibility before. */
export interface ChangedRecord {
  readonly id: string;
  readonly was?: Visibility | undefined;
}

/** Why one record was not changed. The name is null for a caller who may not see the record. */
export interface BulkFailure {
  readonly id: string;
  readonly filename: string | null;
  readonly code: string;
  readonly message: string;
}

/** The records that match, as a list or search answers them. */
export interface BulkQuery {
  readonly words?: readonly string[] | undefined;
  readonly kind?: 'image' | 'video' | undefined;
  readonly tagIds?: readonly string[] | undefined;
  readonly tagSlugs?: readonly string[] | undefined;
}

/** The records of a job. Those that arrive after `until` are not among them. */
export type BulkSelection =
  | { readonly query: BulkQuery; readonly except: readonly string[]; readonly until: string }
  /** Those that another job changed. */
  | { readonly undoOf: string };

export type BulkStatus = 'queued' | 'running' | 'done' | 'cancelled' | 'failed';

/** A change of all records that match, done page by page. */
export interface BulkJob {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  /** The login or key that started it, and with which it ends. */
  readonly by: NamedCredential;
  readonly action: BulkAction;
  readonly selection: BulkSelection;
  readonly status: BulkStatus;
  /** Why it failed, or stopped early. */
  readonly reason: string | null;
  /** Its records when it started. */
  readonly total: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly BulkFailure[];
  /** The page that comes next, and where it starts; null for the first. */
  readonly page: number;
  readonly after: string | null;
  /** Its maker asked it to stop; it does so after the current page. */
  readonly cancelling?: boolean | undefined;
  readonly undoneBy?: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Failures that a job names; their number is exact. */
export const MOST_FAILURES = 100;

export const hasEnded = ({ status }: Pick<BulkJob, 'status'>): boolean => status !== 'queued' && status !== 'running';

/** The action that takes an action back; of a visibility, each record gets the one that it had. */
export const reverseOf = (action: BulkAction): BulkAction => {
  switch (action.kind) {
    case 'tag':
      return { kind: 'untag', tagId: action.tagId };
    case 'untag':
      return { kind: 'tag', tagId: action.tagId };
    case 'delete':
      return { kind: 'restore' };
    case 'restore':
      return { kind: 'delete' };
    case 'visibility':
      return { kind: 'visibility', visibility: action.visibility, from: action.visibility };
  }
};

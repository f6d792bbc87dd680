import { type Media, type Mediashelf, MediashelfError, type Operations } from '../../client/index.ts';
import type { Selection } from './selection.ts';

/** Files of one request by their ids, and files that a request for all that match may leave out. */
export const MOST_IDS = 500;
export const MOST_EXCEPTIONS = 1000;

export type BulkAction =
  | { readonly kind: 'tag' | 'untag'; readonly tagId: string }
  | { readonly kind: 'delete' | 'restore' }
  | { readonly kind: 'visibility'; readonly visibility: Media['visibility'] };

type Answer = Operations['POST /api/v1/bulk/delete']['answer'];
type Job = Operations['GET /api/v1/bulk/jobs/{id}']['answer'];
type Selected =
  | { readonly ids: readonly string[] }
  | {
      readonly query: Operations['POST /api/v1/bulk/delete']['body']['query'] & object;
      readonly except: readonly string[];
    };

export interface Failed {
  readonly id: string;
  readonly name: string;
  readonly error: MediashelfError;
}

interface Changed {
  readonly id: string;
  readonly was?: Media['visibility'];
}

/** What an action came to; `undo` takes back what it changed, and nothing else. */
export interface BulkResult {
  readonly changed: number;
  /** The changed files, where they are known by their ids. */
  readonly ids: readonly string[];
  /** The first of those that failed. */
  readonly failed: readonly Failed[];
  readonly undo: () => Promise<BulkResult>;
}

export interface BulkOptions {
  readonly shelf: Mediashelf;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, all: number) => void;
  /** Calls back at each event about a job, until it is stopped. */
  readonly onEvent: (
    told: (job: Pick<Job, 'id' | 'status' | 'changed' | 'unchanged' | 'failed' | 'total'>) => void,
  ) => () => void;
  /** Waits so long between two looks at a job that no event tells of. */
  readonly pause?: (milliseconds: number, wake: Promise<unknown>) => Promise<unknown>;
}

const STATUS: Readonly<Record<string, number>> = { NOT_FOUND: 404, FORBIDDEN: 403, BUSY: 503, INTERNAL: 500 };

const failedOf = (failures: Answer['failures'] = []): readonly Failed[] =>
  failures.map(({ id, filename, code, message }) => ({
    id,
    name: filename ?? id,
    error: new MediashelfError(code, message, { status: STATUS[code] ?? 400 }),
  }));

const send = (shelf: Mediashelf, action: BulkAction, selected: Selected, signal?: AbortSignal): Promise<Answer> => {
  const { kind, ...fields } = action;
  const options = { body: { ...selected, ...fields }, signal };
  return shelf.call(`POST /api/v1/bulk/${kind}`, options as never) as Promise<Answer>;
};

const reverseOf = (
  action: BulkAction,
  changed: readonly Changed[],
): readonly (readonly [BulkAction, readonly string[]])[] => {
  const ids = changed.map(({ id }) => id);
  if (action.kind === 'tag') return [[{ kind: 'untag', tagId: action.tagId }, ids]];
  if (action.kind === 'untag') return [[{ kind: 'tag', tagId: action.tagId }, ids]];
  if (action.kind !== 'visibility') return [[{ kind: action.kind === 'delete' ? 'restore' : 'delete' }, ids]];
  const before = Object.groupBy(changed, ({ was = 'private' }) => was);
  return Object.entries(before).map(([visibility, group]) => [
    { kind: 'visibility', visibility: visibility as Media['visibility'] },
    group.map(({ id }) => id),
  ]);
};

/** Does an action to files by their ids, some hundred in a request. */
const changeIds = async (action: BulkAction, ids: readonly string[], options: BulkOptions): Promise<BulkResult> => {
  const { shelf, signal, onProgress } = options;
  const changed: Changed[] = [];
  const failed: Failed[] = [];
  for (let start = 0; start < ids.length && !signal?.aborted; start += MOST_IDS) {
    onProgress?.(start, ids.length);
    const answer = await send(shelf, action, { ids: ids.slice(start, start + MOST_IDS) }, signal);
    changed.push(...(answer.changed ?? []));
    failed.push(...failedOf(answer.failures));
  }
  const undo = async (): Promise<BulkResult> => {
    const quiet = { ...options, signal: undefined, onProgress: undefined } as unknown as BulkOptions;
    const parts: BulkResult[] = [];
    for (const [back, some] of reverseOf(action, changed)) parts.push(await changeIds(back, some, quiet));
    return {
      changed: parts.reduce((sum, part) => sum + part.changed, 0),
      ids: parts.flatMap((part) => part.ids),
      failed: parts.flatMap((part) => part.failed),
      undo: () => changeIds(action, ids, quiet),
    };
  };
  return { changed: changed.length, ids: changed.map(({ id }) => id), failed, undo };
};

const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 8000;

const pauseUntil = (milliseconds: number, wake: Promise<unknown>): Promise<unknown> =>
  Promise.race([wake, new Promise((resolve) => setTimeout(resolve, milliseconds))]);

const isOver = ({ status }: Pick<Job, 'status'>): boolean => status !== 'queued' && status !== 'running';

/** Follows a job to its end: by its events, and by looking where none comes. Stopping it is a request of its own. */
const follow = async (started: Job, options: BulkOptions): Promise<BulkResult> => {
  const { shelf, signal, onProgress, onEvent, pause = pauseUntil } = options;
  const path = { id: started.id };
  const ended = Promise.withResolvers<void>();
  const stopped = new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
  const told = (job: Parameters<Parameters<typeof onEvent>[0]>[0]): void => {
    if (job.id !== started.id) return;
    onProgress?.(job.changed + job.unchanged + job.failed, job.total);
    if (isOver(job)) ended.resolve();
  };
  const stopListening = onEvent(told);
  try {
    let job = started;
    let isAsked = false;
    for (let wait = FIRST_LOOK_MS; !isOver(job); wait = Math.min(LONGEST_LOOK_MS, wait * 2)) {
      await pause(wait, Promise.race(isAsked ? [ended.promise] : [ended.promise, stopped]));
      if (signal?.aborted && !isAsked) {
        isAsked = true;
        await shelf.call('DELETE /api/v1/bulk/jobs/{id}', { path });
        wait = FIRST_LOOK_MS;
      }
      job = await shelf.call('GET /api/v1/bulk/jobs/{id}', { path });
      told(job);
    }
    if (job.status === 'failed') throw new MediashelfError('FORBIDDEN', job.reason ?? '', { status: 403 });
    const undo = async (): Promise<BulkResult> =>
      follow(await shelf.call('POST /api/v1/bulk/jobs/{id}/undo', { path }), { shelf, onEvent, pause });
    return { changed: job.changed, ids: [], failed: failedOf(job.failures), undo };
  } finally {
    stopListening();
  }
};

/** Does an action to the selected files: by their ids, or, of "all that match", by the query of the list. */
export const changeSelected = async (
  action: BulkAction,
  selection: Selection,
  query: object,
  options: BulkOptions,
): Promise<BulkResult> => {
  if (selection.kind === 'some') return changeIds(action, [...selection.ids], options);
  const except = [...selection.except, ...selection.later];
  if (except.length > MOST_EXCEPTIONS) throw new RangeError('too many');
  const { job } = await send(options.shelf, action, { query, except }, options.signal);
  if (!job) throw new MediashelfError('UNEXPECTED', 'The server started no job');
  return follow(job, options);
};

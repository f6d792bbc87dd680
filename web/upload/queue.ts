import { type Mediashelf, MediashelfError } from '../../client/index.ts';

export type RowState =
  | 'waiting'
  | 'checking'
  | 'sending'
  | 'verifying'
  | 'done'
  | 'duplicate'
  | 'trashed'
  | 'skipped'
  | 'refused'
  | 'failed'
  | 'cancelled'
  | 'restored';

export interface UploadRow {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly state: RowState;
  /** Share of the bytes of this state that are done. */
  readonly progress: number;
  readonly error: unknown;
  /** The record of the file, or the one that has its content already. */
  readonly mediaId: string | undefined;
}

export type Decision = 'anyway' | 'skip' | 'restore';

export interface QueueOptions {
  readonly shelf: Mediashelf;
  /** SHA-256 of a file, base64. */
  readonly hash: (
    file: File,
    options: { readonly signal: AbortSignal; readonly onRead: (bytes: number) => void },
  ) => Promise<string>;
  /** The record in the trash that has this content. */
  readonly trashedWith: (sha256: string) => Promise<string | undefined>;
  readonly onFailure: (error: unknown) => void;
}

/** Files whose bytes move at the same time; the client sends the parts of a large one side by side. */
const AT_ONCE = 3;
/** Files that wait for their verification before more are sent. */
const MOST_VERIFYING = 24;
/** Beyond this the server takes no SHA-256 of a whole file. */
const LARGEST_HASHED = 6 * 2 ** 30;
/** How often progress is shown. */
const SHOWN_MS = 100;

interface Job {
  row: UploadRow;
  readonly file: File;
  readonly tagIds: readonly string[];
  sha256?: string | undefined;
  duplicates: 'skip' | 'send';
  stop: AbortController;
}

const BUSY: readonly RowState[] = ['checking', 'sending'];
const OVER: readonly RowState[] = ['done', 'skipped', 'restored', 'cancelled'];

/** States of rows whose bytes are moving: leaving the page would stop them. */
export const isMoving = ({ state }: UploadRow): boolean =>
  state === 'sending' || state === 'checking' || state === 'waiting';
export const isOver = ({ state }: UploadRow): boolean => OVER.includes(state);
export const needsDecision = ({ state }: UploadRow): boolean => state === 'duplicate' || state === 'trashed';

/** The queue of uploads of a page. Every row ends in a named state; a thousand of them cost no more than the few that run. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the closure of one queue; each function in it is short
export const openQueue = ({ shelf, hash, trashedWith, onFailure }: QueueOptions) => {
  const jobs = new Map<number, Job>();
  const listeners = new Set<() => void>();
  let rows: readonly UploadRow[] = [];
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let forAll: Decision | undefined;

  const publish = (): void => {
    timer = undefined;
    rows = [...jobs.values()].map(({ row }) => row);
    for (const listener of listeners) listener();
  };
  const changed = (): void => {
    if (timer === undefined) timer = setTimeout(publish, SHOWN_MS);
  };
  const set = (job: Job, change: Partial<UploadRow>): void => {
    job.row = { ...job.row, ...change };
    changed();
  };
  const fail = (job: Job, error: unknown): void => {
    if (job.stop.signal.aborted) {
      set(job, { state: 'cancelled', progress: 0 });
      return;
    }
    onFailure(error);
    const isRefused =
      error instanceof MediashelfError &&
      error.status !== null &&
      error.status >= 400 &&
      error.status < 500 &&
      ![401, 408, 409, 429].includes(error.status);
    set(job, { state: isRefused ? 'refused' : 'failed', error, progress: 0 });
  };

  const checksumOf = async (job: Job): Promise<string | undefined> => {
    const { file, stop } = job;
    if (file.size > LARGEST_HASHED) return undefined;
    job.sha256 ??= await hash(file, {
      signal: stop.signal,
      onRead: (bytes) => set(job, { progress: bytes / Math.max(1, file.size) }),
    });
    return job.sha256;
  };

  const send = async (job: Job): Promise<void> => {
    const { file, stop, tagIds } = job;
    set(job, { state: 'checking', progress: 0, error: undefined });
    try {
      const sha256 = await checksumOf(job);
      if (sha256 !== undefined && job.duplicates === 'skip') {
        const trashed = await trashedWith(sha256);
        if (trashed !== undefined) return decideLater(job, 'trashed', trashed);
      }
      const stored = await shelf.store(file, {
        ...(sha256 === undefined ? {} : { sha256 }),
        hash: false,
        duplicates: job.duplicates,
        fields: tagIds.length > 0 ? { tagIds } : {},
        signal: stop.signal,
        onState: ({ mediaId }) => set(job, { state: 'sending', progress: 0, mediaId }),
        onProgress: ({ phase, bytes, totalBytes }) => {
          if (phase === 'sending') set(job, { state: 'sending', progress: bytes / Math.max(1, totalBytes) });
        },
      });
      if (stored.status === 'duplicate') return decideLater(job, 'duplicate', stored.mediaId);
      set(job, { state: 'verifying', progress: 1, mediaId: stored.mediaId });
      next();
      const { status, code, message } = await shelf.outcome(stored, { signal: stop.signal });
      if (status === 'active') set(job, { state: 'done' });
      else set(job, { state: 'refused', error: new MediashelfError(code ?? status, message ?? status) });
    } catch (error) {
      fail(job, error);
    }
  };

  const decideLater = (job: Job, state: 'duplicate' | 'trashed', mediaId: string): void => {
    set(job, { state, mediaId, progress: 0 });
    if (forAll && (forAll !== 'restore' || state === 'trashed')) decide(job.row.id, forAll);
  };

  /** Starts the next files. One pass over the rows, however many wait. */
  const next = (): void => {
    const states = [...jobs.values()].map(({ row }) => row.state);
    let busy = states.filter((state) => BUSY.includes(state)).length;
    if (states.filter((state) => state === 'verifying').length >= MOST_VERIFYING) return;
    for (const job of jobs.values()) {
      if (busy >= AT_ONCE) return;
      if (job.row.state !== 'waiting') continue;
      busy += 1;
      void send(job).finally(next);
    }
  };

  const again = (job: Job): void => {
    job.stop = new AbortController();
    set(job, { state: 'waiting', progress: 0, error: undefined });
    next();
  };

  const decide = (id: number, decision: Decision): void => {
    const job = jobs.get(id);
    if (!job || !needsDecision(job.row)) return;
    if (decision === 'skip') set(job, { state: 'skipped' });
    if (decision === 'anyway') {
      job.duplicates = 'send';
      again(job);
    }
    const { mediaId } = job.row;
    if (decision === 'restore' && mediaId !== undefined) {
      shelf.call('POST /api/v1/media/{id}/restore', { path: { id: mediaId } }).then(
        () => set(job, { state: 'restored' }),
        (error: unknown) => fail(job, error),
      );
    }
  };

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rows: (): readonly UploadRow[] => rows,
    add: (files: readonly File[], tagIds: readonly string[] = []): void => {
      // A new batch is decided anew.
      if (rows.every(isOver)) forAll = undefined;
      for (const file of files) {
        last += 1;
        const row: UploadRow = {
          id: last,
          name: file.name,
          size: file.size,
          state: 'waiting',
          progress: 0,
          error: undefined,
          mediaId: undefined,
        };
        jobs.set(last, { row, file, tagIds, duplicates: 'skip', stop: new AbortController() });
      }
      changed();
      next();
    },
    decide,
    /** Decides for every duplicate, and for those that are found later. */
    decideAll: (decision: Decision): void => {
      forAll = decision;
      for (const { row } of jobs.values())
        if (needsDecision(row) && (decision !== 'restore' || row.state === 'trashed')) decide(row.id, decision);
    },
    cancel: (id: number): void => {
      const job = jobs.get(id);
      if (!job || isOver(job.row)) return;
      job.stop.abort();
      if (!BUSY.includes(job.row.state) && job.row.state !== 'verifying') set(job, { state: 'cancelled', progress: 0 });
    },
    cancelAll: (): void => {
      for (const job of jobs.values()) {
        if (!isMoving(job.row)) continue;
        job.stop.abort();
        if (job.row.state === 'waiting') set(job, { state: 'cancelled', progress: 0 });
      }
    },
    retry: (id: number): void => {
      const job = jobs.get(id);
      if (job && ['failed', 'refused', 'cancelled'].includes(job.row.state)) again(job);
    },
    retryAll: (): void => {
      for (const job of [...jobs.values()]) if (job.row.state === 'failed') again(job);
    },
    clearDone: (): void => {
      for (const { row } of [...jobs.values()]) if (isOver(row)) jobs.delete(row.id);
      changed();
    },
  };
};

export type UploadQueue = ReturnType<typeof openQueue>;

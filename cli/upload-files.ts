import { setTimeout as pause } from 'node:timers/promises';
import {
  fileSource,
  type Mediashelf,
  MediashelfError,
  type Outcome,
  type Source,
  stateOfPending,
  type UploadState,
} from '../client/node.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import type { FoundFile } from './find-files.ts';
import { pagesByCursor } from './pages.ts';
import type { Bars } from './progress.ts';
import type { Texts } from './texts.ts';
import type { UploadStates } from './upload-states.ts';

/** The result of one file. */
export interface Result {
  readonly path: string;
  readonly size: number;
  readonly status: Outcome['status'] | 'refused' | 'unfinished';
  readonly mediaId: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

export interface UploadDeps {
  readonly shelf: Mediashelf;
  readonly states: UploadStates;
  readonly bars: Bars;
  readonly fields: Texts & {
    readonly tagIds?: readonly string[];
    readonly visibility?: 'private' | 'shared' | 'public';
    readonly multipart?: boolean;
  };
  /** Files that are sent at the same time. */
  readonly concurrency: number;
  /** Continues started uploads. */
  readonly isResuming: boolean;
  readonly onResult: (result: Result) => void;
  readonly signal: AbortSignal;
}

/** Files that are stored and not yet verified: sending continues meanwhile, up to this number. */
const MOST_UNVERIFIED = 64;
/** Larger files are not hashed by the server either. */
const LARGEST_HASHED = 6 * 2 ** 30;
/** Waiting for events is better, but uploads can start without. */
const EVENTS_MS = 5_000;

const failure = (error: unknown): Pick<Result, 'code' | 'message'> => {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : null, message: String(message ?? error) };
};

/**
 * Whether every other file would fail like this one: the login is refused, or the server does not answer, however often. If the
 * storage refuses a file, with an error code of its own, the next one may succeed.
 */
const concernsAll = (error: unknown): error is MediashelfError =>
  error instanceof MediashelfError && exitCodeOf(error) !== EXIT.failed && !/[a-z]/.test(error.code);

export interface Uploaded {
  readonly results: readonly Result[];
  /** Why the rest was not tried; undefined if all files were. */
  readonly halted: MediashelfError | undefined;
}

/** Uploads files, several at a time, each content once. */
export const uploadFiles = async (files: readonly FoundFile[], given: UploadDeps): Promise<Uploaded> => {
  const halt = new AbortController();
  let halted: MediashelfError | undefined;
  const onFailure = (error: unknown): void => {
    if (halted || given.signal.aborted || !concernsAll(error)) return;
    halted = error;
    halt.abort();
  };
  const deps = { ...given, onFailure, signal: AbortSignal.any([given.signal, halt.signal]) };
  const { shelf, bars, concurrency, onResult, signal } = deps;
  const results: Result[] = [];
  const unverified = new Set<Promise<void>>();
  /** Copies among the files themselves: the library does not know running uploads yet. */
  const firsts = new Map<string, Promise<Outcome | undefined>>();
  const pending = deps.isResuming ? await pendingOf(shelf) : [];

  const settle = (result: Result): void => {
    results.push(result);
    bars.settled(result.path, result.size);
    onResult(result);
  };
  const queue = files.values();
  const lane = async (): Promise<void> => {
    for (const file of queue) {
      if (signal.aborted) return;
      while (unverified.size >= MOST_UNVERIFIED) await Promise.race(unverified);
      const { stored, over } = uploadOne(file, { ...deps, pending, firsts });
      const settled = over.then(settle).finally(() => unverified.delete(settled));
      unverified.add(settled);
      await stored;
    }
  };
  const live = files.length > 1 ? shelf.realtime() : undefined;
  try {
    const heard = new AbortController();
    if (live)
      await Promise.race([
        live.opened().catch(() => undefined),
        pause(EVENTS_MS, undefined, { signal: AbortSignal.any([heard.signal, signal]) }),
      ]);
    heard.abort();
    await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, lane));
    await Promise.all(unverified);
  } finally {
    live?.close();
  }
  return { results, halted };
};

type Pending = Parameters<typeof stateOfPending>[0];

/** The server's unfinished uploads, for a device that does not have their state. */
const pendingOf = async ({ call }: Mediashelf): Promise<readonly Pending[]> => {
  const found: Pending[] = [];
  const all = pagesByCursor(Number.POSITIVE_INFINITY, (limit, cursor) =>
    call('GET /api/v1/uploads', { query: { status: 'pending', limit, cursor } }),
  );
  for await (const pending of all) found.push(pending);
  return found;
};

interface OneDeps extends UploadDeps {
  readonly pending: readonly Pending[];
  readonly firsts: Map<string, Promise<Outcome | undefined>>;
  /** Called with the reason before a file's failed result. */
  readonly onFailure: (error: unknown) => void;
}

/** `stored` resolves when the next file may begin, `over` when this one is verified; neither rejects. */
const uploadOne = (file: FoundFile, deps: OneDeps): { stored: Promise<void>; over: Promise<Result> } => {
  const stored = Promise.withResolvers<void>();
  const over = bring(file, deps, stored.resolve).finally(stored.resolve);
  return { stored: stored.promise, over };
};

const bring = async (file: FoundFile, deps: OneDeps, onStored: () => void): Promise<Result> => {
  const { path, type } = file;
  let size = 0;
  try {
    if (type === undefined) {
      const message = 'The library takes no files with names like this';
      return { path, size, status: 'refused', mediaId: null, code: 'TYPE_NOT_ALLOWED', message };
    }
    const source = await fileSource(path, { type });
    size = source.size;
    const { uploadId: _, ...outcome } = await once(source, file, deps, onStored);
    return { path, size, ...outcome };
  } catch (error) {
    deps.onFailure(error);
    const status = deps.signal.aborted ? 'unfinished' : 'refused';
    return { path, size, status, mediaId: null, ...failure(error) };
  }
};

/** Uploads a file unless a copy of it is being uploaded: then it waits for that one and takes its result. */
const once = async (source: Source, file: FoundFile, deps: OneDeps, onStored: () => void): Promise<Outcome> => {
  const { firsts, bars, signal } = deps;
  const { size } = source;
  const onRead = (bytes: number): void => bars.update(file.path, { phase: 'hashing', bytes, totalBytes: size });
  const resume = await stateFor(source, file, deps);
  const isHashed = resume === undefined && size <= LARGEST_HASHED;
  const sha256 = isHashed ? await source.sha256({ start: 0, end: size }, { signal, onRead }) : undefined;
  const first = sha256 === undefined ? undefined : firsts.get(sha256);
  if (first) {
    onStored();
    const outcome = await first;
    if (outcome?.status === 'active' || outcome?.status === 'duplicate') return { ...outcome, status: 'duplicate' };
  }
  const work = send(source, { file, sha256, resume, onStored }, deps);
  if (sha256 !== undefined)
    firsts.set(
      sha256,
      work.catch(() => undefined),
    );
  return work;
};

interface Sending {
  readonly file: FoundFile;
  readonly sha256: string | undefined;
  readonly resume: UploadState | undefined;
  readonly onStored: () => void;
}

const send = async (source: Source, { file, sha256, resume, onStored }: Sending, deps: OneDeps): Promise<Outcome> => {
  const { shelf, states, bars, fields, signal } = deps;
  const { path } = file;
  const stored = await shelf.store(source, {
    fields,
    sha256,
    resume,
    signal,
    duplicates: 'skip',
    onState: (state) => (state.layout ? states.keep(path, state) : undefined),
    onProgress: (progress) => bars.update(path, progress),
  });
  onStored();
  await states.forget(path);
  bars.update(path, { phase: 'verifying', bytes: 0, totalBytes: source.size });
  return shelf.outcome(stored, { signal });
};

/** The upload to continue. Without `--resume` a started one is cancelled. */
const stateFor = async (source: Source, { path }: FoundFile, deps: OneDeps): Promise<UploadState | undefined> => {
  const { shelf, states, pending, isResuming, signal } = deps;
  const kept = await states.get(path);
  if (kept && !isResuming) {
    await shelf.call('DELETE /api/v1/uploads/{id}', { path: { id: kept.uploadId }, signal }).catch((error: unknown) => {
      if (concernsAll(error)) throw error;
    });
    await states.forget(path);
    return undefined;
  }
  if (kept) return kept;
  const { name, size, type } = source;
  const found = pending.find((each) => each.filename === name && each.fileSize === size && each.mimeType === type);
  return found?.multipart ? stateOfPending(found) : undefined;
};

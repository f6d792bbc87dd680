import type { Answer, Call } from '../api.ts';
import type { UploadCode } from '../api-types.ts';
import type { UploadFailed } from '../realtime/messages.ts';
import { pause } from '../retry.ts';
import type { Stored } from './store.ts';

type Upload = Answer<'GET /api/v1/uploads/{id}'>;

/** The outcome of a file. */
export interface Outcome {
  /** `active`: a record of the library. `duplicate`: it was one before. */
  readonly status: 'duplicate' | Exclude<Upload['status'], 'pending' | 'processing'>;
  readonly uploadId: string | null;
  readonly mediaId: string;
  /** Why it was refused. */
  readonly code: UploadCode | null;
  readonly message: string | null;
}

/** Receives outcomes as events. */
export interface OutcomeFeed {
  /** Whether it receives all events at the moment. */
  isOpen(): boolean;
}

/** An upload whose bytes are being sent. */
export interface Expected {
  readonly uploadId: string;
  readonly mediaId: string;
  /** Whether this upload, and no other, creates the record. */
  readonly isNew: boolean;
}

export interface Outcomes {
  /** Listens for the outcome of an upload: it may come before any caller waits for it. */
  expect(upload: Expected): void;
  /** An upload was refused. */
  failed(upload: UploadFailed): void;
  /** A record was created or changed, by one of its uploads or by another call. */
  changed(mediaId: string, isCreated: boolean): void;
  /** Waits until the file was verified. */
  wait(stored: Stored, signal?: AbortSignal): Promise<Outcome>;
}

const FIRST_LOOK_MS = 120;
const LONGEST_PAUSE_MS = 4_000;
/** With events, an occasional poll finds those that got lost. */
const LOOKS_BESIDE_EVENTS_MS = 15_000;

/**
 * Listeners of cancelled uploads would stay for ever; the oldest are dropped, and polled if a caller waits for them after all.
 */
const MOST_EXPECTED = 10_000;

type Over = Omit<Outcome, 'uploadId'>;

interface Expectation extends Expected {
  readonly over: PromiseWithResolvers<Over>;
  /** Resolves when a poll is useful. */
  hint: PromiseWithResolvers<void>;
}

/** Finds the outcome of uploads: from events if there are any, by polling if not. */
export const openOutcomes = (call: Call, feed: OutcomeFeed): Outcomes => {
  const expected = new Map<string, Expectation>();
  const expectationOf = (upload: Expected): Expectation => {
    const known = expected.get(upload.uploadId);
    if (known) return known;
    const over = Promise.withResolvers<Over>();
    const expectation = { ...upload, over, hint: Promise.withResolvers<void>() };
    expected.set(upload.uploadId, expectation);
    return expectation;
  };

  /** Polls until it has ended or an event came. */
  const ask = async (expectation: Expectation, signal: AbortSignal): Promise<Over> => {
    const { uploadId, over } = expectation;
    const told = over.promise.then(() => true);
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_PAUSE_MS, wait * 1.6)) {
      const next = pause(feed.isOpen() ? LOOKS_BESIDE_EVENTS_MS : wait, signal);
      if (await Promise.race([told, expectation.hint.promise, next])) return over.promise;
      // A later event causes another poll.
      expectation.hint = Promise.withResolvers();
      const { status, mediaId, code, message } = await call('GET /api/v1/uploads/{id}', {
        path: { id: uploadId },
        signal,
      });
      if (status !== 'pending' && status !== 'processing') return { status, mediaId, code, message };
    }
  };

  return {
    expect: (upload) => {
      expectationOf(upload);
      const [oldest] = expected.keys();
      if (expected.size > MOST_EXPECTED && oldest !== undefined) expected.delete(oldest);
    },
    failed: ({ id, status, mediaId, code, message }) =>
      expected.get(id)?.over.resolve({ status, mediaId, code, message }),
    changed: (mediaId, isCreated) => {
      for (const { over, hint, isNew, ...upload } of expected.values()) {
        if (upload.mediaId !== mediaId) continue;
        if (isCreated && isNew) over.resolve({ status: 'active', mediaId, code: null, message: null });
        else hint.resolve();
      }
    },
    wait: async ({ status, uploadId, mediaId }, signal) => {
      if (status !== 'stored' || uploadId === null) {
        return { status: status === 'active' ? 'active' : 'duplicate', uploadId, mediaId, code: null, message: null };
      }
      const done = new AbortController();
      try {
        const both = AbortSignal.any([done.signal, ...(signal ? [signal] : [])]);
        return { uploadId, ...(await ask(expectationOf({ uploadId, mediaId, isNew: false }), both)) };
      } finally {
        done.abort();
        expected.delete(uploadId);
      }
    },
  };
};

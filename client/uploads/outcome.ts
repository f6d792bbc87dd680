import type { Answer, Call } from '../api.ts';
import type { UploadCode } from '../api-types.ts';
import type { UploadFailed } from '../realtime/messages.ts';
import { pause } from '../retry.ts';
import type { Stored } from './store.ts';

type Upload = Answer<'GET /api/v1/uploads/{id}'>;

/** What became of a file. */
export interface Outcome {
  /** `active`: a record of the library. `duplicate`: it was one before. */
  readonly status: 'duplicate' | Exclude<Upload['status'], 'pending' | 'processing'>;
  readonly uploadId: string | null;
  readonly mediaId: string;
  /** Why it was refused. */
  readonly code: UploadCode | null;
  readonly message: string | null;
}

/** Hears of outcomes without asking. */
export interface OutcomeFeed {
  /** Whether it hears of everything at the moment. */
  isOpen(): boolean;
}

/** An upload whose bytes are on their way. */
export interface Expected {
  readonly uploadId: string;
  readonly mediaId: string;
  /** Whether the record comes into being with this upload, and with no other. */
  readonly isNew: boolean;
}

export interface Outcomes {
  /** Listens for the outcome of an upload: it may be told before anybody waits for it. */
  expect(upload: Expected): void;
  /** An upload was refused. */
  failed(upload: UploadFailed): void;
  /** A record came into being, or was changed: by one of the uploads for it, or by something else. */
  changed(mediaId: string, isCreated: boolean): void;
  /** Waits until the file was verified. */
  wait(stored: Stored, signal?: AbortSignal): Promise<Outcome>;
}

const FIRST_LOOK_MS = 120;
const LONGEST_PAUSE_MS = 4_000;
/** Where events tell, a look now and then is for those that got lost. */
const LOOKS_BESIDE_EVENTS_MS = 15_000;

/** Uploads that broke off are expected for ever; the oldest are forgotten, and asked for if a caller waits for them after all. */
const MOST_EXPECTED = 10_000;

type Over = Omit<Outcome, 'uploadId'>;

interface Expectation extends Expected {
  readonly over: PromiseWithResolvers<Over>;
  /** Resolves when it is worth a look. */
  hint: PromiseWithResolvers<void>;
}

/** Learns what became of uploads: from events where there are any, by asking where there are none. */
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

  /** Asks until it is over or was heard of. */
  const ask = async (expectation: Expectation, signal: AbortSignal): Promise<Over> => {
    const { uploadId, over } = expectation;
    const told = over.promise.then(() => true);
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_PAUSE_MS, wait * 1.6)) {
      const next = pause(feed.isOpen() ? LOOKS_BESIDE_EVENTS_MS : wait, signal);
      if (await Promise.race([told, expectation.hint.promise, next])) return over.promise;
      // An event from now on asks for another look.
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

import type { Answer, Call } from '../api.ts';
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
  readonly code: string | null;
  readonly message: string | null;
}

/** Whoever hears of outcomes without asking. */
export interface OutcomeFeed {
  /** Whether it hears of everything at the moment. */
  isOpen(): boolean;
}

export interface Outcomes {
  /** Listens for the outcome of a record to be: it may be told before anybody waits for it. */
  expect(mediaId: string): void;
  /** Passes on what was heard. */
  heard(outcome: Pick<Outcome, 'status' | 'mediaId' | 'code' | 'message'>): void;
  /** Waits until the file was verified. */
  wait(stored: Stored, signal?: AbortSignal): Promise<Outcome>;
}

const FIRST_LOOK_MS = 120;
const LONGEST_PAUSE_MS = 4_000;
/** Where events tell, a look now and then is for those that got lost. */
const LOOKS_BESIDE_EVENTS_MS = 15_000;

/** Uploads that broke off are expected for ever; the oldest are forgotten, and asked for if somebody waits after all. */
const MOST_EXPECTED = 10_000;

type Heard = Parameters<Outcomes['heard']>[0];

/** Learns what became of uploads: from events where there are any, by asking where there are none. */
export const openOutcomes = (call: Call, feed: OutcomeFeed): Outcomes => {
  const expected = new Map<string, PromiseWithResolvers<Heard>>();
  const expectationOf = (mediaId: string): PromiseWithResolvers<Heard> => {
    const known = expected.get(mediaId) ?? Promise.withResolvers<Heard>();
    expected.set(mediaId, known);
    return known;
  };

  /** Asks until it is over or was heard of. */
  const ask = async (uploadId: string, heard: Promise<Heard>, signal: AbortSignal): Promise<Heard> => {
    let isHeard = false;
    const told = heard.then((outcome) => {
      isHeard = true;
      return outcome;
    });
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_PAUSE_MS, wait * 1.6)) {
      await Promise.race([told, pause(feed.isOpen() ? LOOKS_BESIDE_EVENTS_MS : wait, signal)]);
      if (isHeard) return told;
      const { status, mediaId, code, message } = await call('GET /api/v1/uploads/{id}', {
        path: { id: uploadId },
        signal,
      });
      if (status !== 'pending' && status !== 'processing') return { status, mediaId, code, message };
    }
  };

  return {
    expect: (mediaId) => {
      expectationOf(mediaId);
      const [oldest] = expected.keys();
      if (expected.size > MOST_EXPECTED && oldest !== undefined) expected.delete(oldest);
    },
    heard: (outcome) => expected.get(outcome.mediaId)?.resolve(outcome),
    wait: async ({ status, uploadId, mediaId }, signal) => {
      if (status !== 'stored' || uploadId === null) {
        return { status: status === 'active' ? 'active' : 'duplicate', uploadId, mediaId, code: null, message: null };
      }
      const over = new AbortController();
      try {
        const both = AbortSignal.any([over.signal, ...(signal ? [signal] : [])]);
        return { uploadId, ...(await ask(uploadId, expectationOf(mediaId).promise, both)) };
      } finally {
        over.abort();
        expected.delete(mediaId);
      }
    },
  };
};

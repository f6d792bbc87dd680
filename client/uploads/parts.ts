import type { Call } from '../api.ts';
import { MediashelfError } from '../errors.ts';
import type { RetryPolicy } from '../retry.ts';
import type { Source } from '../source.ts';
import { putRange } from './put.ts';
import { openSigner } from './sign-parts.ts';
import { type Layout, rangeOf, type UploadState } from './state.ts';

export interface PartsOptions {
  readonly call: Call;
  readonly source: Source;
  readonly state: UploadState & { readonly layout: Layout };
  readonly policy: RetryPolicy;
  /** Whether the upload was started just now, so that no part can be stored. */
  readonly isNew: boolean;
  /** Parts that are sent at the same time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onBytes: (stored: number) => void;
  readonly onPart?: ((part: PartEvent) => void) | undefined;
}

/** A part that is being sent or is stored. */
export interface PartEvent {
  readonly partNumber: number;
  readonly partCount: number;
  readonly status: 'sending' | 'stored';
}

/**
 * Parts whose signatures one call requests, per sender: few enough to be sent within the quarter of an hour in which they are
 * valid.
 */
const SIGNED_PER_LANE = 2;
/** A part that the server says is missing after all were sent is sent again, this often. */
const ROUNDS = 3;

/** Sends the parts that the server does not have, several at a time, and has them joined. */
export const sendParts = async (options: PartsOptions): Promise<void> => {
  const { call, state, signal } = options;
  const path = { id: state.uploadId };
  for (let round = 1; ; round += 1) {
    const held = options.isNew && round === 1 ? new Set<number>() : await heldParts(options);
    await sendMissing(held, options);
    try {
      await call('POST /api/v1/uploads/{id}/complete', { path, body: {}, signal });
      return;
    } catch (error) {
      const isMissing = error instanceof MediashelfError && error.status === 400;
      if (!isMissing || round === ROUNDS) throw error;
    }
  }
};

/** The stored parts, complete. */
const heldParts = async ({ call, state, signal }: PartsOptions): Promise<Set<number>> => {
  const { layout, fileSize, uploadId } = state;
  const { parts = [] } = await call('GET /api/v1/uploads/{id}', { path: { id: uploadId }, signal });
  const whole = parts.filter(({ partNumber, size }) => {
    const { start, end } = rangeOf(layout, fileSize, partNumber);
    return size === end - start;
  });
  return new Set(whole.map(({ partNumber }) => partNumber));
};

const sendMissing = async (held: ReadonlySet<number>, options: PartsOptions): Promise<void> => {
  const { source, state, policy, concurrency, onBytes, onPart } = options;
  const { layout, fileSize } = state;
  const { partCount } = layout;
  const missing = Array.from({ length: partCount }, (_, index) => index + 1).filter((number) => !held.has(number));
  const lanes = new AbortController();
  const signal = AbortSignal.any([options.signal, lanes.signal]);
  const signer = openSigner(missing, { ...options, atOnce: SIGNED_PER_LANE * concurrency, signal });

  const length = (number: number): number => {
    const { start, end } = rangeOf(layout, fileSize, number);
    return end - start;
  };
  let stored = [...held].reduce((sum, number) => sum + length(number), 0);
  const underWay = new Map<number, number>();
  const tell = (): void => onBytes([...underWay.values()].reduce((sum, bytes) => sum + bytes, stored));
  tell();

  let asking: Promise<Set<number>> | undefined;
  /** Senders that lost their connections together ask once. */
  const heldNow = (): Promise<Set<number>> => {
    asking ??= heldParts({ ...options, signal }).finally(() => {
      asking = undefined;
    });
    return asking;
  };

  const queue = missing.values();
  const lane = async (): Promise<void> => {
    for (const partNumber of queue) {
      onPart?.({ partNumber, partCount, status: 'sending' });
      const deps = {
        source,
        policy,
        sign: (again: boolean) => (again ? signer.again(partNumber) : signer.request(partNumber)),
        hasArrived: async () => (await heldNow()).has(partNumber),
      };
      const onSent = (bytes: number): void => {
        underWay.set(partNumber, bytes);
        tell();
      };
      await putRange(rangeOf(layout, fileSize, partNumber), deps, { signal, onSent });
      underWay.delete(partNumber);
      stored += length(partNumber);
      onPart?.({ partNumber, partCount, status: 'stored' });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, missing.length) }, lane));
  } catch (error) {
    lanes.abort(error);
    throw error;
  }
};

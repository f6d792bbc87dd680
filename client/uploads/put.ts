import { MediashelfError } from '../errors.ts';
import { delayBefore, pause, type RetryPolicy, retryAfterOf } from '../retry.ts';
import type { PutAnswer, PutOptions, Range, SignedPut, Source } from '../source.ts';

/**
 * The reaction to an answer to a signed PUT:
 * `stored`, the bytes are stored; `arrived`, they were stored before, by a request whose answer got lost;
 * `sign`, the signature has expired or does not match (any more); `wait`, retry later; `stop`, it cannot work.
 */
export type PutVerdict = 'stored' | 'arrived' | 'sign' | 'wait' | 'stop';

export const judgePut = (status: number): PutVerdict => {
  if (status >= 200 && status < 300) return 'stored';
  if (status === 412) return 'arrived';
  // A storage answers 400 to bytes with another hash, or to truncated ones.
  if (status === 403 || status === 400) return 'sign';
  // S3 answers 409 while another request for the same key is running: usually the one without an answer.
  return status === 408 || status === 409 || status === 429 || status >= 500 ? 'wait' : 'stop';
};

/** After so many refused signatures in a row, their age is not the reason. */
const MOST_SIGNATURES = 3;

export interface PutDeps {
  readonly source: Source;
  readonly policy: RetryPolicy;
  /** A request for these bytes; a new one after a refusal. */
  readonly sign: (again: boolean) => Promise<SignedPut>;
  /** Whether the bytes are stored by now: called after a request with an unknown result. */
  readonly hasArrived: () => Promise<boolean>;
}

/** Stores one range of a file, with any number of tries. */
export const putRange = async (range: Range, deps: PutDeps, options: PutOptions): Promise<void> => {
  let signatures = 1;
  let request = await deps.sign(false);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send(request, range, deps, options);
    const verdict = answer === undefined ? 'wait' : judgePut(answer.status);
    if (verdict === 'stored' || verdict === 'arrived') return options.onSent(range.end - range.start);
    options.onSent(0);
    const isLast = attempt >= deps.policy.attempts || verdict === 'stop';
    if (isLast || (verdict === 'sign' && signatures >= MOST_SIGNATURES)) throw refusal(answer);
    if (verdict === 'sign') {
      signatures += 1;
      request = await deps.sign(true);
      continue;
    }
    await pause(delayBefore(attempt, deps.policy, retryAfterOf(answer?.retryAfter ?? null)), options.signal);
    if (answer !== undefined && answer.status !== 409) continue;
    if (await deps.hasArrived()) return options.onSent(range.end - range.start);
    // After an outage the signature may have expired, or the storage may have moved.
    if (attempt > 1) request = await deps.sign(true);
  }
};

/** The answer, or undefined if none came. */
const send = async (
  request: SignedPut,
  range: Range,
  { source }: PutDeps,
  options: PutOptions,
): Promise<PutAnswer | undefined> => {
  try {
    return await source.put(request, range, options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof MediashelfError && error.code === 'NETWORK') return undefined;
    throw error;
  }
};

const refusal = (answer: PutAnswer | undefined): MediashelfError => {
  if (!answer) return new MediashelfError('NETWORK', 'The storage does not answer');
  const code = /<Code>(\w+)<\/Code>/.exec(answer.text)?.[1] ?? `HTTP_${answer.status}`;
  const message = /<Message>([^<]+)<\/Message>/.exec(answer.text)?.[1] ?? `The storage answered ${answer.status}`;
  return new MediashelfError(code, message, { status: answer.status });
};

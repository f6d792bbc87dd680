import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { KeyedWork } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import { namedBy, type Principal } from '../domain/principal.ts';
import { keepLeaseAlive } from '../shared/keep-lease-alive.ts';
import { logFault } from '../shared/log.ts';
import { FORM_LIMIT, type FormEvent } from './form-event.ts';
import { keyedWork } from './keyed-work.ts';

/** The stored answer of a first call. */
export interface GivenAnswer {
  readonly status: number;
  readonly body: string;
}

/** A key that is this attempt's alone, until it is answered, released or not renewed in time. */
export interface Claimed {
  readonly state: 'claimed';
  readonly token: string;
  /** The same for all attempts, until one of them leaves nothing behind. */
  readonly seed: Uint8Array;
  /** An earlier attempt ended without an answer, or with one for other rights. */
  readonly isRepeat: boolean;
  readonly wasAnswered: boolean;
}

/** The state of earlier calls with the key. */
export type Claim =
  | Claimed
  | { readonly state: 'in flight' }
  | { readonly state: 'another request' }
  /** Answered, with more than is kept. */
  | { readonly state: 'not kept' }
  | { readonly state: 'answered'; readonly answer: GivenAnswer };

/** One call by its key, in the scope of who calls and what. */
export interface KeyedCall {
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the request. */
  readonly fingerprint: string;
  /** The caller's rights, by which a stored answer may be given again. */
  readonly authority: string;
}

/** Remembers calls by their key for a day. */
export interface IdempotencyStore {
  claim(call: KeyedCall): Promise<Claim>;
  /** The call is still running: it extends its claim. False when another attempt has the key. */
  renew(call: KeyedCall, claim: Claimed): Promise<boolean>;
  /** Stores the answer for repeated calls. */
  finish(call: KeyedCall, claim: Claimed, answer: GivenAnswer): Promise<void>;
  /** The attempt ended without an answer. If nothing is left of it, the next call with the key starts anew. */
  release(call: KeyedCall, claim: Claimed, left: { readonly isUndone: boolean }): Promise<void>;
}

/**
 * A call that did not renew its claim for so long has crashed, and a repeat takes its key over. A call that was only held up for
 * so long does no harm: both make the same items, and the second one finds them.
 */
export const HELD_MILLISECONDS = 5000;

const KEY = /^[\x20-\x7e]{1,255}$/;
const BOUNDARY = /^multipart\/form-data\s*;.*\bboundary="?([^";,]+)"?/i;

/** The key of a call, or undefined when it has none; throws `VALIDATION` for one that no client should make. */
export const idempotencyKey = (event: Pick<FormEvent, 'headers' | 'stream'>): string | undefined => {
  const key = event.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (!KEY.test(key) || key.trim() === '') {
    throw new MediaError('VALIDATION', 'Idempotency-Key must be 1 to 255 printable ASCII characters');
  }
  // Two calls are the same when their bodies are, and a streamed body cannot be compared before it is stored.
  if (event.stream) {
    throw new MediaError('VALIDATION', `Idempotency-Key works with forms of at most ${FORM_LIMIT} bytes`);
  }
  return key;
};

/** A form gets a new boundary whenever a client writes it; two that differ in nothing else are the same request. */
const withoutBoundary = (body: Buffer, contentType: string | undefined): Buffer | string => {
  const boundary = BOUNDARY.exec(contentType ?? '')?.[1];
  return boundary ? body.toString('latin1').replaceAll(boundary, '') : body;
};

const fingerprintOf = (event: APIGatewayProxyEventV2): string => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  return createHash('sha256')
    .update(`${event.rawPath}?${event.rawQueryString}\n`)
    .update(withoutBoundary(body, event.headers['content-type']))
    .digest('base64');
};

/** All memberships of a caller: the role in any of them may authorize a call, depending on the team of the found record. */
const membershipsOf = ({ teams }: Principal): string => {
  const places = teams.map(({ teamId, role }) => `${teamId} ${role}`).sort();
  return createHash('sha256').update(places.join('\n')).digest('base64url');
};

/** A person's logins are one holder, and each of their keys is another. */
const holderOf = (principal: Principal): string => {
  const { kind, id } = namedBy(principal);
  return kind === 'api-key' ? `key ${id}` : 'login';
};

/**
 * The call of a principal on a route, for the store. A key belongs to the principal: another principal's key with the same text
 * is another one, and so is their own with an API key in place of a login. A membership that began, ended or changed its role
 * leaves the key the same, since the call itself may be what changed it; but a stored answer is only for callers with the rights
 * that it was given to. For others the call is authorized again, and finds what it made.
 */
export const keyedCall = (event: APIGatewayProxyEventV2, principal: Principal, key: string): KeyedCall => ({
  scope: [principal.userId, principal.teamId, holderOf(principal), event.routeKey].join(' '),
  key,
  fingerprint: fingerprintOf(event),
  authority: `${principal.role} ${membershipsOf(principal)}`,
});

export interface Answered extends GivenAnswer {
  readonly again: boolean;
}

/**
 * Runs `work` once for a key: the same request gets the first answer again, another request with the key is refused, and a
 * request while the first is running is told to wait. Only success is stored. After a refusal the key may be used again; after an
 * error, of which the effects are not known, a repeat continues what was begun.
 */
export const once = async (
  store: IdempotencyStore,
  call: KeyedCall,
  work: (keyed: KeyedWork) => Promise<GivenAnswer>,
): Promise<Answered> => {
  const claim = await store.claim(call);
  switch (claim.state) {
    case 'answered':
      return { ...claim.answer, again: true };
    case 'another request':
      throw new MediaError('KEY_REUSED', 'This Idempotency-Key was used for another request');
    case 'not kept':
      throw new MediaError(
        'CONFLICT',
        'The request with this Idempotency-Key was done; its answer is too large to repeat',
      );
    case 'in flight':
      throw new MediaError('CONFLICT', 'A request with this Idempotency-Key is under way', { retryAfter: 1 });
    case 'claimed':
      return { ...(await claimed(store, call, claim, work)), again: false };
  }
};

/**
 * Whether nothing is left of the call after this error. A refusal changes nothing, and an error of a service may come after the
 * change. A refused repeat says nothing of the attempt before it.
 */
const leftNothing = (error: unknown, { isRepeat }: Claimed): boolean =>
  !isRepeat && error instanceof MediaError && error.status < 500;

const claimed = async (
  store: IdempotencyStore,
  call: KeyedCall,
  claim: Claimed,
  work: (keyed: KeyedWork) => Promise<GivenAnswer>,
): Promise<GivenAnswer> => {
  let answer: GivenAnswer;
  let isUndone = false;
  const renew = () => store.renew(call, claim);
  const keyed = keyedWork(claim.seed, {
    isRepeat: claim.isRepeat,
    isHeld: renew,
    undone: () => {
      isUndone = true;
    },
  });
  // A form in the upload gateway may wait for its turn for minutes.
  const releaseClaim = keepLeaseAlive(HELD_MILLISECONDS, renew, (error) =>
    logFault(`idempotency of ${call.scope}`, error),
  );
  try {
    answer = await work(keyed);
    await releaseClaim();
  } catch (error) {
    await releaseClaim();
    const left = { isUndone: isUndone || leftNothing(error, claim) };
    // When this fails too, the claim lapses; the caller must get the first error.
    await insist(() => store.release(call, claim, left)).catch(() => undefined);
    throw error;
  }
  // The work is done: a caller who gets this answer has no reason to repeat it.
  await insist(() => store.finish(call, claim, answer)).catch((error: unknown) =>
    logFault(`idempotency of ${call.scope}`, error),
  );
  return answer;
};

const ATTEMPTS = 6;

/** Retries the write when the table is busy: only the stored answer gives a repeat the words of the first. */
const insist = async (write: () => Promise<void>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt));
    }
  }
};

import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MediaError } from '../domain/errors.ts';
import { namedBy, type Principal } from '../domain/principal.ts';
import { keepLeaseAlive } from '../shared/keep-lease-alive.ts';
import { logFault } from '../shared/log.ts';
import { FORM_LIMIT, type FormEvent } from './form-event.ts';

/** What a first call was answered, as it is given again. */
export interface GivenAnswer {
  readonly status: number;
  readonly body: string;
}

/** What became of the calls with one key before this one. */
export type Claim =
  | { readonly state: 'claimed'; readonly token: string }
  | { readonly state: 'in flight' }
  | { readonly state: 'another request' }
  | { readonly state: 'answered'; readonly answer: GivenAnswer };

/** One call by its key, in the scope of who calls and what. */
export interface KeyedCall {
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of what was sent. */
  readonly fingerprint: string;
}

/** Remembers calls by their key for a day. */
export interface IdempotencyStore {
  claim(call: KeyedCall): Promise<Claim>;
  /** The call is still under way: it holds its key for another while. */
  renew(call: KeyedCall, token: string): Promise<void>;
  /** Keeps the answer for those who ask again. */
  finish(call: KeyedCall, token: string, answer: GivenAnswer): Promise<void>;
  /** Nothing was done: the next call with the key begins anew. */
  release(call: KeyedCall, token: string): Promise<void>;
}

/** A call that did not renew its claim for so long is dead, and its key is free. */
export const HELD_MILLISECONDS = 30_000;

const KEY = /^[\x20-\x7e]{1,255}$/;
const BOUNDARY = /^multipart\/form-data\s*;.*\bboundary="?([^";,]+)"?/i;

/** The key of a call, or undefined when it has none; throws `VALIDATION` for one that no client should make. */
export const idempotencyKey = (event: Pick<FormEvent, 'headers' | 'stream'>): string | undefined => {
  const key = event.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (!KEY.test(key) || key.trim() === '') {
    throw new MediaError('VALIDATION', 'Idempotency-Key must be 1 to 255 printable ASCII characters');
  }
  // Two calls are the same when their bodies are, and a body that streams by cannot be compared before it is too late.
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

/** All places of a caller: a call may be judged by the role in any of them, be it the team of what it finds. */
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
 * The call of a principal on a route, for the store. A key is the principal's own: another's with the same text is another
 * key. So is their own once a membership has begun, ended or changed its role, or by an API key in place of a login: an answer
 * that was given before is for who may have it now, and the call is judged anew.
 */
export const keyedCall = (event: APIGatewayProxyEventV2, principal: Principal, key: string): KeyedCall => ({
  scope: [
    principal.userId,
    principal.teamId,
    principal.role,
    membershipsOf(principal),
    holderOf(principal),
    event.routeKey,
  ].join(' '),
  key,
  fingerprint: fingerprintOf(event),
});

export interface Answered extends GivenAnswer {
  readonly again: boolean;
}

/**
 * Runs `work` once for a key: the same request gets the first answer again, another request with the key is refused, and
 * one that comes while the first is under way is told to wait. Only success is kept; what was refused or broke may be tried
 * again with the same key.
 */
export const once = async (
  store: IdempotencyStore,
  call: KeyedCall,
  work: () => Promise<GivenAnswer>,
): Promise<Answered> => {
  const claim = await store.claim(call);
  switch (claim.state) {
    case 'answered':
      return { ...claim.answer, again: true };
    case 'another request':
      throw new MediaError('KEY_REUSED', 'This Idempotency-Key was used for another request');
    case 'in flight':
      throw new MediaError('CONFLICT', 'A request with this Idempotency-Key is under way', { retryAfter: 1 });
    case 'claimed':
      return { ...(await claimed(store, call, claim.token, work)), again: false };
  }
};

const claimed = async (
  store: IdempotencyStore,
  call: KeyedCall,
  token: string,
  work: () => Promise<GivenAnswer>,
): Promise<GivenAnswer> => {
  let answer: GivenAnswer;
  // A form in the upload gateway may wait for its turn for minutes.
  const releaseClaim = keepLeaseAlive(
    HELD_MILLISECONDS,
    () => store.renew(call, token),
    (error) => logFault(`idempotency of ${call.scope}`, error),
  );
  try {
    answer = await work();
    await releaseClaim();
  } catch (error) {
    await releaseClaim();
    // When this fails too, the claim lapses by itself; the caller has to learn of the first error.
    await insist(() => store.release(call, token)).catch(() => undefined);
    throw error;
  }
  // What was done is done: a caller who gets this answer has no reason to ask again.
  await insist(() => store.finish(call, token, answer)).catch((error: unknown) =>
    logFault(`idempotency of ${call.scope}`, error),
  );
  return answer;
};

const ATTEMPTS = 6;

/** Writes what must not be lost for a busy moment: it is all that keeps a repeated call from being done twice. */
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

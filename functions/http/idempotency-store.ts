import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../domain/ports.ts';
import { idempotencyItemKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { type Claim, type Claimed, HELD_MILLISECONDS, type IdempotencyStore, type KeyedCall } from './idempotency.ts';
import { open, packed, seal, unpacked } from './sealed-answer.ts';

/** Secrets from which answers are sealed, the current one first. */
export type SealingSecrets = () => Promise<readonly Uint8Array[]>;

const KEPT_SECONDS = 24 * 3600;
const SEED_BYTES = 32;

const NAMES = { '#token': 'token', '#until': 'until' } as const;

type Item = Readonly<Record<string, unknown>>;

const keyOf = ({ scope, key }: KeyedCall) =>
  idempotencyItemKey(createHash('sha256').update(`${scope}\0${key}`).digest('hex'));

const firstSecret = async (secrets: SealingSecrets): Promise<Uint8Array> => {
  const [secret] = await secrets();
  if (!secret) throw new Error('there is no secret to seal answers with');
  return secret;
};

/** A first claim of a key: the item is new, expired, or without a seed, since nothing came of all calls before. */
const begin = async (table: Table, secrets: SealingSecrets, call: KeyedCall, now: number) => {
  const token = randomBytes(12).toString('base64url');
  const seed = randomBytes(SEED_BYTES);
  const taken = await table.update({
    Key: keyOf(call),
    UpdateExpression:
      'SET fingerprint = :fingerprint, #token = :token, #until = :until, #ttl = :ttl, seed = :seed REMOVE answer, authority',
    // The last: a claim whose answer was lost is sent again by the SDK, and has to know itself.
    ConditionExpression:
      'attribute_not_exists(pk) OR #ttl < :seconds OR #token = :token OR (attribute_not_exists(seed) AND attribute_not_exists(answer) AND #until < :now)',
    ExpressionAttributeNames: { ...NAMES, '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':fingerprint': call.fingerprint,
      ':token': token,
      ':seed': seal(seed, call, await firstSecret(secrets)),
      ':now': now,
      ':until': now + HELD_MILLISECONDS,
      ':seconds': Math.floor(now / 1000),
      ':ttl': Math.floor(now / 1000) + KEPT_SECONDS,
    },
  });
  return taken && { token, seed };
};

/** Claims a key that another attempt left as it was read. False when that one, or a third, was faster. */
const takeOver = async (table: Table, call: KeyedCall, { token: before, until }: Item, now: number) => {
  const token = randomBytes(12).toString('base64url');
  const unchanged = until === undefined ? 'attribute_not_exists(#until)' : '#until = :was';
  const taken = await table.update({
    Key: keyOf(call),
    UpdateExpression: 'SET #token = :token, #until = :until',
    ConditionExpression: `#token = :token OR (#token = :before AND ${unchanged})`,
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: {
      ':token': token,
      ':before': before,
      ':until': now + HELD_MILLISECONDS,
      ...(until === undefined ? {} : { ':was': until }),
    },
  });
  return taken && { token };
};

/**
 * Calls by their idempotency key in DynamoDB:
 *
 *     claimed {fingerprint, token, until, seed} --answered--> {answer, authority}
 *         |  (until: renewed while the call is under way)        |
 *         +-- ended without an answer: claimed by a repeat, with the same seed
 *         +-- refused: the seed is removed, and the next call is a first one
 *                                                                +-- asked for with other rights: claimed by a repeat as well
 *
 * Answers hold what only the caller may know (a new API key, a signed request). They and the seed are sealed with AES-256-GCM
 * under a key that takes both the deployment's secret and the client's own key, of which only a hash is stored.
 */
export const dynamoIdempotency = (table: Table, secrets: SealingSecrets, clock: Clock): IdempotencyStore => {
  /** The change of an item whose claim is still the caller's; false when it is not. */
  const whileHeld = async (
    call: KeyedCall,
    token: string,
    UpdateExpression: string,
    values: Readonly<Record<string, unknown>>,
  ): Promise<boolean> => {
    const held = await table.update({
      Key: keyOf(call),
      UpdateExpression,
      ConditionExpression: '#token = :token AND attribute_exists(#until)',
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ':token': token, ...values },
    });
    return held !== undefined;
  };

  return {
    claim: async (call): Promise<Claim> => {
      const now = clock().getTime();
      const first = await begin(table, secrets, call, now);
      if (first) return { state: 'claimed', ...first, isRepeat: false, wasAnswered: false };
      const item = await table.get(keyOf(call));
      if (!item) return { state: 'in flight' };
      if (item.fingerprint !== call.fingerprint) return { state: 'another request' };
      const wasAnswered = item.answer !== undefined;
      if (wasAnswered && (item.authority === undefined || item.authority === call.authority)) {
        const answer = unpacked(open(item.answer as Uint8Array, call, await secrets()));
        return answer ? { state: 'answered', answer } : { state: 'not kept' };
      }
      if (item.seed === undefined || Number(item.until ?? 0) >= now) return { state: 'in flight' };
      const seed = open(item.seed as Uint8Array, call, await secrets());
      const over = await takeOver(table, call, item, now);
      return over ? { state: 'claimed', ...over, seed, isRepeat: true, wasAnswered } : { state: 'in flight' };
    },

    renew: (call, { token }) =>
      whileHeld(call, token, 'SET #until = :until', { ':until': clock().getTime() + HELD_MILLISECONDS }),

    finish: async (call, { token }, answer) => {
      const sealed = seal(packed(answer), call, await firstSecret(secrets));
      await whileHeld(call, token, 'SET answer = :answer, authority = :authority REMOVE #until', {
        ':answer': sealed,
        ':authority': call.authority,
      });
    },

    release: async (call, { token, wasAnswered }: Claimed, { isUndone }) => {
      const forget = isUndone && !wasAnswered ? ' REMOVE seed' : '';
      await whileHeld(call, token, `SET #until = :past${forget}`, { ':past': 0 });
    },
  };
};

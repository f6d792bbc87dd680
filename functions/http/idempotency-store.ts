import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Clock } from '../domain/ports.ts';
import { idempotencyItemKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import {
  type Claim,
  type GivenAnswer,
  HELD_MILLISECONDS,
  type IdempotencyStore,
  type KeyedCall,
} from './idempotency.ts';

/** Secrets from which answers are sealed, the current one first. */
export type SealingSecrets = () => Promise<readonly Uint8Array[]>;

const KEPT_SECONDS = 24 * 3600;

/**
 * Calls by their idempotency key in DynamoDB:
 *
 *     claimed {fingerprint, token, until} --answered--> {answer, ttl}
 *         |  (until: renewed while the call is under way)
 *         +-- released or dead: claimed anew
 *
 * Answers hold what only the caller may know (a new API key, a signed request). They are sealed with AES-256-GCM under a
 * key that takes both the deployment's secret and the client's own idempotency key, of which only a hash is stored.
 */
export const dynamoIdempotency = (table: Table, secrets: SealingSecrets, clock: Clock): IdempotencyStore => {
  const keyOf = ({ scope, key }: KeyedCall) =>
    idempotencyItemKey(createHash('sha256').update(`${scope}\0${key}`).digest('hex'));

  const existing = async (call: KeyedCall): Promise<Claim | undefined> => {
    const item = await table.get(keyOf(call));
    if (!item) return undefined;
    if (item.fingerprint !== call.fingerprint) return { state: 'another request' };
    if (item.answer === undefined) return { state: 'in flight' };
    const answer = open(item.answer as Uint8Array, call, await secrets());
    return answer ? { state: 'answered', answer } : { state: 'not kept' };
  };

  const mine = { ConditionExpression: '#token = :token', ExpressionAttributeNames: { '#token': 'token' } };

  return {
    claim: async (call) => {
      const now = clock().getTime();
      const token = randomBytes(12).toString('base64url');
      const taken = await table.update({
        Key: keyOf(call),
        UpdateExpression: 'SET fingerprint = :fingerprint, #token = :token, #until = :until, #ttl = :ttl REMOVE answer',
        // The last: a claim whose answer was lost is sent again by the SDK, and has to know itself.
        ConditionExpression:
          'attribute_not_exists(pk) OR (attribute_not_exists(answer) AND #until < :now) OR #ttl < :seconds OR #token = :token',
        ExpressionAttributeNames: { '#token': 'token', '#until': 'until', '#ttl': 'ttl' },
        ExpressionAttributeValues: {
          ':fingerprint': call.fingerprint,
          ':token': token,
          ':now': now,
          ':until': now + HELD_MILLISECONDS,
          ':seconds': Math.floor(now / 1000),
          ':ttl': Math.floor(now / 1000) + KEPT_SECONDS,
        },
      });
      return taken ? { state: 'claimed', token } : ((await existing(call)) ?? { state: 'in flight' });
    },

    renew: async (call, token) => {
      await table.update({
        Key: keyOf(call),
        UpdateExpression: 'SET #until = :until',
        ConditionExpression: '#token = :token AND attribute_not_exists(answer)',
        ExpressionAttributeNames: { ...mine.ExpressionAttributeNames, '#until': 'until' },
        ExpressionAttributeValues: { ':token': token, ':until': clock().getTime() + HELD_MILLISECONDS },
      });
    },

    finish: async (call, token, answer) => {
      const [secret] = await secrets();
      if (!secret) throw new Error('there is no secret to seal answers with');
      await table.update({
        ...mine,
        Key: keyOf(call),
        UpdateExpression: 'SET answer = :answer REMOVE #until',
        ExpressionAttributeNames: { ...mine.ExpressionAttributeNames, '#until': 'until' },
        ExpressionAttributeValues: { ':token': token, ':answer': seal(answer, call, secret) },
      });
    },

    release: async (call, token) => {
      await table.update({
        ...mine,
        Key: keyOf(call),
        UpdateExpression: 'SET #until = :past',
        ExpressionAttributeNames: { ...mine.ExpressionAttributeNames, '#until': 'until' },
        ExpressionAttributeValues: { ':token': token, ':past': 0 },
      });
    },
  };
};

const IV_BYTES = 12;
const TAG_BYTES = 16;

const sealingKey = (secret: Uint8Array, { scope, key }: KeyedCall): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, key, `mediashelf idempotent answer ${scope}`, 32));

/** Larger answers are compressed: those of forms repeat what their records have in common. */
const PACKED_BYTES = 64 * 1024;
/** An item has 400 KB at most. */
const MOST_KEPT_BYTES = 350 * 1024;
const GZIP = 0x1f;

/** An answer as it is sealed. Of one that no item holds, only that there was one is kept: its call must not run twice. */
const packed = (answer: GivenAnswer): Uint8Array => {
  const text = Buffer.from(JSON.stringify(answer));
  const bytes = text.length > PACKED_BYTES ? gzipSync(text) : text;
  return bytes.length > MOST_KEPT_BYTES ? Buffer.from('null') : bytes;
};

const unpacked = (bytes: Buffer): GivenAnswer | null =>
  JSON.parse((bytes[0] === GZIP ? gunzipSync(bytes) : bytes).toString('utf8')) as GivenAnswer | null;

const seal = (answer: GivenAnswer, call: KeyedCall, secret: Uint8Array): Uint8Array => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(secret, call), iv);
  const sealed = Buffer.concat([cipher.update(packed(answer)), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
};

/** After a rotation the previous secret decrypts the answers that it encrypted. */
const open = (bytes: Uint8Array, call: KeyedCall, secrets: readonly Uint8Array[]): GivenAnswer | null => {
  const sealed = Buffer.from(bytes);
  for (const secret of secrets) {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(secret, call), sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return unpacked(text);
    } catch {
      // Sealed with another secret.
    }
  }
  throw new Error('a kept answer can be opened with no secret that is left');
};

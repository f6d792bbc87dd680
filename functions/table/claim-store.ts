import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { type Claim, type ClaimLimits, laneFor } from '../domain/shares.ts';
import { claimsKey } from './keys.ts';
import { jitteredPause, type Table } from './table.ts';

export interface ClaimRequest {
  readonly holder: string;
  readonly limits: ClaimLimits;
  /** When the claim expires, if it is not released. */
  readonly seconds: number;
}

/** Places that a person and a share have a bounded number of. */
export interface Claims {
  /** Claims a place under this id, once: `isNew` is false if it was claimed before. Undefined when no place is free. */
  take(share: string, id: string, request: ClaimRequest): Promise<{ lane: number; isNew: boolean } | undefined>;
  release(share: string, id: string): Promise<void>;
}

/** A write whose answer was lost is sent again by the SDK, and its call knows its claim by this. */
type HeldClaim = Claim & { readonly token?: string };
type Held = Readonly<Record<string, HeldClaim>>;

const ATTEMPTS = 10;

/** Claims in DynamoDB: one item for each share, which every change replaces as a whole, so that the bounds are exact. */
export const dynamoClaims = (table: Table, clock: Clock): Claims => ({
  take: async (share, id, { holder, limits, seconds }) => {
    const token = crypto.randomUUID();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const now = Math.floor(clock().getTime() / 1000);
      const item = await table.get(claimsKey(share));
      const held = stillHeld((item?.held ?? {}) as Held, now);
      const known = held[id];
      if (known) return { lane: known.lane, isNew: known.token === token };
      const lane = laneFor(Object.values(held), holder, limits);
      if (lane === undefined) return undefined;
      const next = { ...held, [id]: { holder, lane, until: now + seconds, token } };
      if (await replace(table, share, next, Number(item?.version ?? 0))) return { lane, isNew: true };
      await jitteredPause(attempt);
    }
    throw new MediaError('BUSY', 'Too many ask for this at once, try again in a moment', { retryAfter: 1 });
  },

  release: async (share, id) => {
    await table.update({
      Key: claimsKey(share),
      UpdateExpression: 'REMOVE held.#id SET version = version + :one',
      ConditionExpression: 'attribute_exists(held.#id)',
      ExpressionAttributeNames: { '#id': id },
      ExpressionAttributeValues: { ':one': 1 },
    });
  },
});

const stillHeld = (held: Held, now: number): Held =>
  Object.fromEntries(Object.entries(held).filter(([, { until }]) => until > now));

const replace = async (table: Table, share: string, held: Held, version: number): Promise<boolean> => {
  const updated = await table.update({
    Key: claimsKey(share),
    UpdateExpression: 'SET held = :held, version = :next, #ttl = :ttl',
    ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : 'version = :version',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':held': held,
      ':next': version + 1,
      ':ttl': Math.max(...Object.values(held).map(({ until }) => until)),
      ...(version === 0 ? {} : { ':version': version }),
    },
  });
  return updated !== undefined;
};

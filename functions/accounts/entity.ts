import { userKey } from '../table/keys.ts';
import type { TransactItem } from '../table/table.ts';

export const epochSeconds = (iso: string): number => Math.ceil(Date.parse(iso) / 1000);

/** The attributes of an item beyond its keys. */
export const entity = <T>(item: Record<string, unknown> | undefined): T | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, ttl: _ttl, duePk: _duePk, dueSk: _dueSk, ...rest } = item;
  return rest as T;
};

/** Put of an item that must not exist yet, for a transaction. */
export const putNew = (Item: Record<string, unknown>): TransactItem => ({
  Put: { Item, ConditionExpression: 'attribute_not_exists(pk)' },
});

/**
 * Checks a login against its person's password in the transaction that creates a key, invitation, webhook or team: a running
 * call whose login has ended meanwhile creates nothing, since the end of the login has already counted and ended its creations.
 * Empty if the version is unknown.
 */
export const ofPassword = (userId: string, passwordVersion: number | undefined): readonly TransactItem[] =>
  passwordVersion === undefined
    ? []
    : [
        {
          ConditionCheck: {
            Key: userKey(userId),
            ConditionExpression: 'passwordVersion = :version',
            ExpressionAttributeValues: { ':version': passwordVersion },
          },
        },
      ];

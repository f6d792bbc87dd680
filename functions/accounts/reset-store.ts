import { resetKey, userKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { entity, epochSeconds, putNew } from './entity.ts';

/** A token that was mailed to a person, by its hash. It is valid for the password that they had when they asked. */
export interface PasswordReset {
  readonly userId: string;
  readonly email: string;
  readonly passwordVersion: number;
  readonly expiresAt: string;
}

/** Tokens for a new password in DynamoDB, as hashes. */
export const dynamoResets = (table: Table) => ({
  putReset: async (hash: string, reset: PasswordReset): Promise<void> => {
    const failed = await table.transact([putNew({ ...resetKey(hash), ...reset, ttl: epochSeconds(reset.expiresAt) })]);
    if (failed.length > 0) throw new Error('a token for a new password was made twice');
  },

  reset: async (hash: string): Promise<PasswordReset | undefined> =>
    entity<PasswordReset>(await table.get(resetKey(hash))),

  /**
   * Uses a token up and stores the new password, which ends all logins. False when the token was used, or the password was changed
   * since it was made: then the other tokens of the person are invalid as well.
   */
  useReset: async (
    hash: string,
    { userId, passwordVersion, expiresAt }: PasswordReset,
    passwordHash: string,
  ): Promise<boolean> => {
    const failed = await table.transact([
      {
        Delete: {
          Key: resetKey(hash),
          ConditionExpression: 'expiresAt = :end',
          ExpressionAttributeValues: { ':end': expiresAt },
        },
      },
      {
        Update: {
          Key: userKey(userId),
          UpdateExpression: 'SET passwordHash = :hash, passwordVersion = :next',
          ConditionExpression: 'passwordVersion = :now',
          ExpressionAttributeValues: { ':hash': passwordHash, ':now': passwordVersion, ':next': passwordVersion + 1 },
        },
      },
    ]);
    return failed.length === 0;
  },

  /** Notes that the person has read a mail to their address. The first time stays. */
  proveAddress: async (userId: string, at: string): Promise<void> => {
    await table.update({
      Key: userKey(userId),
      UpdateExpression: 'SET emailProvenAt = if_not_exists(emailProvenAt, :at)',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': at },
    });
  },
});

export type ResetStore = ReturnType<typeof dynamoResets>;

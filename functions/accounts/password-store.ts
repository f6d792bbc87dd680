import { sessionKey, userKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { User } from './account-items.ts';
import { putSession, type Session } from './session-store.ts';

/** Changes of passwords in DynamoDB. Each raises the version, with which all logins of before have ended. */
export const dynamoPasswords = (table: Table) => ({
  /** Ends all logins. False when the password was changed by another call meanwhile. */
  resetPassword: async ({ id, passwordVersion }: User, passwordHash: string): Promise<boolean> => {
    const answer = await table.update({
      Key: userKey(id),
      UpdateExpression: 'SET passwordHash = :hash, passwordVersion = :next',
      ConditionExpression: 'passwordVersion = :now',
      ExpressionAttributeValues: { ':hash': passwordHash, ':now': passwordVersion, ':next': passwordVersion + 1 },
    });
    return answer !== undefined;
  },

  /**
   * Ends all logins, that of the caller included, and opens `next` in its place. False when another call changed the password
   * meanwhile, or the caller's login has ended. The ended login stays until its expiry: uploads that were begun with it are
   * compared with its old password version.
   */
  changePassword: async (user: User, passwordHash: string, asking: string, next: Session): Promise<boolean> => {
    const values = { ':next': user.passwordVersion + 1, ':now': user.passwordVersion };
    const failed = await table.transact([
      {
        Update: {
          Key: userKey(user.id),
          UpdateExpression: 'SET passwordHash = :hash, passwordVersion = :next',
          ConditionExpression: 'passwordVersion = :now',
          ExpressionAttributeValues: { ...values, ':hash': passwordHash },
        },
      },
      {
        ConditionCheck: {
          Key: sessionKey(asking),
          ConditionExpression: 'passwordVersion = :now',
          ExpressionAttributeValues: { ':now': user.passwordVersion },
        },
      },
      { Put: putSession(next) },
    ]);
    return failed.length === 0;
  },
});

import type { NamedCredential } from '../domain/principal.ts';
import type { Scope } from '../domain/scopes.ts';
import { sessionKey, ticketKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { entity, epochSeconds } from './entity.ts';

/** A login. Access tokens carry its id, so that its end is theirs as well. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** A login is valid as long as the password version that it was made with. */
  readonly passwordVersion: number;
  readonly cookieHash: string;
  readonly familyHash: string;
  readonly refreshHash: string;
  /** Of the refresh before the last: a client that did not get the answer may still send it. */
  readonly former?: {
    readonly cookieHash: string;
    readonly refreshHash: string;
    readonly nonce: string;
    readonly at: string;
  };
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** One connection to the WebSocket API may be opened with it, once. */
export interface Ticket {
  readonly id: string;
  readonly userId: string;
  readonly teamId: string;
  readonly scopes: readonly Scope[];
  /** The credential of its maker; with its end the ticket ends, and the connection that it opened. */
  readonly by: NamedCredential;
  readonly expiresAt: string;
}

/** The item of a login; its TTL removes it after the login has ended. */
export const putSession = (session: Session) => ({
  Item: { ...sessionKey(session.id), ...session, ttl: epochSeconds(session.expiresAt) },
});

/** Logins and tickets in DynamoDB, as hashes. */
export const dynamoSessions = (table: Table) => ({
  session: async (id: string): Promise<Session | undefined> => entity<Session>(await table.get(sessionKey(id))),

  putSession: async (session: Session): Promise<void> => {
    await table.put(putSession(session));
  },

  /** Replaces the secrets of a session. False when another call did, or it has ended. */
  rotateSession: (session: Session, next: Session): Promise<boolean> =>
    table.put({
      ...putSession(next),
      ConditionExpression: 'refreshHash = :refresh AND passwordVersion = :version',
      ExpressionAttributeValues: { ':refresh': session.refreshHash, ':version': session.passwordVersion },
    }),

  endSession: (id: string): Promise<void> => table.remove(sessionKey(id)),

  putTicket: async (ticket: Ticket): Promise<void> => {
    await table.put({ Item: { ...ticketKey(ticket.id), ...ticket, ttl: epochSeconds(ticket.expiresAt) } });
  },

  /** Takes the ticket away, so that it cannot be used again. */
  redeemTicket: async (hash: string): Promise<Ticket | undefined> => {
    const answer = await table.update({
      Key: ticketKey(hash),
      UpdateExpression: 'SET used = :true',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(used)',
      ExpressionAttributeValues: { ':true': true },
      ReturnValues: 'ALL_NEW',
    });
    return entity<Ticket>(answer?.Attributes);
  },
});

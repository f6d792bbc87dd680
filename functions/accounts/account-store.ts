import type { Membership } from '../domain/principal.ts';
import type { GrantableScope, Role } from '../domain/scopes.ts';
import {
  apiKeyKey,
  emailKey,
  memberKey,
  membershipKey,
  sessionKey,
  teamApiKeyKey,
  teamKey,
  ticketKey,
  userKey,
} from '../stores/keys.ts';
import type { Table, TransactItem } from '../stores/table.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly defaultTeamId: string;
  readonly createdAt: string;
}

/** A user and the teams they are in. */
export interface Person {
  readonly user: User;
  readonly teams: readonly Membership[];
}

/** The team that somebody works in unless they name another: their default, or the first one once they left that. */
export const homeOf = ({ user, teams }: Person): Membership | undefined =>
  teams.find(({ teamId }) => teamId === user.defaultTeamId) ?? teams[0];

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
}

export interface ApiKey {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly GrantableScope[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/** A login. Its id is the hash of its cookie; access tokens carry it, so that a logout ends them as well. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly teamId: string;
  readonly refreshHash: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** One connection to the WebSocket API may be opened with it, once. */
export interface Ticket {
  readonly id: string;
  readonly userId: string;
  readonly teamId: string;
  readonly expiresAt: string;
}

const epochSeconds = (iso: string): number => Math.ceil(Date.parse(iso) / 1000);
const entity = <T>(item: Record<string, unknown> | undefined): T | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, ttl: _ttl, ...rest } = item;
  return rest as T;
};
const putNew = (Item: Record<string, unknown>): TransactItem => ({
  Put: { Item, ConditionExpression: 'attribute_not_exists(pk)' },
});

/** People, teams and credentials in DynamoDB. Secrets are stored as hashes only. */
export const dynamoAccounts = (table: Table) => ({
  /** False when the e-mail address is taken. */
  createOwner: async (user: User, team: Team, key: ApiKey, keyHash: string): Promise<boolean> => {
    const member = { userId: user.id, teamId: team.id, role: 'owner' satisfies Role, createdAt: user.createdAt };
    const failed = await table.transact([
      putNew({ ...emailKey(user.email), userId: user.id }),
      putNew({ ...userKey(user.id), ...user }),
      putNew({ ...teamKey(team.id), ...team }),
      putNew({ ...memberKey(team.id, user.id), ...member }),
      putNew({ ...membershipKey(user.id, team.id), ...member }),
      putNew({ ...apiKeyKey(keyHash), ...key }),
      putNew({ ...teamApiKeyKey(team.id, key.id), ...key, keyHash }),
    ]);
    return failed.length === 0;
  },

  putApiKey: async (key: ApiKey, keyHash: string): Promise<void> => {
    await table.transact([
      putNew({ ...apiKeyKey(keyHash), ...key }),
      putNew({ ...teamApiKeyKey(key.teamId, key.id), ...key, keyHash }),
    ]);
  },

  userByEmail: async (email: string): Promise<User | undefined> => {
    const address = await table.get(emailKey(email));
    return address && entity<User>(await table.get(userKey(String(address.userId))));
  },
  user: async (id: string): Promise<User | undefined> => entity<User>(await table.get(userKey(id))),
  team: async (id: string): Promise<Team | undefined> => entity<Team>(await table.get(teamKey(id))),
  /** A user with all memberships, in one read: their items lie side by side. */
  person: async (userId: string): Promise<Person | undefined> => {
    const { Items = [] } = await table.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': userKey(userId).pk, ':first': 'MEMBER#', ':last': userKey(userId).sk },
      ConsistentRead: true,
    });
    const user = entity<User>(Items.find(({ sk }) => sk === userKey(userId).sk));
    const teams = Items.filter(({ sk }) => sk !== userKey(userId).sk).map(({ teamId, role }) => ({ teamId, role }));
    return user && { user, teams };
  },
  /** The role of a user in a team, or undefined for somebody who is no member (any more). */
  role: async (teamId: string, userId: string): Promise<Role | undefined> =>
    (await table.get(memberKey(teamId, userId)))?.role as Role | undefined,

  apiKey: async (hash: string): Promise<ApiKey | undefined> => entity<ApiKey>(await table.get(apiKeyKey(hash))),
  session: async (hash: string): Promise<Session | undefined> => entity<Session>(await table.get(sessionKey(hash))),
  putSession: async (session: Session): Promise<void> => {
    await table.put({ Item: { ...sessionKey(session.id), ...session, ttl: epochSeconds(session.expiresAt) } });
  },
  endSession: (id: string): Promise<void> => table.remove(sessionKey(id)),

  putTicket: async (ticket: Ticket): Promise<void> => {
    await table.put({ Item: { ...ticketKey(ticket.id), ...ticket, ttl: epochSeconds(ticket.expiresAt) } });
  },
  /** Takes the ticket away, so that nobody else can use it. */
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

export type AccountStore = ReturnType<typeof dynamoAccounts>;

import type { Membership } from '../domain/principal.ts';
import type { Role } from '../domain/scopes.ts';
import type { MembershipStatus } from '../domain/team-rules.ts';
import { dueKeys } from '../table/index-keys.ts';
import {
  emailKey,
  madeTeamsKey,
  memberKey,
  membershipKey,
  sessionKey,
  teamKey,
  teamsOfKey,
  userKey,
} from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { type ApiKey, dynamoApiKeys, putApiKey } from './api-key-store.ts';
import { entity, epochSeconds, putNew } from './entity.ts';
import { dynamoSessions, putSession, type Session } from './session-store.ts';

export type { ApiKey } from './api-key-store.ts';
export type { Session, Ticket } from './session-store.ts';

export interface User {
  readonly id: string;
  /** Null for a guest. */
  readonly email: string | null;
  readonly passwordHash: string | null;
  /** Counts changes of the password; a login of an earlier one has ended. */
  readonly passwordVersion: number;
  readonly defaultTeamId: string;
  /** When a guest's time is over; null for all others. */
  readonly guestUntil: string | null;
  readonly createdAt: string;
}

/** A user and the teams they are in. */
export interface Person {
  readonly user: User;
  readonly teams: readonly Membership[];
}

/** The default team of a person: the chosen one, or the first one after they left that. */
export const homeOf = ({ user, teams }: Person): Membership | undefined =>
  teams.find(({ teamId }) => teamId === user.defaultTeamId) ?? teams[0];

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  /** The person who made it. Absent for the team of an operator or a guest, and in items from before this was stored. */
  readonly madeBy?: string;
}

/** The membership of a person, as the team sees it. */
export interface Member extends Membership {
  readonly userId: string;
  readonly email: string | null;
  readonly createdAt: string;
}

/** The two items of a membership: one beside the team, one beside the user. */
export const putMember = (member: Member): readonly TransactItem[] => [
  putNew({ ...memberKey(member.teamId, member.userId), ...member }),
  putNew({ ...membershipKey(member.userId, member.teamId), ...member }),
];

/** The items of a new user. */
export const putUser = (user: User): readonly TransactItem[] => [
  ...(user.email === null ? [] : [putNew({ ...emailKey(user.email), userId: user.id })]),
  putNew({ ...userKey(user.id), ...user }),
];

/** The item of a new team, whose one owner is written beside it. */
export const putTeam = (team: Team): TransactItem => putNew({ ...teamKey(team.id), ...team, owners: 1 });

const ownerOf = (team: Team, user: User): Member => ({
  teamId: team.id,
  userId: user.id,
  email: user.email,
  role: 'owner',
  createdAt: team.createdAt,
});

/** How long the items of a guest are kept, if the sweep has not removed them. */
const GUEST_KEPT_SECONDS = 7 * 24 * 3600;
/** An upload that a guest began in their last minute may take a day, and be processed a little later. */
const LAST_UPLOAD_SECONDS = 26 * 3600;

const after = (iso: string, seconds: number): string => new Date(Date.parse(iso) + seconds * 1000).toISOString();

/** People and their credentials in DynamoDB. Secrets are stored as hashes only. */
export const dynamoAccounts = (table: Table) => {
  const person = async (userId: string): Promise<Person | undefined> => {
    const { pk, sk: last } = userKey(userId);
    const { Items = [] } = await table.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': pk, ':first': 'MEMBER#', ':last': last },
      ConsistentRead: true,
    });
    const user = entity<User>(Items.find(({ sk }) => sk === last));
    const teams = Items.filter(({ sk }) => sk !== last).map(({ teamId, role }) => ({ teamId, role }));
    return user && { user, teams };
  };

  return {
    ...dynamoSessions(table),
    ...dynamoApiKeys(table),

    /** A user with all memberships, in one read: their items share a partition. */
    person,
    personByEmail: async (email: string): Promise<Person | undefined> => {
      const address = await table.get(emailKey(email));
      // Always two reads, so that an unknown address takes as long as a known one.
      return person(address ? String(address.userId) : 'unknown');
    },
    user: async (id: string): Promise<User | undefined> => entity<User>(await table.get(userKey(id))),
    team: async (id: string): Promise<Team | undefined> => entity<Team>(await table.get(teamKey(id))),
    /** The role of a user in a team, or undefined for a person who is no member (any more). */
    role: async (teamId: string, userId: string): Promise<Role | undefined> =>
      (await table.get(memberKey(teamId, userId)))?.role as Role | undefined,
    /** The place of a user in a team, or undefined for a person who is no member (any more). */
    standing: async (teamId: string, userId: string): Promise<MembershipStatus | undefined> => {
      const member = entity<Member>(await table.get(memberKey(teamId, userId)));
      return member && { role: member.role, since: member.createdAt };
    },

    /** False when the e-mail address is in use. */
    createOwner: async (user: User, team: Team, key: ApiKey, keyHash: string): Promise<boolean> => {
      const items = [...putUser(user), putTeam(team), ...putMember(ownerOf(team, user)), ...putApiKey(key, keyHash)];
      return (await table.transact(items)).length === 0;
    },

    /** A guest with a team of their own. The sweep removes everything of a guest. */
    createGuest: async (user: User & { readonly guestUntil: string }, team: Team): Promise<void> => {
      const ttl = epochSeconds(user.guestUntil) + GUEST_KEPT_SECONDS;
      const due = dueKeys('guest', team.id, after(user.guestUntil, LAST_UPLOAD_SECONDS));
      const member = ownerOf(team, user);
      const failed = await table.transact([
        putNew({ ...userKey(user.id), ...user, ttl }),
        putNew({ ...teamKey(team.id), ...team, owners: 1, guestId: user.id, ...due }),
        putNew({ ...memberKey(team.id, user.id), ...member, ttl }),
        putNew({ ...membershipKey(user.id, team.id), ...member, ttl }),
      ]);
      if (failed.length > 0) throw new Error(`user id ${user.id} is taken`);
    },

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
     * Removes a user who is in no team any more, and frees the address. False when they are in one: each membership changes the
     * count of their teams in the transaction that begins it, so the count is the same only if none has begun since.
     */
    removeUser: async ({ id, email }: User): Promise<boolean> => {
      const changes = (await table.get(teamsOfKey(id)))?.changes;
      const now = await person(id);
      if (now && now.teams.length > 0) return false;
      const keys = [...(email === null ? [] : [emailKey(email)]), madeTeamsKey(id), userKey(id)];
      const unchanged = {
        ConditionExpression: changes === undefined ? 'attribute_not_exists(#changes)' : '#changes = :changes',
        ExpressionAttributeNames: { '#changes': 'changes' },
        ...(changes === undefined ? {} : { ExpressionAttributeValues: { ':changes': changes } }),
      };
      const failed = await table.transact([
        { Delete: { Key: teamsOfKey(id), ...unchanged } },
        ...keys.map((Key) => ({ Delete: { Key } })),
      ]);
      return failed.length === 0;
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
  };
};

export type AccountStore = ReturnType<typeof dynamoAccounts>;

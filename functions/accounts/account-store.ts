import { dueKeys } from '../table/index-keys.ts';
import { memberKey, membershipKey, teamKey, userKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { ownerOf, putMember, putTeam, putUser, type Team, type User } from './account-items.ts';
import { type ApiKey, dynamoApiKeys, putApiKey } from './api-key-store.ts';
import { epochSeconds, putNew } from './entity.ts';
import { dynamoPasswords } from './password-store.ts';
import { dynamoPeople } from './people-store.ts';
import { dynamoSessions } from './session-store.ts';

export type { Member, Person, Team, User } from './account-items.ts';
export type { ApiKey } from './api-key-store.ts';
export type { Session, Ticket } from './session-store.ts';

/** How long the items of a guest are kept, if the sweep has not removed them. */
const GUEST_KEPT_SECONDS = 7 * 24 * 3600;
/** An upload that a guest began in their last minute may take a day, and be processed a little later. */
const LAST_UPLOAD_SECONDS = 26 * 3600;

const after = (iso: string, seconds: number): string => new Date(Date.parse(iso) + seconds * 1000).toISOString();

/** New owners and guests in DynamoDB, each with a team of their own. */
const dynamoNewcomers = (table: Table) => ({
  /** False when the e-mail address is in use. */
  createOwner: async (user: User, team: Team, key: ApiKey, keyHash: string): Promise<boolean> => {
    const items = [...putUser(user), putTeam(team), ...putMember(ownerOf(team, user)), ...putApiKey(key, keyHash)];
    return (await table.transact(items)).length === 0;
  },

  /** A guest with a team of their own. The sweep removes everything of a guest. */
  createGuest: async (user: User & { readonly guestUntil: string }, team: Team): Promise<void> => {
    const ttl = epochSeconds(user.guestUntil) + GUEST_KEPT_SECONDS;
    const due = dueKeys('guest', team.id, after(user.guestUntil, LAST_UPLOAD_SECONDS), team.id);
    const member = ownerOf(team, user);
    const failed = await table.transact([
      putNew({ ...userKey(user.id), ...user, ttl }),
      putNew({ ...teamKey(team.id), ...team, owners: 1, guestId: user.id, ...due }),
      putNew({ ...memberKey(team.id, user.id), ...member, ttl }),
      putNew({ ...membershipKey(user.id, team.id), ...member, ttl }),
    ]);
    if (failed.length > 0) throw new Error(`user id ${user.id} is taken`);
  },
});

/** People and their credentials in DynamoDB. Secrets are stored as hashes only. */
export const dynamoAccounts = (table: Table) => ({
  ...dynamoPeople(table),
  ...dynamoNewcomers(table),
  ...dynamoPasswords(table),
  ...dynamoSessions(table),
  ...dynamoApiKeys(table),
});

export type AccountStore = ReturnType<typeof dynamoAccounts>;

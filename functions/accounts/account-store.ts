import type { MembershipStatus } from '../domain/team-rules.ts';
import { dueKeys } from '../table/index-keys.ts';
import { apiKeyKey, memberKey, membershipKey, teamApiKeyKey, teamKey, userKey } from '../table/keys.ts';
import type { Key, Table } from '../table/table.ts';
import { type Member, ownerOf, putMember, putTeam, putUser, type Team, type User } from './account-items.ts';
import { type ApiKey, dynamoApiKeys, putApiKey } from './api-key-store.ts';
import { entity, epochSeconds, putNew } from './entity.ts';
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

/** Who uploads: their place in the team, themselves, and the key that they used. */
export interface Bringer {
  readonly standing: MembershipStatus | undefined;
  readonly user: User | undefined;
  readonly key: ApiKey | undefined;
}

const dynamoBringers = (table: Table) => {
  /** Hashes of keys, which never change. */
  const hashes = new Map<string, string>();
  const remember = (keyId: string, hash: string): void => {
    if (hashes.size >= MOST_REMEMBERED) hashes.clear();
    hashes.set(keyId, hash);
  };
  return {
    /** One read where this instance knows the key, otherwise two. */
    bringer: async (teamId: string, userId: string, keyId: string | undefined): Promise<Bringer> => {
      const place = keyId === undefined ? undefined : teamApiKeyKey(teamId, keyId);
      const known = keyId === undefined ? undefined : hashes.get(keyId);
      const items = await table.batchGet([
        ...[memberKey(teamId, userId), userKey(userId)],
        ...(place ? [place] : []),
        ...(known === undefined ? [] : [apiKeyKey(known)]),
      ]);
      const found = ({ pk, sk }: Key) => items.find((item) => item.pk === pk && item.sk === sk);
      const member = entity<Member>(found(memberKey(teamId, userId)));
      const hash = place && found(place)?.keyHash;
      const keyItem = async (key: Key) => found(key) ?? (known === hash ? undefined : await table.get(key));
      if (keyId !== undefined && typeof hash === 'string') remember(keyId, hash);
      return {
        standing: member && { role: member.role, since: member.createdAt },
        user: entity<User>(found(userKey(userId))),
        key: hash === undefined ? undefined : entity<ApiKey>(await keyItem(apiKeyKey(String(hash)))),
      };
    },
  };
};

const MOST_REMEMBERED = 1000;

/** People and their credentials in DynamoDB. Secrets are stored as hashes only. */
export const dynamoAccounts = (table: Table) => ({
  ...dynamoPeople(table),
  ...dynamoNewcomers(table),
  ...dynamoPasswords(table),
  ...dynamoSessions(table),
  ...dynamoApiKeys(table),
  ...dynamoBringers(table),
});

export type AccountStore = ReturnType<typeof dynamoAccounts>;

import type { GrantableScope } from '../domain/scopes.ts';
import type { MembershipStatus, SetUp } from '../domain/team-rules.ts';
import { apiKeyKey, memberKey, teamApiKeyKey, teamKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { entity, ofPassword, putNew } from './entity.ts';

export interface ApiKey extends SetUp {
  readonly id: string;
  readonly teamId: string;
  /** Its maker; it is limited to their role, and ends permanently when they leave. */
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly GrantableScope[];
  readonly expiresAt: string | null;
  /** Written at most every few minutes. */
  readonly lastUsedAt: string | null;
}

/** A key, with the place of its maker in its team where that was read beside it. */
export interface FoundApiKey extends ApiKey {
  readonly standing?: MembershipStatus | 'none';
}

/** Keys of which an instance remembers whose they are, which never changes: the key and its maker are then one read. */
const MOST_REMEMBERED = 1000;
type Whose = Pick<ApiKey, 'teamId' | 'userId'>;

const keyReader = (table: Table) => {
  const known = new Map<string, Whose>();
  return async (hash: string): Promise<FoundApiKey | undefined> => {
    const whose = known.get(hash);
    if (!whose) {
      const key = entity<ApiKey>(await table.get(apiKeyKey(hash)));
      if (known.size >= MOST_REMEMBERED) known.clear();
      if (key) known.set(hash, { teamId: key.teamId, userId: key.userId });
      return key;
    }
    const place = memberKey(whose.teamId, whose.userId);
    const items = await table.batchGet([apiKeyKey(hash), place]);
    const key = entity<ApiKey>(items.find(({ sk }) => sk === 'APIKEY'));
    const member = items.find(({ sk }) => sk === place.sk);
    return key && { ...key, standing: member ? statusOf(member) : 'none' };
  };
};

const statusOf = (member: Record<string, unknown>): MembershipStatus =>
  ({ role: member.role, since: member.createdAt }) as MembershipStatus;

/** The items of a key: itself by its hash, and its entry in the team's list. */
export const putApiKey = (key: ApiKey, hash: string): readonly TransactItem[] => [
  putNew({ ...apiKeyKey(hash), ...key }),
  putNew({ ...teamApiKeyKey(key.teamId, key.id), keyHash: hash }),
];

/** API keys in DynamoDB, as hashes. */
export const dynamoApiKeys = (table: Table) => ({
  /** A key by its hash, with the place of its maker where this instance read the key before. */
  apiKey: keyReader(table),

  /** A key by the id that its team knows it by. */
  apiKeyById: async (teamId: string, id: string): Promise<ApiKey | undefined> => {
    const place = await table.get(teamApiKeyKey(teamId, id));
    return place && entity<ApiKey>(await table.get(apiKeyKey(String(place.keyHash))));
  },

  /** False when its maker's password is not of this version any more. */
  createApiKey: async (key: ApiKey, hash: string, passwordVersion?: number): Promise<boolean> => {
    const items = putApiKey(key, hash);
    const failed = await table.transact([...items, ...ofPassword(key.userId, passwordVersion)]);
    if (failed.some((position) => position < items.length)) throw new Error(`key id ${key.id} is taken`);
    return failed.length === 0;
  },

  /** All keys of a team. */
  apiKeys: async (teamId: string): Promise<readonly ApiKey[]> => {
    const { Items = [] } = await table.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': teamKey(teamId).pk, ':first': 'APIKEY#', ':last': 'APIKEY#\uffff' },
      ConsistentRead: true,
    });
    const keys = await Promise.all(Items.map(({ keyHash }) => table.get(apiKeyKey(String(keyHash)))));
    return keys.flatMap((item) => entity<ApiKey>(item) ?? []);
  },

  /** False when the team has no such key. */
  revokeApiKey: async (teamId: string, id: string): Promise<boolean> => {
    const place = await table.get(teamApiKeyKey(teamId, id));
    if (!place) return false;
    await table.transact([
      { Delete: { Key: apiKeyKey(String(place.keyHash)) } },
      { Delete: { Key: teamApiKeyKey(teamId, id) } },
    ]);
    return true;
  },

  touchApiKey: async (hash: string, at: string): Promise<void> => {
    await table.update({
      Key: apiKeyKey(hash),
      UpdateExpression: 'SET lastUsedAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':at': at },
    });
  },
});

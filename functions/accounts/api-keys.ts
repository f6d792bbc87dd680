import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { insufficient, type Principal } from '../domain/principal.ts';
import { expandScopes, type GrantableScope } from '../domain/scopes.ts';
import { loginEnded, requireManager, requireNoGuest } from '../domain/team-rules.ts';
import type { AccountStore, ApiKey } from './account-store.ts';
import { requireManagerOf } from './require-manager-of.ts';
import { stillHeld } from './still-held.ts';
import { hashSecret, newApiKey } from './tokens.ts';

export interface CreateApiKey {
  readonly name: string;
  readonly scopes: readonly GrantableScope[];
  readonly expiresAt?: string | null | undefined;
}

export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  /** Shown only once; the table has its hash. */
  readonly secret: string;
}

/** A team loses track of more keys than these, and a forgotten key is never revoked. */
const MOST_KEYS = 50;

const requireKeyManager = (principal: Principal): void => {
  requireManager(principal, principal.teamId);
  requireNoGuest(principal);
};

/** Makes a key for the team, limited to its maker's role. */
export const createApiKey =
  ({
    accounts,
    newId,
    clock,
  }: {
    accounts: Pick<AccountStore, 'apiKeys' | 'apiKeyById' | 'standing' | 'createApiKey' | 'revokeApiKey'>;
    newId: () => string;
    clock: Clock;
  }) =>
  async ({ input, principal, keyed }: Call<CreateApiKey>): Promise<CreatedApiKey> => {
    requireKeyManager(principal);
    const beyond = expandScopes(input.scopes).find((scope) => !principal.scopes.has(scope));
    if (beyond) throw insufficient(beyond);
    const id = idsOf({ keyed }, newId)();
    const secret = newApiKey(keyed);
    const before = await madeBefore({ keyed }, () => accounts.apiKeyById(principal.teamId, id));
    if (before) return { apiKey: before, secret };
    const now = clock();
    const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null;
    if (expiresAt && expiresAt <= now) {
      const fields = [{ code: 'custom', path: ['expiresAt'], message: 'Expected a time in the future' }];
      throw new MediaError('VALIDATION', 'Invalid request body', { fields });
    }
    const standing = await accounts.standing(principal.teamId, principal.userId);
    if (!standing) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    const tooMany = `A team has at most ${MOST_KEYS} API keys; revoke one that is not needed`;
    if ((await livingKeys(principal.teamId, accounts)).length >= MOST_KEYS) throw new MediaError('CONFLICT', tooMany);
    const apiKey: ApiKey = {
      id,
      teamId: principal.teamId,
      userId: principal.userId,
      name: input.name,
      scopes: [...new Set(input.scopes)],
      createdAt: now.toISOString(),
      memberSince: standing.since,
      expiresAt: expiresAt?.toISOString() ?? null,
      lastUsedAt: null,
    };
    const { passwordVersion } = principal.credential;
    if (!(await accounts.createApiKey(apiKey, hashSecret(secret), passwordVersion))) throw loginEnded();
    // Counted again after it was made: concurrent calls may all have seen room.
    if ((await livingKeys(principal.teamId, accounts)).length > MOST_KEYS) {
      await accounts.revokeApiKey(principal.teamId, apiKey.id);
      throw new MediaError('CONFLICT', tooMany);
    }
    return { apiKey, secret };
  };

type KeyList = Pick<AccountStore, 'apiKeys' | 'standing' | 'revokeApiKey'>;

/** The keys whose maker is still in the team. Keys of former members have ended and are removed now. */
const livingKeys = async (teamId: string, accounts: KeyList): Promise<readonly ApiKey[]> => {
  const keys = await accounts.apiKeys(teamId);
  const rule = { madeBy: ({ userId }: ApiKey) => userId, may: () => true };
  const living = await stillHeld(teamId, keys, rule, accounts);
  for (const { id } of keys.filter((key) => !living.includes(key))) await accounts.revokeApiKey(teamId, id);
  return living;
};

/** The keys of the team, newest first; never the secrets. */
export const listApiKeys =
  ({ accounts }: { accounts: KeyList }) =>
  async ({ principal }: Call<undefined>): Promise<readonly ApiKey[]> => {
    requireKeyManager(principal);
    const keys = await livingKeys(principal.teamId, accounts);
    return keys.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt));
  };

export interface RevokeApiKeyDeps {
  readonly accounts: Pick<AccountStore, 'apiKeyById' | 'standing' | 'revokeApiKey'>;
  /** Rejects the open uploads of the key, or some of them: the sweep rejects the rest. */
  readonly rejectUploads: (key: Pick<ApiKey, 'id' | 'userId'>) => Promise<void>;
}

/** Ends a key and its open uploads; only owners can end an owner's: at once for writes, within half a minute for reads. */
export const revokeApiKey =
  ({ accounts, rejectUploads }: RevokeApiKeyDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    requireKeyManager(principal);
    const key = await accounts.apiKeyById(principal.teamId, input.id);
    if (key) await requireManagerOf(principal, key.userId, accounts);
    if (!(await accounts.revokeApiKey(principal.teamId, input.id))) throw notFound('API key');
    if (key) await rejectUploads(key);
  };

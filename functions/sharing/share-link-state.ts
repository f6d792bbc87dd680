import type { AccountStore, ApiKey } from '../accounts/account-store.ts';
import type { Clock } from '../domain/ports.ts';
import { type Role, type Scope, scopesOfKey, scopesOfRole } from '../domain/scopes.ts';
import type { ShareLink, ShareLinkState } from '../domain/share-link.ts';
import { isOfMembership } from '../domain/team-rules.ts';

export interface ShareLinkStateDeps {
  readonly accounts: Pick<AccountStore, 'standing' | 'apiKeyById'>;
  readonly clock: Clock;
}

/** Sharing shows records to strangers: its maker has to see them, and to be allowed to change who else does. */
export const SHARING_SCOPES = ['media:read', 'media:update'] as const satisfies readonly Scope[];

const includeSharing = (scopes: ReadonlySet<Scope>): boolean => SHARING_SCOPES.every((scope) => scopes.has(scope));

const scopesNow = (role: Role, key: ApiKey | undefined): ReadonlySet<Scope> =>
  key ? scopesOfKey(key.scopes, role) : scopesOfRole(role);

/**
 * Whether a link opens now: its maker is in the team, in the membership in which they made it, and in a role that may share; the
 * API key that made it is neither revoked nor expired.
 */
export const shareLinkState = async (
  link: ShareLink,
  { accounts, clock }: ShareLinkStateDeps,
): Promise<ShareLinkState> => {
  const now = clock().getTime();
  const isPast = (end: string | null): boolean => end !== null && Date.parse(end) <= now;
  if (isPast(link.expiresAt)) return 'ended';
  const standing = await accounts.standing(link.teamId, link.userId);
  if (!standing || !isOfMembership(standing, link)) return 'ended';
  const key = link.by && (await accounts.apiKeyById(link.teamId, link.by.id));
  if (link.by && (!key || key.userId !== link.userId || isPast(key.expiresAt))) return 'ended';
  return includeSharing(scopesNow(standing.role, key)) ? 'open' : 'suspended';
};

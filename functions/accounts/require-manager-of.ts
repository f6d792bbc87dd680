import type { Principal } from '../domain/principal.ts';
import { requireManager } from '../domain/team-rules.ts';
import type { AccountStore } from './account-store.ts';

/**
 * Throws unless the caller may manage what this member of the team made: only owners manage an owner's. Everything of a former
 * member can be managed by all managers.
 */
export const requireManagerOf = async (
  principal: Principal,
  userId: string,
  accounts: Pick<AccountStore, 'standing'>,
): Promise<void> => {
  const standing = await accounts.standing(principal.teamId, userId);
  requireManager(principal, principal.teamId, ...(standing ? [standing.role] : []));
};

import type { Principal } from '../domain/principal.ts';
import { requireManager } from '../domain/team-rules.ts';
import type { AccountStore } from './account-store.ts';

/**
 * Throws unless the caller may manage what this member of the team set up: a thing of an owner concerns an owner. What a person
 * left behind who is no member any more is for all who manage the team.
 */
export const requireManagerOf = async (
  principal: Principal,
  userId: string,
  accounts: Pick<AccountStore, 'standing'>,
): Promise<void> => {
  const standing = await accounts.standing(principal.teamId, userId);
  requireManager(principal, principal.teamId, ...(standing ? [standing.role] : []));
};

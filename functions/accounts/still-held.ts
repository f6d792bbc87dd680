import type { Role } from '../domain/scopes.ts';
import { isOfMembership, type SetUp } from '../domain/team-rules.ts';
import type { AccountStore } from './account-store.ts';

/**
 * The items that are still valid: their makers are in the team, in the membership in which they made them, and in a role that
 * could make them now.
 */
export const stillHeld = async <Thing extends SetUp>(
  teamId: string,
  things: readonly Thing[],
  { madeBy, may }: { madeBy: (thing: Thing) => string; may: (role: Role, thing: Thing) => boolean },
  accounts: Pick<AccountStore, 'standing'>,
): Promise<readonly Thing[]> => {
  const makers = [...new Set(things.map(madeBy))];
  const standings = new Map(
    await Promise.all(makers.map(async (id) => [id, await accounts.standing(teamId, id)] as const)),
  );
  return things.filter((thing) => {
    const standing = standings.get(madeBy(thing));
    return standing !== undefined && isOfMembership(standing, thing) && may(standing.role, thing);
  });
};

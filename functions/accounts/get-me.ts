import { MediaError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import type { Role } from '../domain/scopes.ts';
import type { Call } from '../http/route.ts';
import type { AccountStore, Team, User } from './account-store.ts';

export interface Me {
  readonly user: User;
  readonly team: Team;
  /** All teams that the caller is in, or the one that the call is narrowed to. */
  readonly teams: readonly (Team & { readonly role: Role })[];
  readonly principal: Principal;
}

/** Who the caller is, in which team, and what that allows. */
export const getMe =
  ({ accounts }: { accounts: Pick<AccountStore, 'user' | 'team'> }) =>
  async ({ principal }: Call<undefined>): Promise<Me> => {
    const [user, ...found] = await Promise.all([
      accounts.user(principal.userId),
      ...principal.teams.map(async ({ teamId, role }) => ({ team: await accounts.team(teamId), role })),
    ]);
    const teams = found.flatMap(({ team, role }) => (team ? [{ ...team, role }] : []));
    const team = teams.find(({ id }) => id === principal.teamId);
    if (!user || !team) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    return { user, team, teams, principal };
  };

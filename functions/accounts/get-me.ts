import type { Call } from '../api/route.ts';
import { MediaError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import type { AccountStore, Team, User } from './account-store.ts';

export interface Me {
  readonly user: User;
  readonly team: Team;
  readonly principal: Principal;
}

/** Who the caller is, in which team, and what that allows. */
export const getMe =
  ({ accounts }: { accounts: Pick<AccountStore, 'user' | 'team'> }) =>
  async ({ principal }: Call<undefined>): Promise<Me> => {
    const [user, team] = await Promise.all([accounts.user(principal.userId), accounts.team(principal.teamId)]);
    if (!user || !team) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    return { user, team, principal };
  };

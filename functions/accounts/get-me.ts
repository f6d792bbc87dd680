import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import type { Role } from '../domain/scopes.ts';
import type { AccountStore, ApiKey, Team, User } from './account-store.ts';

export interface Me {
  readonly user: User;
  readonly team: Team;
  /** All teams that the caller is in, or the one that the call is narrowed to. */
  readonly teams: readonly (Team & { readonly role: Role })[];
  readonly principal: Principal;
  /** The key of the call. Other people may read it in scripts, so the answer does not name its maker. */
  readonly apiKey?: ApiKey | undefined;
}

/** The caller, their team and their rights. */
export const getMe =
  ({ accounts }: { accounts: Pick<AccountStore, 'user' | 'team' | 'apiKeyById'> }) =>
  async ({ principal }: Call<undefined>): Promise<Me> => {
    const [user, ...found] = await Promise.all([
      accounts.user(principal.userId),
      ...principal.teams.map(async ({ teamId, role }) => ({ team: await accounts.team(teamId), role })),
    ]);
    const teams = found.flatMap(({ team, role }) => (team ? [{ ...team, role }] : []));
    const team = teams.find(({ id }) => id === principal.teamId);
    if (!user || !team) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    const { kind, id } = principal.credential;
    if (kind !== 'api-key') return { user, team, teams, principal };
    const apiKey = await accounts.apiKeyById(principal.teamId, id);
    if (!apiKey) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    return { user, team, teams, principal, apiKey };
  };

import type { AccountStore, Team } from '../accounts/account-store.ts';
import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Role } from '../domain/scopes.ts';
import type { Settings } from '../domain/settings.ts';
import {
  loginEnded,
  madeEnoughTeams,
  membershipIn,
  requireLogin,
  requireManager,
  requireNoGuest,
  tooManyTeams,
} from '../domain/team-rules.ts';
import type { TeamStore } from './team-store.ts';

/** A team as one of its members sees it. */
export interface OwnTeam extends Team {
  readonly role: Role;
}

export interface TeamDeps {
  readonly accounts: Pick<AccountStore, 'person' | 'team'>;
  readonly teams: Pick<TeamStore, 'create' | 'rename'>;
  readonly settings: Pick<Settings, 'teamsPerPerson'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** Makes a team that the caller owns. */
export const createTeam =
  ({ accounts, teams, settings, newId, clock }: TeamDeps) =>
  async ({ input, principal, keyed }: Call<{ name: string }>): Promise<OwnTeam> => {
    requireLogin(principal);
    requireNoGuest(principal);
    const id = idsOf({ keyed }, newId)();
    const before = await madeBefore({ keyed }, () => accounts.team(id));
    if (before) return { ...before, role: membershipIn(principal, id).role };
    const most = settings.teamsPerPerson;
    if (most === 0) throw madeEnoughTeams(most);
    const person = await accounts.person(principal.userId);
    if (!person) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    const { id: userId, email } = person.user;
    const createdAt = clock().toISOString();
    const team: Team = { id, name: input.name, createdAt, madeBy: userId };
    const owner = { teamId: team.id, userId, email, role: 'owner', createdAt } as const;
    const outcome = await teams.create(team, owner, most, principal.credential.passwordVersion);
    if (outcome === 'ended') throw loginEnded();
    if (outcome === 'full') throw tooManyTeams();
    if (outcome === 'enough') throw madeEnoughTeams(most);
    return { ...team, role: 'owner' };
  };

/** The teams that the caller is in. */
export const listTeams =
  ({ accounts }: Pick<TeamDeps, 'accounts'>) =>
  async ({ principal }: Call<undefined>): Promise<readonly OwnTeam[]> => {
    const found = await Promise.all(
      principal.teams.map(async ({ teamId, role }) => ({ team: await accounts.team(teamId), role })),
    );
    return found
      .flatMap(({ team, role }) => (team ? [{ ...team, role }] : []))
      .sort((one, other) => one.createdAt.localeCompare(other.createdAt));
  };

/** One team of the caller. */
export const getTeam =
  ({ accounts }: Pick<TeamDeps, 'accounts'>) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<OwnTeam> => {
    const { role } = membershipIn(principal, input.id);
    const team = await accounts.team(input.id);
    if (!team) throw notFound('Team');
    return { ...team, role };
  };

/** Gives a team another name. */
export const renameTeam =
  ({ teams }: Pick<TeamDeps, 'teams'>) =>
  async ({ input, principal }: Call<{ id: string; name: string }>): Promise<OwnTeam> => {
    requireManager(principal, input.id);
    const team = await teams.rename(input.id, input.name);
    if (!team) throw notFound('Team');
    return { ...team, role: membershipIn(principal, input.id).role };
  };

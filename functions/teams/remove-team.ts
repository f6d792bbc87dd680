import type { AccountStore, Person } from '../accounts/account-store.ts';
import { endKeys } from './end-set-up.ts';
import type { TeamStore } from './team-store.ts';

export interface RemoveTeamDeps {
  readonly accounts: Pick<AccountStore, 'apiKeys' | 'revokeApiKey' | 'person' | 'removeUser'>;
  readonly teams: Pick<TeamStore, 'members' | 'dissolve' | 'isIndexed' | 'removeRest' | 'invitations' | 'withdraw'>;
}

interface RemovedTeam {
  readonly userId: string;
  readonly keys: number;
  readonly teams: readonly string[];
}

/**
 * Removes a team without records, and its last person with it when they are in no other. Operators call it; no route does.
 * Called again after a failure, it goes on where it stopped.
 */
export const removeTeam = async (
  person: Person,
  teamId: string,
  { accounts, teams }: RemoveTeamDeps,
): Promise<RemovedTeam> => {
  const { user } = person;
  const members = await teams.members(teamId);
  const own = members.find(({ userId }) => userId === user.id);
  if (members.length > 0 && (own?.role !== 'owner' || members.length > 1))
    throw new Error(`the team ${teamId} has other members than ${user.email} as its owner: let them leave first`);
  if (await teams.isIndexed(teamId))
    throw new Error('search still counts records of the team; it follows the library in a moment, try again then');
  if (own && (await teams.dissolve(own)) !== 'done')
    throw new Error(
      'the team has records, in the trash or in open uploads, or was changed by another call a moment ago',
    );
  const keys = await endKeys({ user, teams: [{ teamId, role: 'owner' }] }, { accounts });
  for (const { id } of await teams.invitations(teamId)) await teams.withdraw(teamId, id);
  await teams.removeRest(teamId, user.id);
  // A user who is in another team, or joins one meanwhile, stays.
  await accounts.removeUser(user);
  return { userId: user.id, keys, teams: [teamId] };
};

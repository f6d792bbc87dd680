import type { AccountStore, Person } from '../accounts/account-store.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { TeamStore } from './team-store.ts';

export interface EndSetUpDeps {
  readonly accounts: Pick<AccountStore, 'person' | 'apiKeys' | 'revokeApiKey'>;
  readonly teams: Pick<TeamStore, 'member' | 'beginAnew'>;
  readonly clock: Clock;
}

/**
 * Ends all keys, invitations, webhooks and uploads of a person in their teams, and answers the number of API keys among them.
 * The teams and roles stay, and each membership begins anew, which ends invitations, webhooks and uploads. Called when no
 * earlier login is valid any more, since such a login could create them in the new membership. After a failure, another call
 * continues.
 */
export const endSetUp = async (userId: string, deps: EndSetUpDeps): Promise<number> => {
  // Read now: until a moment ago an earlier login could add the person to another team.
  const person = await deps.accounts.person(userId);
  if (!person) return 0;
  for (const { teamId } of person.teams) await beginAnew(teamId, userId, deps);
  return endKeys(person, deps);
};

/** Revokes the API keys of a person in their teams, which closes the connections of those keys, and counts them. */
export const endKeys = async (
  { user, teams }: Person,
  { accounts }: Pick<EndSetUpDeps, 'accounts'>,
): Promise<number> => {
  let ended = 0;
  for (const { teamId } of teams) {
    const keys = (await accounts.apiKeys(teamId)).filter(({ userId }) => userId === user.id);
    for (const { id } of keys) if (await accounts.revokeApiKey(teamId, id)) ended += 1;
  }
  return ended;
};

const beginAnew = async (teamId: string, userId: string, { teams, clock }: EndSetUpDeps): Promise<void> => {
  const member = await teams.member(teamId, userId);
  if (!member) return;
  // Later than before, for any clock skew: older items store no membership and are compared by time.
  const at = Math.max(clock().getTime(), Date.parse(member.createdAt) + 1);
  if (await teams.beginAnew(member, new Date(at).toISOString())) return;
  const now = await teams.member(teamId, userId);
  // A membership that has ended, or that another call began anew, has no earlier items.
  if (now?.createdAt === member.createdAt) {
    throw new MediaError('CONFLICT', 'The membership was changed by another call a moment ago; try again');
  }
};

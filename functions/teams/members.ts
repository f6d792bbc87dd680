import type { Member } from '../accounts/account-store.ts';
import type { Call } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Role } from '../domain/scopes.ts';
import { membershipIn, requireLogin, requireManager } from '../domain/team-rules.ts';
import type { MemberChange } from './member-store.ts';
import type { TeamStore } from './team-store.ts';

export interface MemberDeps {
  readonly teams: Pick<TeamStore, 'members' | 'member' | 'changeRole' | 'remove'>;
}

interface Named {
  readonly teamId: string;
  readonly userId: string;
}

/** The members of a team; any member who is logged in may see them. */
export const listMembers =
  ({ teams }: MemberDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<readonly Member[]> => {
    membershipIn(principal, input.id);
    requireLogin(principal);
    const members = await teams.members(input.id);
    return members.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt));
  };

/** Gives a member another role; only an owner may give an owner's role or change an owner. */
export const changeRole =
  ({ teams }: MemberDeps) =>
  async ({ input, principal }: Call<Named & { role: Role }>): Promise<Member> => {
    requireManager(principal, input.teamId);
    const member = await memberOf(teams, input);
    requireManager(principal, input.teamId, member.role, input.role);
    if (member.role !== input.role) refuse(await teams.changeRole(member, input.role));
    return { ...member, role: input.role };
  };

/** Removes a member from a team. Their keys stop working, their files stay. */
export const removeMember =
  ({ teams }: MemberDeps) =>
  async ({ input, principal }: Call<Named>): Promise<void> => {
    requireManager(principal, input.teamId);
    const member = await memberOf(teams, input);
    requireManager(principal, input.teamId, member.role);
    refuse(await teams.remove(member));
  };

/** The caller leaves, in any role; but a team keeps an owner. */
export const leaveTeam =
  ({ teams }: MemberDeps) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    membershipIn(principal, input.id);
    requireLogin(principal);
    refuse(await teams.remove(await memberOf(teams, { teamId: input.id, userId: principal.userId })));
  };

const memberOf = async (teams: Pick<TeamStore, 'member'>, { teamId, userId }: Named): Promise<Member> => {
  const member = await teams.member(teamId, userId);
  if (!member) throw notFound('Member');
  return member;
};

const refuse = (change: MemberChange): void => {
  if (change === 'last owner') throw new MediaError('CONFLICT', 'A team keeps at least one owner');
  if (change === 'changed') throw new MediaError('CONFLICT', 'Another call changed this member a moment ago');
};

import type { Membership } from '../domain/principal.ts';
import { emailKey, memberKey, membershipKey, teamKey, userKey } from '../table/keys.ts';
import type { TransactItem } from '../table/table.ts';
import { putNew } from './entity.ts';

export interface User {
  readonly id: string;
  /** Null for a guest. */
  readonly email: string | null;
  readonly passwordHash: string | null;
  /** Counts changes of the password; a login of an earlier one has ended. */
  readonly passwordVersion: number;
  readonly defaultTeamId: string;
  /** When a guest's time is over; null for all others. */
  readonly guestUntil: string | null;
  readonly createdAt: string;
  /** When the person first used a token that was mailed to the address. Absent while no mail has proved it. */
  readonly emailProvenAt?: string;
}

/** A user and the teams they are in. */
export interface Person {
  readonly user: User;
  readonly teams: readonly Membership[];
}

/** The default team of a person: the chosen one, or the first one after they left that. */
export const homeOf = ({ user, teams }: Person): Membership | undefined =>
  teams.find(({ teamId }) => teamId === user.defaultTeamId) ?? teams[0];

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  /** The person who made it. Absent for the team of an operator or a guest, and in items from before this was stored. */
  readonly madeBy?: string;
}

/** The membership of a person, as the team sees it. */
export interface Member extends Membership {
  readonly userId: string;
  readonly email: string | null;
  readonly createdAt: string;
}

/** The two items of a membership: one beside the team, one beside the user. */
export const putMember = (member: Member): readonly TransactItem[] => [
  putNew({ ...memberKey(member.teamId, member.userId), ...member }),
  putNew({ ...membershipKey(member.userId, member.teamId), ...member }),
];

/** The items of a new user. */
export const putUser = (user: User): readonly TransactItem[] => [
  ...(user.email === null ? [] : [putNew({ ...emailKey(user.email), userId: user.id })]),
  putNew({ ...userKey(user.id), ...user }),
];

/** The item of a new team, whose one owner is written beside it. */
export const putTeam = (team: Team): TransactItem => putNew({ ...teamKey(team.id), ...team, owners: 1 });

/** The membership of a team's first owner. */
export const ownerOf = (team: Team, user: User): Member => ({
  teamId: team.id,
  userId: user.id,
  email: user.email,
  role: 'owner',
  createdAt: team.createdAt,
});

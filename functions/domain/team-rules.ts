import { MediaError, notFound } from './errors.ts';
import type { Membership, Principal } from './principal.ts';
import { ROLES, type Role } from './scopes.ts';

/** Each request reads all teams of its caller; this bound keeps that read small. */
export const MOST_TEAMS = 50;

/** The members of a team are one answer, and open invitations count among them: each makes one member at most. */
export const MOST_MEMBERS = 1000;

/** The refusal of another team to a person who is in as many as one may be in. */
export const tooManyTeams = (): MediaError => new MediaError('CONFLICT', `A person is in at most ${MOST_TEAMS} teams`);

/** The refusal of another team to a person who has made as many as one may make. */
export const madeEnoughTeams = (most: number): MediaError =>
  most === 0
    ? new MediaError('FORBIDDEN', 'Teams are made by the operators of this service')
    : new MediaError('CONFLICT', `A person makes at most ${most} teams`);

/** The refusal of a running call whose login has ended meanwhile. */
export const loginEnded = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

/** Rights over the people of a team: owners everything, admins everything except what concerns owners. */
export const mayManage = (actor: Role, ...concerned: readonly Role[]): boolean =>
  actor === 'owner' || (actor === 'admin' && !concerned.includes('owner'));

/** The roles whose holders may do to the people of a team what concerns these roles. */
export const managersOf = (...concerned: readonly Role[]): readonly Role[] =>
  ROLES.filter((role) => mayManage(role, ...concerned));

/** A person's present membership of a team. A person who leaves and comes back has another one, by its beginning. */
export interface MembershipStatus {
  readonly role: Role;
  /** When the membership began. */
  readonly since: string;
}

/** The membership of its maker that an item stores. */
export interface SetUp {
  readonly createdAt: string;
  /** When that membership began. Absent in items from before this was stored. */
  readonly memberSince?: string | undefined;
}

/**
 * Whether an item was made in the present membership of its maker: it ends permanently with that membership, and does not come
 * back with the person.
 */
export const isOfMembership = ({ since }: MembershipStatus, { memberSince, createdAt }: SetUp): boolean =>
  memberSince === undefined ? since <= createdAt : since === memberSince;

const forbidden = (why: string): MediaError => new MediaError('FORBIDDEN', `Insufficient permissions - ${why}`);

/** The caller's place in a team; a team that they are not in is answered as a missing one. */
export const membershipIn = ({ teams }: Principal, teamId: string): Membership => {
  const membership = teams.find((each) => each.teamId === teamId);
  if (!membership) throw notFound('Team');
  return membership;
};

/** Throws for an API key: it opens a team's media, and neither its people nor its other keys. */
export const requireLogin = ({ credential }: Principal): void => {
  if (credential.kind === 'api-key') throw forbidden('a login is required');
};

/** Throws for a guest, whose team has no other member and ends with them. */
export const requireNoGuest = ({ guest }: Principal): void => {
  if (guest) throw forbidden('guests may not do this');
};

/** Throws unless the caller may manage the team's people of these roles (404 for strangers, 403 for too small a role). */
export const requireManager = (principal: Principal, teamId: string, ...concerned: readonly Role[]): void => {
  const { role } = membershipIn(principal, teamId);
  requireLogin(principal);
  if (mayManage(role, ...concerned)) return;
  throw forbidden(concerned.includes('owner') ? 'owner role required' : 'owner or admin role required');
};

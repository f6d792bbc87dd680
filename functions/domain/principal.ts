import { MediaError, notFound } from './errors.ts';
import { type Role, type Scope, scopesOfRole } from './scopes.ts';

/** A team that a person belongs to, and their role in it. */
export interface Membership {
  readonly teamId: string;
  readonly role: Role;
}

/** The caller, as one credential identifies them. */
export interface Principal {
  readonly userId: string;
  /** The team that new things belong to: the one of `x-team-id`, of the key, or the person's default. */
  readonly teamId: string;
  /** The role in that team. */
  readonly role: Role;
  /** The rights in that team. */
  readonly scopes: ReadonlySet<Scope>;
  /** The teams whose things may be seen: all of a person's, exactly one for a key or when `x-team-id` names it. */
  readonly teams: readonly Membership[];
  /** A guest: with a small quota, for some hours, the only member of the team. */
  readonly guest?: boolean;
  /** The address of a guest's call: an address makes many guests, and these are counted together. */
  readonly address?: string;
  /** The scope that the route needs; `admitTo` checks it in the team of the found record. */
  readonly needs?: Scope;
  readonly credential: {
    readonly kind: 'session' | 'api-key' | 'access-token' | 'upload-token';
    readonly id: string;
    /** The login or key that requested an upload token. */
    readonly by?: NamedCredential;
    /** The version of its holder's password with which a login was made, and which its creations store. */
    readonly passwordVersion?: number | undefined;
  };
}

/** A login or key by its id: stored with a ticket, an upload token or a connection, to look up the credential behind it. */
export interface NamedCredential {
  readonly kind: 'login' | 'api-key';
  readonly id: string;
}

/** The login or key behind a principal. */
export const namedBy = ({ credential: { kind, id, by } }: Pick<Principal, 'credential'>): NamedCredential =>
  by ?? { kind: kind === 'api-key' ? 'api-key' : 'login', id };

/** The rights of a principal in a team; none in a team that they are not in. */
export const scopesIn = (principal: Principal, teamId: string): ReadonlySet<Scope> => {
  if (teamId === principal.teamId) return principal.scopes;
  const membership = principal.teams.find((each) => each.teamId === teamId);
  // Only a person has a second team; `scopes` has the rights of a key.
  return membership ? scopesOfRole(membership.role) : new Set();
};

/** The teams in which a principal may do something. */
export const teamsWith = (principal: Principal, scope: Scope): readonly string[] =>
  principal.teams.map(({ teamId }) => teamId).filter((teamId) => scopesIn(principal, teamId).has(scope));

/** A refusal for a missing scope; each dialect names the scope in its own terms. */
export const insufficient = (scope: Scope): MediaError =>
  new MediaError('FORBIDDEN', 'Insufficient permissions', { scope });

/**
 * Throws unless the principal has the route's scope in this team. An item of a foreign team is answered as missing, an item
 * whose team gives no such right as forbidden.
 */
export const admitTo = (principal: Principal, teamId: string, what?: string): void => {
  if (!principal.teams.some((each) => each.teamId === teamId)) throw notFound(what);
  if (principal.needs && !scopesIn(principal, teamId).has(principal.needs)) throw insufficient(principal.needs);
};

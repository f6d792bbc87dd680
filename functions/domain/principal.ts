import { MediaError, notFound } from './errors.ts';
import { type Role, type Scope, scopesOfRole } from './scopes.ts';

/** A team that a person belongs to, and their role in it. */
export interface Membership {
  readonly teamId: string;
  readonly role: Role;
}

/** Who asks, by one credential. */
export interface Principal {
  readonly userId: string;
  /** The team that new things belong to: the one of `x-team-id`, of the key, or the person's default. */
  readonly teamId: string;
  /** The role in that team. */
  readonly role: Role;
  /** What may be done in that team. */
  readonly scopes: ReadonlySet<Scope>;
  /** The teams whose things may be seen: all of a person's, exactly one for a key or when `x-team-id` names it. */
  readonly teams: readonly Membership[];
  /** A guest: with a small quota, for some hours, alone in the team. */
  readonly guest?: boolean;
  /** The scope that the route asks for; `admitTo` holds it against the team of what was found. */
  readonly needs?: Scope;
  readonly credential: {
    readonly kind: 'session' | 'api-key' | 'access-token' | 'upload-token';
    readonly id: string;
    /** The login or key by which an upload token was asked for. */
    readonly by?: NamedCredential;
    /** Of which password of its holder a login is, and what was made with it. */
    readonly passwordVersion?: number | undefined;
  };
}

/** A login or key by its id: what a ticket, an upload token or a connection remembers of the credential behind it. */
export interface NamedCredential {
  readonly kind: 'login' | 'api-key';
  readonly id: string;
}

/** The login or key behind a principal. */
export const namedBy = ({ credential: { kind, id, by } }: Pick<Principal, 'credential'>): NamedCredential =>
  by ?? { kind: kind === 'api-key' ? 'api-key' : 'login', id };

/** What a principal may do in a team; nothing in a team that they are not in. */
export const scopesIn = (principal: Principal, teamId: string): ReadonlySet<Scope> => {
  if (teamId === principal.teamId) return principal.scopes;
  const membership = principal.teams.find((each) => each.teamId === teamId);
  // Only a person has a second team; what a key may do is in `scopes`.
  return membership ? scopesOfRole(membership.role) : new Set();
};

/** The teams in which a principal may do something. */
export const teamsWith = (principal: Principal, scope: Scope): readonly string[] =>
  principal.teams.map(({ teamId }) => teamId).filter((teamId) => scopesIn(principal, teamId).has(scope));

/** A refusal for want of a scope; the dialect that answers it names the scope in its own words. */
export const insufficient = (scope: Scope): MediaError =>
  new MediaError('FORBIDDEN', 'Insufficient permissions', { scope });

/**
 * Throws unless the principal may do to a thing of this team what the route is for: what belongs to a foreign team is
 * answered as missing, what the role in the thing's own team does not allow as forbidden.
 */
export const admitTo = (principal: Principal, teamId: string, what?: string): void => {
  if (!principal.teams.some((each) => each.teamId === teamId)) throw notFound(what);
  if (principal.needs && !scopesIn(principal, teamId).has(principal.needs)) throw insufficient(principal.needs);
};

import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { type NamedCredential, namedBy, type Principal, scopesIn } from '../domain/principal.ts';
import { type Scope, scopesOfKey, scopesOfRole } from '../domain/scopes.ts';
import { isOfMembership } from '../domain/team-rules.ts';
import { homeOf } from './account-items.ts';
import type { AccountStore, Session } from './account-store.ts';
import type { FoundApiKey } from './api-key-store.ts';

/** The person or key that a credential belongs to. */
export interface Holder {
  readonly principal: Principal;
  /** When the credential expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface FindHolderDeps {
  readonly accounts: Pick<AccountStore, 'session' | 'person' | 'standing' | 'apiKeyById'>;
  readonly clock: Clock;
}

const refused = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

/**
 * The holder of a found key. A key ends when it expires, and permanently when its maker leaves the team: it does not come back
 * with them.
 */
export const holderOfFoundKey = async (
  key: FoundApiKey,
  { accounts, clock }: { accounts: Pick<AccountStore, 'standing'>; clock: Clock },
): Promise<Holder> => {
  const { userId, teamId, id } = key;
  const expiresAt = key.expiresAt ? Date.parse(key.expiresAt) : Number.POSITIVE_INFINITY;
  if (expiresAt <= clock().getTime()) throw refused();
  const standing = key.standing ?? (await accounts.standing(teamId, userId));
  if (!standing || standing === 'none' || !isOfMembership(standing, key)) throw refused();
  const { role } = standing;
  return {
    principal: {
      userId,
      teamId,
      role,
      scopes: scopesOfKey(key.scopes, role),
      teams: [{ teamId, role }],
      credential: { kind: 'api-key', id },
    },
    expiresAt,
  };
};

/** The person who is logged in by a session that was found, unless it has ended. */
export const holderOfSession = async (
  session: Session,
  kind: 'session' | 'access-token',
  { accounts, clock }: { accounts: Pick<AccountStore, 'person'>; clock: Clock },
): Promise<Holder> => {
  const { id, userId } = session;
  if (Date.parse(session.expiresAt) <= clock().getTime()) throw refused();
  const person = await accounts.person(userId);
  const home = person && homeOf(person);
  if (!home || person.user.passwordVersion !== session.passwordVersion) throw refused();
  return {
    principal: {
      userId,
      ...home,
      scopes: scopesOfRole(home.role),
      teams: person.teams,
      ...(person.user.guestUntil === null ? {} : { guest: true }),
      credential: { kind, id, passwordVersion: session.passwordVersion },
    },
    expiresAt: Date.parse(session.expiresAt),
  };
};

/**
 * The current holder of a login or a key, by its id alone. Later work of a credential asks here, so that it ends with the
 * credential, however that ends.
 */
export const holderOfNamed = async (
  { kind, id }: NamedCredential,
  { teamId, userId }: Pick<Principal, 'teamId' | 'userId'>,
  deps: FindHolderDeps,
): Promise<Holder> => {
  const holder = kind === 'api-key' ? await holderOfKeyId(teamId, id, deps) : await holderOfLogin(id, deps);
  if (holder.principal.userId !== userId) throw refused();
  return holder;
};

const holderOfKeyId = async (teamId: string, id: string, deps: FindHolderDeps): Promise<Holder> => {
  const key = await deps.accounts.apiKeyById(teamId, id);
  if (!key) throw refused();
  return holderOfFoundKey(key, deps);
};

const holderOfLogin = async (id: string, deps: FindHolderDeps): Promise<Holder> => {
  const session = await deps.accounts.session(id);
  if (!session) throw refused();
  return holderOfSession(session, 'access-token', deps);
};

/** Throws unless a caller who was identified before still has their credential, and the needed scope in the same team. */
export const expectStill = async (principal: Principal, scope: Scope, deps: FindHolderDeps): Promise<void> => {
  const { principal: now } = await holderOfNamed(namedBy(principal), principal, deps);
  const isIn = now.teams.some(({ teamId }) => teamId === principal.teamId);
  if (!isIn || !scopesIn(now, principal.teamId).has(scope)) throw refused();
};

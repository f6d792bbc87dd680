import type { Credential } from '../api/credentials.ts';
import type { Authenticate } from '../api/serve.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { type Principal, scopesIn } from '../domain/principal.ts';
import { scopesOfKey, scopesOfRole } from '../domain/scopes.ts';
import type { AccessTokens } from './access-tokens.ts';
import { type AccountStore, homeOf } from './account-store.ts';
import { hashSecret, isApiKey } from './tokens.ts';

export interface AuthenticateDeps {
  readonly accounts: Pick<AccountStore, 'apiKey' | 'session' | 'role' | 'person'>;
  readonly tokens: Pick<AccessTokens, 'verify'>;
  readonly clock: Clock;
}

/** How long a read may rely on what was true before: half of the minute in which a revocation has to show. */
const REMEMBERED_MILLISECONDS = 30_000;
const MOST_REMEMBERED = 1000;

const refused = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

/**
 * Finds who holds a credential: an API key, a session cookie or an access token. Writes look at the store each time, so
 * that a logout or a revoked key holds at once; reads remember the answer for half a minute.
 */
export const authenticator = (deps: AuthenticateDeps): Authenticate => {
  const remembered = new Map<string, { principal: Principal; until: number }>();

  return async (credential, { fresh, teamId }) => {
    const now = deps.clock().getTime();
    const memory = `${credential.kind} ${hashSecret(credential.token)}`;
    const known = remembered.get(memory);
    if (!fresh && known && known.until > now) return narrowed(known.principal, teamId);
    remembered.delete(memory);
    const { principal, expiresAt } = await holderOf(credential, deps);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(memory, { principal, until: Math.min(now + REMEMBERED_MILLISECONDS, expiresAt) });
    return narrowed(principal, teamId);
  };
};

/** The same principal in one team alone. A key is of one team, so naming another is as wrong as for a stranger. */
const narrowed = (principal: Principal, teamId: string | undefined): Principal => {
  if (teamId === undefined) return principal;
  const membership = principal.teams.find((each) => each.teamId === teamId);
  if (!membership) throw notFound('Team');
  return { ...principal, ...membership, scopes: scopesIn(principal, teamId), teams: [membership] };
};

interface Holder {
  readonly principal: Principal;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const holderOf = (credential: Credential, deps: AuthenticateDeps): Promise<Holder> => {
  if (credential.kind === 'session') return holderOfSession(hashSecret(credential.token), 'session', deps);
  return isApiKey(credential.token) ? holderOfKey(credential.token, deps) : holderOfToken(credential.token, deps);
};

const holderOfKey = async (token: string, { accounts, clock }: AuthenticateDeps): Promise<Holder> => {
  const key = await accounts.apiKey(hashSecret(token));
  const expiresAt = key?.expiresAt ? Date.parse(key.expiresAt) : Number.POSITIVE_INFINITY;
  if (!key || expiresAt <= clock().getTime()) throw refused();
  const role = await accounts.role(key.teamId, key.userId);
  if (!role) throw refused();
  const { userId, teamId, id } = key;
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

const holderOfToken = async (token: string, deps: AuthenticateDeps): Promise<Holder> => {
  const claims = await deps.tokens.verify(token);
  const holder = await holderOfSession(claims.sessionId, 'access-token', deps);
  if (holder.principal.userId !== claims.userId) throw refused();
  return holder;
};

const holderOfSession = async (
  id: string,
  kind: 'session' | 'access-token',
  { accounts, clock }: AuthenticateDeps,
): Promise<Holder> => {
  const session = await accounts.session(id);
  if (!session || Date.parse(session.expiresAt) <= clock().getTime()) throw refused();
  const person = await accounts.person(session.userId);
  const home = person && homeOf(person);
  if (!home) throw refused();
  const { userId } = session;
  return {
    principal: { userId, ...home, scopes: scopesOfRole(home.role), teams: person.teams, credential: { kind, id } },
    expiresAt: Date.parse(session.expiresAt),
  };
};

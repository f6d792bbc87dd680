import { REMEMBERED_SECONDS } from '../domain/ends-of-access.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { type Principal, scopesIn } from '../domain/principal.ts';
import type { Authenticate } from '../http/api-context.ts';
import type { Credential } from '../http/credentials.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AccountStore, Session } from './account-store.ts';
import { type Holder, holderOfFoundKey, holderOfSession } from './find-holder.ts';
import { parseRefreshToken, parseSessionCookie } from './session-tokens.ts';
import { hashSecret, isApiKey } from './tokens.ts';

export interface AuthenticateDeps {
  readonly accounts: Pick<AccountStore, 'apiKey' | 'session' | 'standing' | 'person' | 'touchApiKey'>;
  readonly tokens: Pick<AccessTokens, 'verify'>;
  readonly clock: Clock;
}

const MOST_REMEMBERED = 1000;
/** How stale the last use of a key may be that people see. */
const LAST_USE_MILLISECONDS = 5 * 60_000;
const FORMER_COOKIE_MILLISECONDS = 60_000;

const refused = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

/**
 * Finds the holder of a credential: an API key, an access token, or one of the cookies of a login. Writes look at the store
 * each time, so that a logout or a revoked key takes effect at once; reads cache the answer for half a minute.
 */
export const authenticator = (deps: AuthenticateDeps): Authenticate => {
  const remembered = new Map<string, { principal: Principal; until: number }>();

  return async (credential, { fresh, teamId }) => {
    const now = deps.clock().getTime();
    const memory = `${credential.kind} ${hashSecret(credential.token)}`;
    const known = remembered.get(memory);
    // A person who just joined a team and names it is looked up again, not refused from the cache.
    if (!fresh && known && known.until > now && isIn(known.principal, teamId)) {
      return narrowed(known.principal, teamId);
    }
    remembered.delete(memory);
    const { principal, expiresAt } = await holderOf(credential, deps);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(memory, { principal, until: Math.min(now + REMEMBERED_SECONDS * 1000, expiresAt) });
    return narrowed(principal, teamId);
  };
};

const isIn = ({ teams }: Principal, teamId: string | undefined): boolean =>
  teamId === undefined || teams.some((each) => each.teamId === teamId);

/** The same principal in one team only. A key belongs to one team, so naming another is refused as for a stranger. */
const narrowed = (principal: Principal, teamId: string | undefined): Principal => {
  if (teamId === undefined) return principal;
  const membership = principal.teams.find((each) => each.teamId === teamId);
  if (!membership) throw notFound('Team');
  return { ...principal, ...membership, scopes: scopesIn(principal, teamId), teams: [membership] };
};

const holderOf = (credential: Credential, deps: AuthenticateDeps): Promise<Holder> => {
  if (credential.kind === 'session') return holderOfCookie(credential.token, deps);
  if (credential.kind === 'refresh') return holderOfRefreshToken(credential.token, deps);
  return isApiKey(credential.token) ? holderOfKey(credential.token, deps) : holderOfToken(credential.token, deps);
};

const holderOfKey = async (token: string, { accounts, clock }: AuthenticateDeps): Promise<Holder> => {
  const hash = hashSecret(token);
  const key = await accounts.apiKey(hash);
  if (!key) throw refused();
  const holder = await holderOfFoundKey(key, { accounts, clock });
  const now = clock();
  if (!key.lastUsedAt || now.getTime() - Date.parse(key.lastUsedAt) > LAST_USE_MILLISECONDS) {
    // Awaited, because Lambda freezes running work after the answer. Its failure is no reason to refuse the call: the next use
    // is recorded.
    await accounts.touchApiKey(hash, now.toISOString()).catch(() => {});
  }
  return holder;
};

const holderOfToken = async (token: string, deps: AuthenticateDeps): Promise<Holder> => {
  const claims = await deps.tokens.verify(token);
  const session = await deps.accounts.session(claims.sessionId);
  if (session?.userId !== claims.userId) throw refused();
  const holder = await holderOfSession(session, 'access-token', deps);
  return { ...holder, expiresAt: Math.min(holder.expiresAt, claims.expiresAt) };
};

const holderOfCookie = async (token: string, deps: AuthenticateDeps): Promise<Holder> => {
  const cookie = parseSessionCookie(token);
  const session = cookie && (await deps.accounts.session(cookie.id));
  if (!session || !isCurrent(session, 'cookieHash', cookie.secret, deps.clock())) throw refused();
  return holderOfSession(session, 'session', deps);
};

/** A refresh token as a credential: it is checked and not used up, so it is valid until the next refresh. */
const holderOfRefreshToken = async (token: string, deps: AuthenticateDeps): Promise<Holder> => {
  const parsed = parseRefreshToken(token);
  const session = parsed && (await deps.accounts.session(parsed.id));
  if (!session || session.familyHash !== hashSecret(parsed.family)) throw refused();
  if (!isCurrent(session, 'refreshHash', parsed.secret, deps.clock())) throw refused();
  return holderOfSession(session, 'session', deps);
};

/** The previous cookies remain valid for a moment after a refresh, for requests that were already sent with them. */
const isCurrent = (session: Session, which: 'cookieHash' | 'refreshHash', secret: string, now: Date): boolean => {
  const hash = hashSecret(secret);
  if (hash === session[which]) return true;
  const { former } = session;
  return hash === former?.[which] && now.getTime() - Date.parse(former.at) <= FORMER_COOKIE_MILLISECONDS;
};

import type { OpenCall } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { AccountStore, Person, Session } from './account-store.ts';
import { endOfSession, homeTeam, type LoggedIn, loginResponse, type OpenSessionDeps } from './open-session.ts';
import { hashesOf, parseRefreshToken, type SessionSecrets, secretsAfter } from './session-tokens.ts';
import { hashSecret, newSecret } from './tokens.ts';

export interface RefreshDeps extends Pick<OpenSessionDeps, 'tokens' | 'clock'> {
  readonly accounts: Pick<AccountStore, 'session' | 'rotateSession' | 'endSession' | 'person' | 'team'>;
}

/** Two tabs may refresh at once, and an answer may get lost; a token that comes later was stolen, or its successor was. */
const GRACE_SECONDS = 10;

const refused = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

type Token = NonNullable<ReturnType<typeof parseRefreshToken>>;

/**
 * Exchanges a refresh token for a new access token and new cookies; each token works once (RFC 9700, section 4.14.2). A reused
 * one ends the whole login: one of its two holders is a thief.
 */
export const refresh =
  (deps: RefreshDeps) =>
  async ({ input }: OpenCall<{ refreshToken: string | undefined }>): Promise<LoggedIn> => {
    const token = input.refreshToken === undefined ? undefined : parseRefreshToken(input.refreshToken);
    if (!token) throw refused();
    const { session, person } = await holderOf(token, deps);
    const { team } = await homeTeam(deps.accounts, person);
    const renewed =
      (await renew(session, token, person, deps)) ?? (await renewedBefore(token, deps)) ?? (await revoke(token, deps));
    return loginResponse({ user: person.user, team, ...renewed }, deps);
  };

const holderOf = async (
  { id, family }: Token,
  { accounts, clock }: RefreshDeps,
): Promise<{ session: Session; person: Person }> => {
  const session = await accounts.session(id);
  if (!session || session.familyHash !== hashSecret(family)) throw refused();
  if (Date.parse(session.expiresAt) <= clock().getTime()) throw refused();
  const person = await accounts.person(session.userId);
  if (!person || person.user.passwordVersion !== session.passwordVersion) throw refused();
  return { session, person };
};

interface Renewed {
  readonly session: Session;
  readonly secrets: SessionSecrets;
}

/** The session with its next secrets; undefined when the token is not the current one (any more). */
const renew = async (
  session: Session,
  { family, secret }: Token,
  { user }: Person,
  { accounts, clock }: RefreshDeps,
): Promise<Renewed | undefined> => {
  if (session.refreshHash !== hashSecret(secret)) return undefined;
  const nonce = newSecret();
  const secrets = secretsAfter(secret, family, nonce);
  const now = clock();
  const { cookieHash, refreshHash } = session;
  const next: Session = {
    ...session,
    ...hashesOf(secrets),
    former: { cookieHash, refreshHash, nonce, at: now.toISOString() },
    expiresAt: endOfSession(user, session.createdAt, now),
  };
  return (await accounts.rotateSession(session, next)) ? { session: next, secrets } : undefined;
};

/** The result of the last refresh, for the token that it was given to, a moment ago. */
const renewedBefore = async (
  { id, family, secret }: Token,
  { accounts, clock }: RefreshDeps,
): Promise<Renewed | undefined> => {
  const session = await accounts.session(id);
  if (session?.former?.refreshHash !== hashSecret(secret)) return undefined;
  if (clock().getTime() - Date.parse(session.former.at) > GRACE_SECONDS * 1000) return undefined;
  return { session, secrets: secretsAfter(secret, family, session.former.nonce) };
};

const revoke = async ({ id }: Token, { accounts }: RefreshDeps): Promise<never> => {
  await accounts.endSession(id);
  throw refused();
};

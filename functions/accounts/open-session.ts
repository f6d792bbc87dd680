import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Membership } from '../domain/principal.ts';
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from './access-tokens.ts';
import { homeOf, type Person, type Team, type User } from './account-items.ts';
import type { AccountStore, Session } from './account-store.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { hashesOf, newSessionSecrets, refreshToken, type SessionSecrets, sessionCookie } from './session-tokens.ts';

/** The answer to a person who logged in. */
export interface LoggedIn {
  readonly user: User;
  readonly team: Team;
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly session: string;
  readonly refreshToken: string;
  /** How long the cookies are valid, in seconds. */
  readonly sessionSeconds: number;
  /** The device cookie, for a later sign-in with a password. */
  readonly device?: string;
}

export interface OpenSessionDeps {
  readonly accounts: Pick<AccountStore, 'team' | 'putSession'>;
  readonly tokens: Pick<AccessTokens, 'sign'>;
  readonly devices: Pick<DeviceTokens, 'sign'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** A login that is not refreshed ends after a week. */
const IDLE_SECONDS = 7 * 24 * 3600;
/** And every login after three months, however often it is refreshed. */
const LONGEST_SECONDS = 90 * 24 * 3600;

const later = (from: Date, seconds: number): Date => new Date(from.getTime() + seconds * 1000);

/** When a login ends that is used now; a guest's at the end of the guest's time at the latest. */
export const endOfSession = (user: User, createdAt: string, now: Date): string => {
  const ends = [later(now, IDLE_SECONDS), later(new Date(createdAt), LONGEST_SECONDS)];
  if (user.guestUntil !== null) ends.push(new Date(user.guestUntil));
  return new Date(Math.min(...ends.map((end) => end.getTime()))).toISOString();
};

/** The team that a person works in; without one there is nothing to log in to. */
export const homeTeam = async (
  accounts: Pick<AccountStore, 'team'>,
  person: Person,
): Promise<{ home: Membership; team: Team }> => {
  const home = homeOf(person);
  const team = home && (await accounts.team(home.teamId));
  if (!home || !team) throw new MediaError('FORBIDDEN', 'You are in no team any more; ask for an invitation');
  return { home, team };
};

/** The answer to a sign-in: a session and its secrets. */
export const loginResponse = async (
  { user, team, session, secrets }: { user: User; team: Team; session: Session; secrets: SessionSecrets },
  { tokens, clock }: Pick<OpenSessionDeps, 'tokens' | 'clock'>,
): Promise<LoggedIn> => {
  const sessionSeconds = Math.floor((Date.parse(session.expiresAt) - clock().getTime()) / 1000);
  // A guest has no password for another sign-in: the token lives as long as the guest. Each write looks at the session.
  const expiresIn = user.guestUntil === null ? ACCESS_TOKEN_SECONDS : sessionSeconds;
  return {
    user,
    team,
    accessToken: await tokens.sign({ userId: user.id, teamId: team.id, sessionId: session.id }, expiresIn),
    expiresIn,
    session: sessionCookie(session.id, secrets),
    refreshToken: refreshToken(session.id, secrets),
    sessionSeconds,
  };
};

/** A session with new secrets. */
export const newSession = (
  user: User,
  { newId, clock }: Pick<OpenSessionDeps, 'newId' | 'clock'>,
): { session: Session; secrets: SessionSecrets } => {
  const now = clock();
  const secrets = newSessionSecrets();
  const session: Session = {
    id: newId(),
    userId: user.id,
    passwordVersion: user.passwordVersion,
    ...hashesOf(secrets),
    createdAt: now.toISOString(),
    expiresAt: endOfSession(user, now.toISOString(), now),
  };
  return { session, secrets };
};

/** Logs in an authenticated person. */
export const openSession = async (person: Person, deps: OpenSessionDeps): Promise<LoggedIn> => {
  const { user } = person;
  const { team } = await homeTeam(deps.accounts, person);
  const { session, secrets } = newSession(user, deps);
  await deps.accounts.putSession(session);
  const login = await loginResponse({ user, team, session, secrets }, deps);
  return user.passwordHash === null ? login : { ...login, device: await deps.devices.sign(user) };
};

import type { OpenCall } from '../api/route.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from './access-tokens.ts';
import type { AccountStore, Team, User } from './account-store.ts';
import { NOBODYS_PASSWORD, verifyPassword } from './passwords.ts';
import { hashSecret, newSecret } from './tokens.ts';

export interface Login {
  readonly email: string;
  readonly password: string;
}

export interface LoggedIn {
  readonly user: User;
  readonly team: Team;
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly session: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly sessionSeconds: number;
}

export interface LoginDeps {
  readonly accounts: Pick<AccountStore, 'userByEmail' | 'team' | 'putSession'>;
  readonly tokens: Pick<AccessTokens, 'sign'>;
  readonly clock: Clock;
}

const SESSION_SECONDS = 7 * 24 * 3600;

/** E-mail addresses are compared without regard to case. */
export const foldEmail = (email: string): string => email.trim().toLowerCase();

/** Opens a session. An unknown address and a wrong password answer alike and take alike. */
export const login =
  ({ accounts, tokens, clock }: LoginDeps) =>
  async ({ input }: OpenCall<Login>): Promise<LoggedIn> => {
    const user = await accounts.userByEmail(foldEmail(input.email));
    const matches = await verifyPassword(input.password, user?.passwordHash ?? NOBODYS_PASSWORD);
    const team = user && matches ? await accounts.team(user.defaultTeamId) : undefined;
    if (!user || !team) throw new MediaError('UNAUTHORIZED', 'Invalid email or password');

    const session = newSecret();
    const refreshToken = newSecret();
    const now = clock();
    const sessionId = hashSecret(session);
    await accounts.putSession({
      id: sessionId,
      userId: user.id,
      teamId: team.id,
      refreshHash: hashSecret(refreshToken),
      createdAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + SESSION_SECONDS * 1000).toISOString(),
    });
    const accessToken = await tokens.sign({ userId: user.id, teamId: team.id, sessionId });
    return {
      user,
      team,
      accessToken,
      expiresIn: ACCESS_TOKEN_SECONDS,
      session,
      refreshToken,
      sessionSeconds: SESSION_SECONDS,
    };
  };

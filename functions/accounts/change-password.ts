import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import { requireLogin } from '../domain/team-rules.ts';
import { type EndSetUpDeps, endSetUp } from '../teams/end-set-up.ts';
import type { AccountStore } from './account-store.ts';
import { homeTeam, type LoggedIn, loginResponse, newSession, type OpenSessionDeps } from './open-session.ts';
import { countersOfSession, type LimitAttempts } from './password-attempts.ts';
import { refuseCommonPassword } from './password-rules.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface ChangePassword {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** Whether to end the person's API keys, invitations, webhooks and uploads as well. */
  readonly endEverything?: boolean | undefined;
}

export interface ChangePasswordDeps extends Omit<OpenSessionDeps, 'accounts'> {
  readonly accounts: Pick<AccountStore, 'person' | 'team' | 'changePassword'> & EndSetUpDeps['accounts'];
  readonly teams: EndSetUpDeps['teams'];
  readonly limited: LimitAttempts;
}

/**
 * Replaces the caller's password and ends all their logins at once. The caller gets a new login: a person who changes their
 * password because of a thief does so with the same cookies that the thief has copied. The browser stays a known device. Keys
 * and other creations stay by default: they may be in use, and the thief's cannot be distinguished.
 */
export const changePassword =
  (deps: ChangePasswordDeps) =>
  async ({ input, principal }: Call<ChangePassword>): Promise<LoggedIn> => {
    requireLogin(principal);
    const { accounts, limited } = deps;
    const person = await accounts.person(principal.userId);
    if (!person) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    const { user } = person;
    const { team } = await homeTeam(accounts, person);
    const { email, passwordHash } = user;
    if (email === null || passwordHash === null) throw new MediaError('CONFLICT', 'A guest has no password to change');
    refuseCommonPassword(input.newPassword, email, 'newPassword');
    const right = await limited(countersOfSession(principal.credential.id), () =>
      verifyPassword(input.currentPassword, passwordHash),
    );
    if (!right) {
      const fields = [{ code: 'custom', path: ['currentPassword'], message: 'This is not the current password' }];
      throw new MediaError('VALIDATION', 'Invalid request body', { fields });
    }
    const now = { ...user, passwordVersion: user.passwordVersion + 1 };
    const { session, secrets } = newSession(now, deps);
    const hash = await hashPassword(input.newPassword);
    const changed = await accounts.changePassword(user, hash, principal.credential.id, session);
    if (!changed) throw new MediaError('CONFLICT', 'The password was changed by another call a moment ago');
    if (input.endEverything) await endSetUp(user.id, deps);
    const login = await loginResponse({ user: now, team, session, secrets }, deps);
    return { ...login, device: await deps.devices.sign(now) };
  };

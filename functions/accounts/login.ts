import type { OpenCall } from '../api/route.ts';
import { MediaError } from '../domain/errors.ts';
import type { AccountStore } from './account-store.ts';
import { type LoggedIn, type OpenSessionDeps, openSession } from './open-session.ts';
import type { LimitAttempts } from './password-attempts.ts';
import { NOBODYS_PASSWORD, verifyPassword } from './passwords.ts';

export interface Login {
  readonly email: string;
  readonly password: string;
  /** Where the call came from. */
  readonly address: string;
}

export interface LoginDeps extends OpenSessionDeps {
  readonly accounts: Pick<AccountStore, 'personByEmail' | 'team' | 'putSession'>;
  readonly limited: LimitAttempts;
}

/** E-mail addresses are compared without regard to case. */
export const foldEmail = (email: string): string => email.trim().toLowerCase();

/** Opens a session. An unknown address and a wrong password answer alike and take alike. */
export const login =
  (deps: LoginDeps) =>
  async ({ input }: OpenCall<Login>): Promise<LoggedIn> => {
    const email = foldEmail(input.email);
    const person = await deps.accounts.personByEmail(email);
    const matches = await deps.limited({ email, address: input.address }, () =>
      verifyPassword(input.password, person?.user.passwordHash ?? NOBODYS_PASSWORD),
    );
    if (!person || !matches) throw new MediaError('UNAUTHORIZED', 'Invalid email or password');
    return openSession(person, deps);
  };

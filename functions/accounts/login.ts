import type { OpenCall } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { AccountStore } from './account-store.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { foldEmail } from './emails.ts';
import { type LoggedIn, type OpenSessionDeps, openSession } from './open-session.ts';
import { countersOfSignIn, type LimitAttempts } from './password-attempts.ts';
import { NOBODYS_PASSWORD, verifyPassword } from './passwords.ts';

export interface Login {
  readonly email: string;
  readonly password: string;
  /** The address of the caller. */
  readonly address: string;
  /** The device token of an earlier sign-in, in the browser. */
  readonly device: string | undefined;
}

export interface LoginDeps extends OpenSessionDeps {
  readonly accounts: Pick<AccountStore, 'personByEmail' | 'team' | 'putSession'>;
  readonly devices: DeviceTokens;
  readonly limited: LimitAttempts;
}

/** Opens a session. An unknown address and a wrong password give the same answer after the same time. */
export const login =
  (deps: LoginDeps) =>
  async ({ input }: OpenCall<Login>): Promise<LoggedIn> => {
    const email = foldEmail(input.email);
    const person = await deps.accounts.personByEmail(email);
    const deviceId = await deps.devices.deviceOf(input.device, person?.user);
    const counters = countersOfSignIn({ email, address: input.address, deviceId });
    const matches = await deps.limited(counters, () =>
      verifyPassword(input.password, person?.user.passwordHash ?? NOBODYS_PASSWORD),
    );
    if (!person || !matches) throw new MediaError('UNAUTHORIZED', 'Invalid email or password');
    return openSession(person, deps);
  };

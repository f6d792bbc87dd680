import type { Call } from '../api/route.ts';
import { MediaError } from '../domain/errors.ts';
import { requireLogin } from '../domain/team-rules.ts';
import type { AccountStore } from './account-store.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { countersOfSession, type LimitAttempts } from './password-attempts.ts';
import { refuseCommonPassword } from './password-rules.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface ChangePassword {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export interface ChangePasswordDeps {
  readonly accounts: Pick<AccountStore, 'user' | 'changePassword'>;
  readonly devices: Pick<DeviceTokens, 'sign'>;
  readonly limited: LimitAttempts;
}

/** Replaces the caller's password and ends all their other logins at once. The browser that asked stays a known device. */
export const changePassword =
  ({ accounts, devices, limited }: ChangePasswordDeps) =>
  async ({ input, principal }: Call<ChangePassword>): Promise<{ device: string }> => {
    requireLogin(principal);
    const user = await accounts.user(principal.userId);
    if (!user) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
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
    const changed = await accounts.changePassword(user, await hashPassword(input.newPassword), principal.credential.id);
    if (!changed) throw new MediaError('CONFLICT', 'The password was changed by another call a moment ago');
    return { device: await devices.sign({ ...user, passwordVersion: user.passwordVersion + 1 }) };
  };

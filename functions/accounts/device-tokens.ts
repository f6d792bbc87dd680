import type { Clock } from '../domain/ports.ts';
import type { User } from './account-store.ts';
import { signedTokens } from './signed-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Longer than any login, so that the device is still known at the next sign-in. */
export const DEVICE_SECONDS = 180 * 24 * 3600;
const KIND = { audience: 'mediashelf/devices', type: 'device+jwt', claims: ['ver', 'jti'] } as const;

type Owner = Pick<User, 'id' | 'passwordVersion'>;

/**
 * Device tokens: a browser in which a person has signed in keeps one, and its attempts at that person's password are then
 * counted separately (OWASP, "device cookies"). It is no credential. A change of the password ends it, so that a thief who
 * signed in once has no known device.
 */
export const deviceTokens = (issuer: string, keys: SigningKeys, clock: Clock, newId: () => string) => {
  const tokens = signedTokens(KIND, issuer, keys, clock);
  return {
    sign: ({ id, passwordVersion }: Owner): Promise<string> =>
      tokens.sign({ subject: id, claims: { ver: String(passwordVersion), jti: newId() } }, DEVICE_SECONDS),

    /** The id of the device, when this user has signed in on it with the present password. */
    deviceOf: async (token: string | undefined, user: Owner | undefined): Promise<string | undefined> => {
      if (token === undefined) return undefined;
      const verified = await tokens.verify(token).catch(() => undefined);
      if (!verified || verified.subject !== user?.id) return undefined;
      return verified.claims.ver === String(user.passwordVersion) ? verified.claims.jti : undefined;
    },
  };
};

export type DeviceTokens = ReturnType<typeof deviceTokens>;

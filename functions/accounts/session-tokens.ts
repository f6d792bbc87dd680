import { createHmac } from 'node:crypto';
import { hashSecret, newSecret } from './tokens.ts';

/**
 * A login is one session with two secrets:
 *
 *     session cookie   <session id>.<secret>
 *     refresh token    <session id>.<family>.<secret>
 *
 * The family stays the same over all refresh tokens of a login, so a reused one can be distinguished from an invented one: only
 * the former ends the session. The table only has the hashes of all three.
 */
export interface SessionSecrets {
  readonly cookie: string;
  readonly family: string;
  readonly refresh: string;
}

/** The secrets of a new login. */
export const newSessionSecrets = (): SessionSecrets => ({
  cookie: newSecret(),
  family: newSecret(),
  refresh: newSecret(),
});

/**
 * The secrets that follow a refresh token. They are computed from the token and a nonce, so a client whose answer got lost, or
 * that asks twice at once, gets the same ones, though the table knows neither the old nor the new.
 */
export const secretsAfter = (refresh: string, family: string, nonce: string): SessionSecrets => {
  const derive = (purpose: string): string =>
    createHmac('sha256', refresh).update(`${purpose}\0${nonce}`).digest('base64url');
  return { cookie: derive('cookie'), family, refresh: derive('refresh') };
};

/** The stored hashes of a login's secrets. */
export const hashesOf = ({ cookie, family, refresh }: SessionSecrets) => ({
  cookieHash: hashSecret(cookie),
  familyHash: hashSecret(family),
  refreshHash: hashSecret(refresh),
});

export const sessionCookie = (id: string, { cookie }: SessionSecrets): string => `${id}.${cookie}`;
export const refreshToken = (id: string, { family, refresh }: SessionSecrets): string => `${id}.${family}.${refresh}`;

const ID = '[0-9a-f-]{36}';
const SECRET = '[\\w-]{43}';
const COOKIE = new RegExp(`^(${ID})\\.(${SECRET})$`);
const REFRESH_TOKEN = new RegExp(`^(${ID})\\.(${SECRET})\\.(${SECRET})$`);

/** The parts of a session cookie; undefined for anything else. */
export const parseSessionCookie = (token: string): { id: string; secret: string } | undefined => {
  const [, id, secret] = COOKIE.exec(token) ?? [];
  return id && secret ? { id, secret } : undefined;
};

/** The parts of a refresh token; undefined for anything else. */
export const parseRefreshToken = (token: string): { id: string; family: string; secret: string } | undefined => {
  const [, id, family, secret] = REFRESH_TOKEN.exec(token) ?? [];
  return id && family && secret ? { id, family, secret } : undefined;
};

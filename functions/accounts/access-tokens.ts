import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What an access token says: who, in which team, by which login. */
export interface AccessClaims {
  readonly userId: string;
  readonly teamId: string;
  readonly sessionId: string;
}

/** The claims of a token that is good until `expiresAt`, in milliseconds since the epoch. */
export interface VerifiedClaims extends AccessClaims {
  readonly expiresAt: number;
}

export const ACCESS_TOKEN_SECONDS = 900;
const AUDIENCE = 'mediashelf';
/** RFC 9068: the type keeps other tokens of the same issuer from being taken for access tokens. */
const TYPE = 'at+jwt';
const ALGORITHM = 'EdDSA';

/** Loaded late: most requests carry an API key, and a function that never sees a token starts without this library. */
const jwt = () => import('./jwt.ts');

const refused = (cause?: unknown): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized', { cause });

/** Signed access tokens (JWT). One algorithm, one type, one issuer: a token that differs in any of them is refused. */
export const accessTokens = (issuer: string, keys: SigningKeys, clock: Clock) => ({
  sign: async ({ userId, teamId, sessionId }: AccessClaims, seconds = ACCESS_TOKEN_SECONDS): Promise<string> => {
    const [key] = await keys();
    if (!key) throw new Error('no signing key');
    const { SignJWT } = await jwt();
    const now = Math.floor(clock().getTime() / 1000);
    return new SignJWT({ team: teamId, sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.id })
      .setSubject(userId)
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .sign(key.privateKey);
  },

  verify: async (token: string): Promise<VerifiedClaims> => {
    const { errors, jwtVerify } = await jwt();
    const find = async ({ kid }: { kid?: string }) => {
      const known = (all: Awaited<ReturnType<SigningKeys>>) => all.find(({ id }) => id === kid);
      const key = known(await keys()) ?? (kid === undefined ? undefined : known(await keys(kid)));
      if (!key) throw refused();
      return key.publicKey;
    };
    try {
      const { payload } = await jwtVerify(token, find, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'sub', 'team', 'sid'],
        currentDate: clock(),
      });
      const expiresAt = Number(payload.exp) * 1000;
      return { userId: String(payload.sub), teamId: String(payload.team), sessionId: String(payload.sid), expiresAt };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refused(error);
      throw error;
    }
  },
});

export type AccessTokens = ReturnType<typeof accessTokens>;

import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The fields that identify a kind of token: a token that differs in any of them is refused. */
export interface TokenKind {
  readonly audience: string;
  /** RFC 9068: the type prevents other tokens of the same issuer from being accepted as this kind. */
  readonly type: string;
  /** Claims that a token has to have, beyond its end and its subject. */
  readonly claims: readonly string[];
}

export interface TokenClaims {
  readonly subject: string;
  readonly claims: Readonly<Record<string, string>>;
}

/** The claims of a token that is good until `expiresAt`, in milliseconds since the epoch. */
export interface VerifiedToken extends TokenClaims {
  readonly expiresAt: number;
}

const ALGORITHM = 'EdDSA';

/** Loaded late: most requests carry an API key, and a function that never sees a token starts without this library. */
const jwt = () => import('./jwt.ts');

const refused = (cause?: unknown): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized', { cause });

/** Signed tokens (JWT) of one kind. One algorithm, one type, one issuer: a token that differs in any of them is refused. */
export const signedTokens = (kind: TokenKind, issuer: string, keys: SigningKeys, clock: Clock) => ({
  sign: async ({ subject, claims }: TokenClaims, seconds: number): Promise<string> => {
    const [key] = await keys();
    if (!key) throw new Error('no signing key');
    const { SignJWT } = await jwt();
    const now = Math.floor(clock().getTime() / 1000);
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: ALGORITHM, typ: kind.type, kid: key.id })
      .setSubject(subject)
      .setIssuer(issuer)
      .setAudience(kind.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .sign(key.privateKey);
  },

  verify: async (token: string): Promise<VerifiedToken> => {
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
        typ: kind.type,
        issuer,
        audience: kind.audience,
        requiredClaims: ['exp', 'sub', ...kind.claims],
        currentDate: clock(),
      });
      return {
        subject: String(payload.sub),
        claims: Object.fromEntries(kind.claims.map((name) => [name, String(payload[name])])),
        expiresAt: Number(payload.exp) * 1000,
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refused(error);
      throw error;
    }
  },
});

import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** An Ed25519 key pair for access tokens, by the id that a token's header carries. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The newest key signs; all verify. `lacking` names a key that a token was signed with and that was not among them. */
export type SigningKeys = (lacking?: string) => Promise<readonly SigningKey[]>;

/** PKCS #8 wrapping of an Ed25519 seed (RFC 8410, section 7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The same key from the same secret: Secrets Manager makes random strings, not key pairs, and needs no code of ours to do it. */
export const signingKey = (secret: string): SigningKey => {
  const seed = createHash('sha256').update(`mediashelf access token\0${secret}`).digest();
  const privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const id = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64url')
    .slice(0, 16);
  return { id, privateKey, publicKey };
};

const REREAD_MILLISECONDS = 5 * 60_000;
/** A made-up key id must not become a call to Secrets Manager for every token that carries one. */
const REREAD_FOR_LACKING_MILLISECONDS = 10_000;

/**
 * Keys from a secret of Secrets Manager: its current version signs, its previous one still verifies, so that a rotation
 * ends no login. Read at the first token, then every five minutes, and when a token names a key that is not known yet:
 * another function may have read the new secret before this one.
 */
export const secretSigningKeys = (secretId: string, now: () => number = Date.now): SigningKeys => {
  let known: { keys: Promise<readonly SigningKey[]>; readAt: number } | undefined;

  const read = async (): Promise<readonly SigningKey[]> => {
    // Loaded late: most requests carry an API key and never need the secret.
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const client = new SecretsManagerClient({});
    const version = async (stage: string): Promise<SigningKey | undefined> => {
      try {
        const { SecretString } = await client.send(
          new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
        );
        return SecretString === undefined ? undefined : signingKey(SecretString);
      } catch (error) {
        if (stage !== 'AWSCURRENT' && error instanceof Error && error.name === 'ResourceNotFoundException')
          return undefined;
        throw error;
      }
    };
    const [current, previous] = await Promise.all([version('AWSCURRENT'), version('AWSPREVIOUS')]);
    return [current, previous].filter((key) => key !== undefined);
  };

  return (lacking) => {
    const age = known ? now() - known.readAt : Number.POSITIVE_INFINITY;
    if (!known || age > (lacking === undefined ? REREAD_MILLISECONDS : REREAD_FOR_LACKING_MILLISECONDS)) {
      const keys = read();
      keys.catch(() => {
        known = undefined;
      });
      known = { keys, readAt: now() };
    }
    return known.keys;
  };
};

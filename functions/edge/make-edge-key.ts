import { createHash, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import * as z from 'zod/mini';

/** What CloudFormation sends when a key of the edge is made or removed. */
export const KeyRequest = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: z.object({ SecretArn: z.string() }),
});

/** The secret of a key. Secrets Manager made `origin`; the private key is added once. */
const EdgeSecret = z.object({ origin: z.string(), privateKey: z.optional(z.string()) });

/** The value of one secret. */
export interface EdgeSecrets {
  read(secretArn: string): Promise<string>;
  write(secretArn: string, value: string): Promise<void>;
}

/** What others may know of a key. */
export interface MadeKey {
  /** PEM, as CloudFront takes it. */
  readonly PublicKey: string;
  /** SHA-256 of the secret that the distribution sends, in hexadecimal: enough to know it by. */
  readonly OriginDigest: string;
}

/** The length that CloudFront takes. */
const RSA_BITS = 2048;

const newKey = async (): Promise<string> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
};

/** Completes the secret of a key with a private key, unless it has one, and answers the public parts. Repeated calls answer the same. */
export const makeEdgeKey =
  ({ read, write }: EdgeSecrets) =>
  async (secretArn: string): Promise<MadeKey> => {
    const secret = EdgeSecret.parse(JSON.parse(await read(secretArn)));
    const privateKey = secret.privateKey ?? (await newKey());
    if (secret.privateKey === undefined) await write(secretArn, JSON.stringify({ ...secret, privateKey }));
    return {
      PublicKey: createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString(),
      OriginDigest: createHash('sha256').update(secret.origin).digest('hex'),
    };
  };

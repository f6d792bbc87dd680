import type { EdgeSigner } from '../edge/edge-signer.ts';
import { NO_EDGE } from '../http/behind-edge.ts';

interface SigningValues {
  readonly PUBLIC_URL: string;
  readonly EDGE_KEY_ID: string;
  readonly EDGE_SECRET: string;
}

/**
 * Signs as the edge of this stack; undefined where it has none. Awaited while a function starts: a key is replaced by a
 * deployment, with which functions start anew.
 */
export const edgeSignerOf = async ({
  PUBLIC_URL,
  EDGE_KEY_ID,
  EDGE_SECRET,
}: SigningValues): Promise<EdgeSigner | undefined> => {
  if (EDGE_KEY_ID === NO_EDGE) return undefined;
  // Loaded late: most stacks start without it.
  const [{ GetSecretValueCommand, SecretsManagerClient }, { edgeSigner }] = await Promise.all([
    import('@aws-sdk/client-secrets-manager'),
    import('../edge/edge-signer.ts'),
  ]);
  const read = new GetSecretValueCommand({ SecretId: EDGE_SECRET });
  const { SecretString = '{}' } = await new SecretsManagerClient({}).send(read);
  const { privateKey } = JSON.parse(SecretString) as { readonly privateKey?: string };
  if (privateKey === undefined) throw new Error('The secret of the edge has no private key');
  return edgeSigner({ publicUrl: PUBLIC_URL, keyId: EDGE_KEY_ID, privateKey });
};

import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { KeyRequest, makeEdgeKey } from './make-edge-key.ts';

const client = new SecretsManagerClient({});
const make = makeEdgeKey({
  read: async (SecretId) => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '{}',
  write: async (SecretId, SecretString) => {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  },
});

/** Invoked only by CloudFormation, which waits for an answer at the address that it sends. */
export const handler = async (event: unknown): Promise<void> => {
  const request = KeyRequest.parse(event);
  const { RequestType, ResponseURL, StackId, RequestId, LogicalResourceId, ResourceProperties } = request;
  const { SecretArn } = ResourceProperties;
  const about = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: request.PhysicalResourceId ?? SecretArn };
  const answer = async (result: object): Promise<void> => {
    const body = JSON.stringify({ ...about, ...result });
    const { ok, status } = await fetch(ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
    if (!ok) throw new Error(`CloudFormation answered ${status}`);
  };
  // The secret and the public key are resources of the stack, which removes them.
  if (RequestType === 'Delete') return answer({ Status: 'SUCCESS' });
  try {
    await answer({ Status: 'SUCCESS', Data: await make(SecretArn) });
  } catch (error) {
    await answer({ Status: 'FAILED', Reason: error instanceof Error ? error.message : 'the key could not be made' });
    throw error;
  }
};

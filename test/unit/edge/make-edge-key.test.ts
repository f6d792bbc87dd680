import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { makeEdgeKey } from '../../../functions/edge/make-edge-key.ts';

const secretsWith = (value: object) => {
  const stored = new Map([['arn', JSON.stringify(value)]]);
  let writes = 0;
  return {
    stored: () => JSON.parse(stored.get('arn') ?? '') as { origin: string; privateKey: string },
    writes: () => writes,
    read: async (arn: string) => stored.get(arn) ?? '',
    write: async (arn: string, next: string) => {
      writes += 1;
      stored.set(arn, next);
    },
  };
};

it('completes the secret of a key once, and tells the public half and the digest', async () => {
  const secrets = secretsWith({ origin: 'random' });
  const made = await makeEdgeKey(secrets)('arn');
  const { origin, privateKey } = secrets.stored();
  expect(origin).toBe('random');
  expect(createPrivateKey(privateKey).asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect(made).toEqual({
    PublicKey: createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }),
    OriginDigest: createHash('sha256').update('random').digest('hex'),
  });
  expect(await makeEdgeKey(secrets)('arn')).toEqual(made);
  expect(secrets.writes()).toBe(1);
});

it('refuses a secret that is none of the edge', async () => {
  await expect(makeEdgeKey(secretsWith({ key: 'x' }))('arn')).rejects.toThrow();
});

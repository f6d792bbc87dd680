import { describe, expect, it } from '@jest/globals';
import { rotateSecret, type SecretVault } from '../../../functions/accounts/rotate-secret.ts';

/** A vault with one current version, and one that Secrets Manager has begun and nothing was put into. */
const vault = () => {
  const values = new Map([['first', 'a secret of enough length to derive a key from it']]);
  const stages: Record<string, string[]> = { first: ['AWSCURRENT'], second: ['AWSPENDING'] };
  const promoted: unknown[] = [];
  const port: SecretVault = {
    value: async (version) => values.get(version),
    propose: async (version, value) => void values.set(version, value),
    stages: async () => stages,
    promote: async (...args) => void promoted.push(args),
  };
  return { port, values, promoted };
};
const step = (Step: 'createSecret' | 'testSecret' | 'finishSecret') => ({
  Step,
  SecretId: 'arn',
  ClientRequestToken: 'second',
});

describe('a rotation of the secret', () => {
  it('is tried out by Secrets Manager before there is a new value: the current one is tested', async () => {
    const { port } = vault();
    await expect(rotateSecret(port)(step('testSecret'))).resolves.toBeUndefined();
  });

  it('fails its test where no version has a value', async () => {
    const { port, values } = vault();
    values.clear();
    await expect(rotateSecret(port)(step('testSecret'))).rejects.toThrow('no value');
  });

  it('puts nothing in place that has no value', async () => {
    const { port, promoted } = vault();
    await expect(rotateSecret(port)(step('finishSecret'))).rejects.toThrow('no value');
    expect(promoted).toEqual([]);
  });

  it('puts a new value in place of the current one', async () => {
    const { port, promoted } = vault();
    for (const name of ['createSecret', 'testSecret', 'finishSecret'] as const) await rotateSecret(port)(step(name));
    expect(promoted).toEqual([['second', 'first']]);
  });
});

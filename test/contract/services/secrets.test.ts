import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rotateSecret } from '../../../functions/accounts/rotate-secret.ts';
import { secretVault } from '../../../functions/accounts/secret-vault.ts';
import { itNeedsOfServices, type Services, startServices } from '../../support/drivers/services.ts';

let services: Services;
beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services?.stop());

const vault = () => secretVault(services.secretId, services.secrets);
const valueAt = async (VersionStage: string) =>
  (await services.secrets.send(new GetSecretValueCommand({ SecretId: services.secretId, VersionStage }))).SecretString;

/** A rotation as Secrets Manager runs it; the version has its value before the steps that need one. */
const rotate = async (version: string): Promise<void> => {
  const step = rotateSecret(vault());
  if ((await vault().stages())[version] === undefined)
    await vault().propose(version, `value of ${version}`.padEnd(40, '.'));
  for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const)
    await step({ Step, SecretId: services.secretId, ClientRequestToken: version });
};

describe('the versions of a secret', () => {
  it('have no value before one is proposed', async () => {
    expect(await vault().value(crypto.randomUUID())).toBeUndefined();
  });

  it('keep what is proposed beside the current one, and take the same again', async () => {
    const before = await valueAt('AWSCURRENT');
    const version = crypto.randomUUID();
    await vault().propose(version, 'proposed');
    await vault().propose(version, 'proposed');
    expect(await vault().value(version)).toBe('proposed');
    expect((await vault().stages())[version]).toEqual(['AWSPENDING']);
    expect(await valueAt('AWSCURRENT')).toBe(before);
  });

  itNeedsOfServices('one value for a version')('keep the value that they have', async () => {
    const version = crypto.randomUUID();
    await vault().propose(version, 'proposed');
    await expect(vault().propose(version, 'another')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect(await vault().value(version)).toBe('proposed');
  });

  it('change places in a rotation: the new one signs, the former one still verifies', async () => {
    const before = await valueAt('AWSCURRENT');
    const version = crypto.randomUUID();
    await rotate(version);
    expect(await valueAt('AWSCURRENT')).toBe(`value of ${version}`.padEnd(40, '.'));
    expect(await valueAt('AWSPREVIOUS')).toBe(before);
    const stages = await vault().stages();
    expect(stages[version]).toContain('AWSCURRENT');
    expect(
      Object.values(stages)
        .flat()
        .filter((stage) => stage === 'AWSCURRENT'),
    ).toHaveLength(1);
  });

  it('stay as they are when a rotation that is done comes again', async () => {
    const version = crypto.randomUUID();
    await rotate(version);
    const [current, previous] = [await valueAt('AWSCURRENT'), await valueAt('AWSPREVIOUS')];
    await rotate(version);
    expect([await valueAt('AWSCURRENT'), await valueAt('AWSPREVIOUS')]).toEqual([current, previous]);
  });
});

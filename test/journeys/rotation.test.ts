import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeSecretCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

const data = mkdtempSync(join(tmpdir(), 'mediashelf-rotation-'));
let runtime: Runtime;
let port: string;
beforeAll(async () => {
  runtime = await startRuntime(['--data', data]);
  port = new URL(runtime.ready.http).port;
});
afterAll(async () => {
  await runtime?.stop();
  rmSync(data, { recursive: true, force: true });
});

const secrets = () => {
  const { aws, region, accessKeyId, secretAccessKey, outputs } = runtime.ready;
  const manager = new SecretsManagerClient({ endpoint: aws, region, credentials: { accessKeyId, secretAccessKey } });
  const SecretId = outputs.AuthSecretArn;
  return {
    rotate: (ClientRequestToken?: string) => manager.send(new RotateSecretCommand({ SecretId, ClientRequestToken })),
    stages: async () => (await manager.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages,
  };
};
/** Functions remember the keys for minutes; new ones read them anew. The address stays, because tokens name it. */
const restart = async () => {
  await runtime.stop();
  runtime = await startRuntime(['--data', data, '--port', port]);
};
const login = async (): Promise<string> => {
  const { email, password } = runtime.ready;
  const answer = await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });
  return answer.body.data.accessToken;
};
const statusOf = async (token: string) =>
  (await client(runtime.ready, { authorization: `Bearer ${token}` }).call('GET', '/api/v1/auth/me')).status;
const keyOf = (token: string) => decodeProtectedHeader(token).kid;

describe('a rotation of the secret', () => {
  it('lets another key sign and the former one verify, until the next rotation', async () => {
    const first = await login();
    await secrets().rotate();
    await restart();
    const second = await login();
    expect(keyOf(second)).not.toBe(keyOf(first));
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    await secrets().rotate();
    await restart();
    expect([await statusOf(first), await statusOf(second), await statusOf(await login())]).toEqual([401, 200, 200]);
  });

  it('changes nothing when it comes again', async () => {
    const { rotate, stages } = secrets();
    const { VersionId } = await rotate();
    const after = await stages();
    expect(after?.[VersionId ?? '']).toContain('AWSCURRENT');
    await rotate(VersionId);
    expect(await stages()).toEqual(after);
  });
});

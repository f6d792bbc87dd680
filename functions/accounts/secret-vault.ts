import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { SecretVault } from './rotate-secret.ts';

/** The versions of one secret in Secrets Manager. */
export const secretVault = (secretId: string, client = new SecretsManagerClient({})): SecretVault => ({
  value: async (version) => {
    try {
      const command = new GetSecretValueCommand({ SecretId: secretId, VersionId: version, VersionStage: 'AWSPENDING' });
      return (await client.send(command)).SecretString;
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  },
  propose: async (version, value) => {
    await client.send(
      new PutSecretValueCommand({
        SecretId: secretId,
        ClientRequestToken: version,
        SecretString: value,
        VersionStages: ['AWSPENDING'],
      }),
    );
  },
  stages: async () => (await client.send(new DescribeSecretCommand({ SecretId: secretId }))).VersionIdsToStages ?? {},
  promote: async (version, former) => {
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: version,
        ...(former === undefined ? {} : { RemoveFromVersionId: former }),
      }),
    );
  },
});

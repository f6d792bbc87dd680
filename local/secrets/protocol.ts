import { type AwsService, answerJson, jsonBody, operationOf } from '../aws/protocol.ts';
import { type AccessControl, AwsError } from '../ports.ts';
import type { SecretSpec } from '../template/data.ts';
import type { SecretStore, SecretVersion } from './secret-store.ts';

type Fields = Readonly<Record<string, unknown>>;
type Operation = (secrets: SecretStore, secret: SecretSpec, input: Fields) => unknown;

const text = (input: Fields, name: string): string | undefined => {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const seconds = ({ createdAt }: SecretVersion): number => createdAt / 1000;

const getValue: Operation = (secrets, secret, input) => {
  const id = text(input, 'VersionId');
  const stage = text(input, 'VersionStage') ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const version = secrets
    .versions(secret)
    .find((each) => (id === undefined || each.id === id) && (stage === undefined || each.stages.includes(stage)));
  if (version === undefined) {
    const what = stage === undefined ? `VersionId: ${id}` : `staging label: ${stage}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.value,
    VersionStages: version.stages,
    CreatedDate: seconds(version),
  };
};

const putValue: Operation = (secrets, secret, input) => {
  const value = text(input, 'SecretString');
  if (value === undefined) throw new AwsError('InvalidRequestException', 'You must provide SecretString.');
  const version = secrets.put(secret, value, text(input, 'ClientRequestToken'));
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
};

const describe: Operation = (secrets, secret) => {
  const versions = secrets.versions(secret);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionIdsToStages: Object.fromEntries(versions.map(({ id, stages }) => [id, stages])),
    ...(versions[0] ? { LastChangedDate: seconds(versions[0]) } : {}),
  };
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetSecretValue: getValue,
  PutSecretValue: putValue,
  DescribeSecret: describe,
};

/** Secrets Manager's JSON protocol over the secrets of the stack. */
export const createSecretsService =
  (secrets: SecretStore, access: AccessControl): AwsService =>
  async (request, response) => {
    const name = operationOf(request);
    const operation = OPERATIONS[name];
    if (operation === undefined) throw new AwsError('InvalidAction', `Secrets Manager has no ${name} here.`);
    const input = jsonBody(request.body);
    const secret = secrets.find(text(input, 'SecretId') ?? '');
    access.authorize(request.principal, `secretsmanager:${name}`, secret.arn);
    answerJson(response, 200, operation(secrets, secret, input), 'application/x-amz-json-1.1');
  };

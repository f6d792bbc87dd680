import { randomUUID } from 'node:crypto';
import { type AwsService, answerJson, jsonBody, operationOf } from '../aws/protocol.ts';
import { type AccessControl, AwsError } from '../ports.ts';
import type { SecretSpec } from '../template/data.ts';
import { type Json, texts } from '../template/json.ts';
import type { SecretStore, SecretVersion } from './secret-store.ts';

/** Calls the function that rotates a secret; fails when it does. */
export type InvokeRotation = (functionArn: string, event: unknown) => Promise<void>;

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
    .find(
      (each) =>
        each.value !== undefined &&
        (id === undefined || each.id === id) &&
        (stage === undefined || each.stages.includes(stage)),
    );
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
  const stages = input.VersionStages === undefined ? undefined : texts(input.VersionStages as Json, 'VersionStages');
  const version = secrets.put(secret, value, text(input, 'ClientRequestToken'), stages);
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
};

const describe: Operation = (secrets, secret) => {
  const versions = secrets.versions(secret);
  return {
    ARN: secret.arn,
    Name: secret.name,
    RotationEnabled: secret.rotatedBy !== undefined,
    VersionIdsToStages: Object.fromEntries(versions.map(({ id, stages }) => [id, stages])),
    ...(versions[0] ? { LastChangedDate: seconds(versions[0]) } : {}),
  };
};

const moveStage: Operation = (secrets, secret, input) => {
  const stage = text(input, 'VersionStage');
  if (stage === undefined) throw new AwsError('InvalidParameterException', 'You must provide VersionStage.');
  secrets.move(secret, stage, text(input, 'RemoveFromVersionId'), text(input, 'MoveToVersionId'));
  return { ARN: secret.arn, Name: secret.name };
};

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** As Secrets Manager does, except that the call waits for the end of the rotation. */
const rotate = async (secrets: SecretStore, secret: SecretSpec, input: Fields, invoke: InvokeRotation) => {
  const { rotatedBy } = secret;
  if (rotatedBy === undefined)
    throw new AwsError('InvalidRequestException', 'No Lambda rotation function ARN is associated.');
  const version = text(input, 'ClientRequestToken') ?? randomUUID();
  secrets.reserve(secret, version);
  for (const Step of STEPS) {
    await invoke(rotatedBy, { Step, SecretId: secret.arn, ClientRequestToken: version });
  }
  return { ARN: secret.arn, Name: secret.name, VersionId: version };
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetSecretValue: getValue,
  PutSecretValue: putValue,
  DescribeSecret: describe,
  UpdateSecretVersionStage: moveStage,
};

/** Secrets Manager's JSON protocol over the secrets of the stack. */
export const createSecretsService =
  (secrets: SecretStore, access: AccessControl, invoke: InvokeRotation): AwsService =>
  async (request, response) => {
    const name = operationOf(request);
    const operation = OPERATIONS[name];
    if (operation === undefined && name !== 'RotateSecret')
      throw new AwsError('InvalidAction', `Secrets Manager has no ${name} here.`);
    const input = jsonBody(request.body);
    const secret = secrets.find(text(input, 'SecretId') ?? '');
    access.authorize(request.principal, `secretsmanager:${name}`, secret.arn);
    const answer = operation ? operation(secrets, secret, input) : await rotate(secrets, secret, input, invoke);
    answerJson(response, 200, answer, 'application/x-amz-json-1.1');
  };

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { Deployment } from './deployment.ts';
import { newPassword } from './password.ts';

const CreatedOwner = z.object({ userId: z.string(), teamId: z.string(), apiKey: z.string() });

const PEOPLE = 'ManagePeopleFunctionName';

/** Calls a function of the deployment and answers its result. */
const invoke = async (deployment: Deployment, output: string, payload: unknown = {}): Promise<unknown> => {
  const lambda = new LambdaClient(deployment.client);
  const command = new InvokeCommand({
    FunctionName: deployment.output(output),
    Payload: Buffer.from(JSON.stringify(payload)),
  });
  const { Payload, FunctionError } = await lambda.send(command);
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  if (!FunctionError) return answer;
  throw new Error((answer as { errorMessage?: string } | null)?.errorMessage ?? JSON.stringify(answer));
};

/** The first person of a deployment, with a team and a key. */
export const makeOwner = async (
  deployment: Deployment,
  { email, team, password }: { email: string; team: string; password: string },
): Promise<z.infer<typeof CreatedOwner>> =>
  CreatedOwner.parse(await invoke(deployment, 'CreateOwnerFunctionName', { email, password, teamName: team }));

/** The first person of a deployment. Without a password one is made, and is among the lines to print. */
export const createOwner = async (
  deployment: Deployment,
  { email, team, password }: { email: string; team: string; password: string },
): Promise<readonly string[]> => {
  const chosen = password === '' ? newPassword() : password;
  const { apiKey, teamId } = await makeOwner(deployment, { email, team, password: chosen });
  return [
    `e-mail    ${email}`,
    ...(password === '' ? [`password  ${chosen}`] : []),
    `team      ${teamId}`,
    `API key   ${apiKey}`,
    'The key is shown this once.',
  ];
};

const ManagedPerson = z.object({ userId: z.string(), keys: z.number(), teams: z.array(z.string()) });

/** Another password for a person. Without one it is made, and is among the lines to print. */
export const resetPassword = async (
  deployment: Deployment,
  { email, password }: { email: string; password: string },
): Promise<readonly string[]> => {
  const chosen = password === '' ? newPassword() : password;
  const payload = { action: 'reset-password', email, password: chosen };
  const { keys } = ManagedPerson.parse(await invoke(deployment, PEOPLE, payload));
  return [
    ...(password === '' ? [`password  ${chosen}`] : []),
    `all logins, known devices and connections of ${email} have ended, and ${keys} API keys`,
    'the memberships begin anew: invitations and webhooks of before have ended, and uploads that were under way',
  ];
};

/** Takes a person out of the deployment. */
export const removeUser = async (deployment: Deployment, { email }: { email: string }): Promise<readonly string[]> => {
  const answer = await invoke(deployment, PEOPLE, { action: 'remove-user', email });
  const { keys, teams } = ManagedPerson.parse(answer);
  return [`${email} has left ${teams.length} teams and is gone, and ${keys} API keys with them; the address is free`];
};

/** Takes away a team that has no records, and its owner who is in no other. */
export const removeTeam = async (
  deployment: Deployment,
  { email, teamId }: { email: string; teamId: string },
): Promise<readonly string[]> => {
  const { keys } = ManagedPerson.parse(await invoke(deployment, PEOPLE, { action: 'remove-team', email, teamId }));
  return [`the team ${teamId} is gone, and ${keys} API keys of ${email}`];
};

/** A new secret for tokens, now; tokens of the current one verify until the next rotation. */
export const rotate = async (deployment: Deployment): Promise<readonly string[]> => {
  const manager = new SecretsManagerClient(deployment.client);
  const { VersionId } = await manager.send(new RotateSecretCommand({ SecretId: deployment.output('AuthSecretArn') }));
  return [`version ${VersionId} is being made; tokens of the current one hold until the next rotation`];
};

const run =
  (output: string, payload: object = {}) =>
  async (deployment: Deployment): Promise<readonly string[]> => [
    JSON.stringify(await invoke(deployment, output, payload)),
  ];

const Migrated = z.object({ version: z.number(), items: z.number(), changed: z.number(), done: z.boolean() });

/** Brings the data to the version of the deployed code, in as many calls as it takes. */
export const migrate = async (deployment: Deployment): Promise<readonly string[]> => {
  const sums = { items: 0, changed: 0 };
  for (;;) {
    const { version, items, changed, done } = Migrated.parse(await invoke(deployment, 'MigrateFunctionName'));
    sums.items += items;
    sums.changed += changed;
    if (done) return [`the data are of version ${version}: ${sums.items} items looked at, ${sums.changed} changed`];
  }
};

/** Commands without options, by name. */
export const maintenance: Readonly<Record<string, (deployment: Deployment) => Promise<readonly string[]>>> = {
  rotate,
  migrate,
  recount: run('RecountFunctionName'),
  sweep: run('SweepFunctionName'),
  'adopt-bucket': run('SweepFunctionName', { part: 'orphans', adopt: true }),
  'remove-orphans': run('SweepFunctionName', { part: 'orphans', removeMore: true }),
  'rebuild-index': run('RebuildIndexFunctionName'),
  'reread-metadata': run('RereadMetadataFunctionName'),
};

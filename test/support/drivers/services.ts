import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { it } from '@jest/globals';
import { startAwsEndpoint } from '../../../local/aws/endpoint.ts';
import { createSecretsService } from '../../../local/secrets/protocol.ts';
import { openSecretStore } from '../../../local/secrets/secret-store.ts';
import { createSqsService } from '../../../local/sqs/protocol.ts';
import { openQueues } from '../../../local/sqs/queues.ts';
import { memoryFolder } from './memory-folder.ts';
import { testAccess } from './s3.ts';

/*
 * The contract of queues and secrets runs against the local services unless SERVICES_ENDPOINT names others, which take the
 * credentials of the environment. SERVICES_ENGINE=moto skips, by name, what moto is known to lack.
 */
const EXTERNAL = process.env.SERVICES_ENDPOINT;
const QUEUES = { plain: 'plain', lanes: 'lanes.fifo' };
const SECRET = 'signing';

/** Features that an engine may lack, and why a case for one is skipped there. */
const LACKS = {
  moto: {
    'one value for a version': 'moto overwrites the value of a version that comes again with another one',
    'refusal of characters': 'moto takes every character',
  },
} as const satisfies Record<string, Record<string, string>>;

/** `it` for a case that needs a feature; where the engine lacks it, the case is skipped and its title says why. */
export const itNeedsOfServices = (feature: keyof (typeof LACKS)['moto']) => {
  const reason: string | undefined = process.env.SERVICES_ENGINE === 'moto' ? LACKS.moto[feature] : undefined;
  return (title: string, test: () => Promise<void>): void =>
    reason ? it.skip(`${title} (skipped: ${reason})`, test) : it(title, test);
};

/** Queues and a secret, and clients for them. */
export interface Services {
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  /** Addresses of a queue without order, and of one in lanes. */
  readonly queues: { readonly plain: string; readonly lanes: string };
  readonly secretId: string;
  stop(): Promise<void>;
}

/** Starts the local services with fresh queues and a secret, or makes those at SERVICES_ENDPOINT. */
export const startServices = async (): Promise<Services> => {
  const local = EXTERNAL ? undefined : await startLocalServices();
  const endpoint = EXTERNAL ?? local?.url ?? '';
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'OPERATORKEY', secretAccessKey: 'operator-secret' },
  };
  const sqs = new SQSClient(config);
  const secrets = new SecretsManagerClient(config);
  const made = EXTERNAL ? await makeResources(sqs, secrets) : { ...QUEUES, secretId: SECRET };
  const address = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
  return {
    sqs,
    secrets,
    queues: { plain: await address(made.plain), lanes: await address(made.lanes) },
    secretId: made.secretId,
    stop: async () => {
      sqs.destroy();
      secrets.destroy();
      await local?.stop();
    },
  };
};

const makeResources = async (sqs: SQSClient, secrets: SecretsManagerClient) => {
  const unique = crypto.randomUUID();
  const [plain, lanes, secretId] = [`plain-${unique}`, `lanes-${unique}.fifo`, `signing-${unique}`];
  await sqs.send(new CreateQueueCommand({ QueueName: plain }));
  await sqs.send(new CreateQueueCommand({ QueueName: lanes, Attributes: { FifoQueue: 'true' } }));
  await secrets.send(new CreateSecretCommand({ Name: secretId, SecretString: 'first' }));
  return { plain, lanes, secretId };
};

const startLocalServices = async () => {
  const folder = memoryFolder('services-of-tests-');
  const arnOf = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;
  const specs = Object.values(QUEUES).map((name) => ({
    name,
    arn: arnOf('sqs', name),
    visibilityMs: 30_000,
    delayMs: 0,
    retentionMs: 345_600_000,
    receiveWaitMs: 0,
    inOrder: name.endsWith('.fifo'),
  }));
  const queues = openQueues(join(folder, 'queues.sqlite'), specs, false);
  const secret = { name: SECRET, arn: arnOf('secretsmanager', `secret:${SECRET}`), value: 'first' };
  const store = openSecretStore(join(folder, 'secrets.json'), [secret]);
  const access = testAccess();
  const failures: unknown[] = [];
  const endpoint = await startAwsEndpoint({
    access,
    services: {
      sqs: createSqsService(queues, access),
      secretsmanager: createSecretsService(store, access, async () => {}),
    },
    onFailure: (error) => failures.push(error),
  });
  return {
    url: endpoint.url,
    stop: async () => {
      await endpoint.stop();
      await queues.stop();
      await rm(folder, { recursive: true });
    },
  };
};

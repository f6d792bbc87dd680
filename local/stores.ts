import { join } from 'node:path';
import type { DataFolder } from './data-folder.ts';
import { type Engine, startEngine } from './dynamodb/engine.ts';
import type { StackAccess } from './iam/access.ts';
import type { KeptPorts } from './kept-ports.ts';
import { bucketFromTemplate } from './s3/buckets.ts';
import { type S3Exchange, type S3Options, type S3Server, startS3 } from './s3/server.ts';
import { openSecretStore, type SecretStore } from './secrets/secret-store.ts';
import { openQueues, type Queues } from './sqs/queues.ts';
import type { StartedServices } from './started-services.ts';
import { readBuckets, readQueues, readSecrets } from './template/data.ts';
import type { Stack } from './template/stack.ts';

export interface StoresOptions {
  readonly data: DataFolder;
  readonly ports: KeptPorts;
  /** Nothing waits for the disk. */
  readonly memory: boolean;
  /** Address of a DynamoDB that runs already. */
  readonly dynamodbEndpoint?: string;
  /** Hears of each request to S3. */
  readonly observeS3?: (exchange: S3Exchange) => void;
  /** Stands around each request to S3. */
  readonly aroundS3?: S3Options['around'];
  readonly report: (message: string) => void;
  /** Called when the engine of the table ends unexpectedly, again and again. */
  readonly onFatal: (reason: string) => void;
}

/** The data stores of a stack. The slow ones start while the rest of the runtime is built. */
export interface Stores {
  readonly engine: Promise<Engine>;
  readonly s3: Promise<S3Server>;
  readonly queues: Queues;
  readonly secrets: SecretStore;
}

export const startStores = (
  { data, memory, ports, dynamodbEndpoint, onFatal, report, observeS3, aroundS3 }: StoresOptions,
  stack: Stack,
  access: StackAccess,
  services: StartedServices,
): Stores => {
  const engine = startEngine({
    folder: data.path,
    onExit: onFatal,
    report,
    ...(dynamodbEndpoint ? { endpoint: dynamodbEndpoint } : {}),
  });
  services.addOnceStarted(engine, 'stops last');
  const queues = services.add(openQueues(join(data.path, 'queues.sqlite'), readQueues(stack), !memory));
  const s3 = startS3({
    dataDir: join(data.path, 's3'),
    port: ports.port('s3'),
    access,
    buckets: readBuckets(stack).map(({ name, properties }) => bucketFromTemplate(name, properties as object)),
    notify: async (queueArn, body) => {
      await queues.send(queueArn, body);
    },
    memory,
    ...(observeS3 ? { observe: observeS3 } : {}),
    ...(aroundS3 ? { around: aroundS3 } : {}),
  });
  services.addOnceStarted(s3);
  return { engine, s3, queues, secrets: openSecretStore(join(data.path, 'secrets.json'), readSecrets(stack)) };
};

import { flag, type Json, type JsonRecord, list, optionalNumber, optionalText, record, text } from './json.ts';
import type { Stack } from './stack.ts';

/** One table of the stack. */
export interface TableSpec {
  readonly name: string;
  readonly arn: string;
  readonly streamArn?: string;
  readonly keySchema: Json;
  readonly partitionKey: string;
  /** Names of all attributes of the key. */
  readonly primaryKey: readonly string[];
  readonly attributeDefinitions: readonly JsonRecord[];
  readonly globalIndexes: readonly JsonRecord[];
  readonly localIndexes: readonly JsonRecord[];
  readonly streamView?: string;
  readonly ttlAttribute?: string;
}

/** The tables of the stack, whichever of the two resource types declares them. */
export const readTables = (stack: Stack): readonly TableSpec[] =>
  stack.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((resource) => {
    const { logicalId, properties } = resource;
    const stream = record(properties.StreamSpecification, `${logicalId}.StreamSpecification`);
    const streamView = optionalText(stream.StreamViewType, `${logicalId}.StreamViewType`);
    const ttl = record(properties.TimeToLiveSpecification, `${logicalId}.TimeToLiveSpecification`);
    const records = (name: string): readonly JsonRecord[] =>
      list(properties[name]).map((item) => record(item, `${logicalId}.${name}`));
    return {
      name: resource.name,
      arn: resource.attribute('Arn'),
      keySchema: properties.KeySchema as Json,
      partitionKey: partitionKeyOf(logicalId, properties.KeySchema),
      primaryKey: list(properties.KeySchema).map((item) =>
        text(record(item, `${logicalId}.KeySchema`).AttributeName, `${logicalId}.KeySchema`),
      ),
      attributeDefinitions: records('AttributeDefinitions'),
      globalIndexes: records('GlobalSecondaryIndexes').map(withoutCapacity),
      localIndexes: records('LocalSecondaryIndexes'),
      ...(streamView === undefined ? {} : { streamView, streamArn: resource.attribute('StreamArn') }),
      ...(flag(ttl.Enabled) ? { ttlAttribute: text(ttl.AttributeName, `${logicalId}.TimeToLive`) } : {}),
    };
  });

const partitionKeyOf = (logicalId: string, schema: Json | undefined): string => {
  const hash = list(schema)
    .map((item) => record(item, `${logicalId}.KeySchema`))
    .find(({ KeyType }) => KeyType === 'HASH');
  return text(hash?.AttributeName, `${logicalId}.KeySchema`);
};

const withoutCapacity = ({ IndexName, KeySchema, Projection }: JsonRecord): JsonRecord => ({
  IndexName,
  KeySchema,
  Projection,
});

/** One bucket of the stack. */
export interface BucketSpec {
  readonly name: string;
  /** The resolved properties; notifications that CDK puts into a custom resource are merged into them. */
  readonly properties: JsonRecord;
}

/** The buckets of the stack with their notifications, declared by the bucket itself or by CDK's custom resource. */
export const readBuckets = (stack: Stack): readonly BucketSpec[] => {
  const custom = stack.ofType('Custom::S3BucketNotifications');
  return stack.ofType('AWS::S3::Bucket').map(({ logicalId, name, properties }) => {
    const declared = [properties, ...custom.map((item) => item.properties).filter((item) => item.BucketName === name)]
      .map((item) => record(item.NotificationConfiguration, `${logicalId}.NotificationConfiguration`))
      .flatMap((configuration) => queueConfigurations(logicalId, configuration));
    return { name, properties: { ...properties, NotificationConfiguration: { QueueConfigurations: declared } } };
  });
};

const queueConfigurations = (logicalId: string, configuration: JsonRecord): readonly Json[] => {
  const other = Object.keys(configuration).find(
    // EventBridge notifications are only for GuardDuty, which does not exist here.
    (kind) =>
      !['QueueConfigurations', 'EventBridgeConfiguration'].includes(kind) && list(configuration[kind]).length > 0,
  );
  if (other === undefined) return list(configuration.QueueConfigurations);
  throw new Error(`${logicalId} has ${other}; the local runtime delivers bucket notifications to queues alone.`);
};

/** One queue of the stack. Durations are in milliseconds. */
export interface QueueSpec {
  readonly name: string;
  readonly arn: string;
  readonly visibilityMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly receiveWaitMs: number;
  /** FIFO: one batch of a group at a time. */
  readonly inOrder: boolean;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

/** The queues of the stack. */
export const readQueues = (stack: Stack): readonly QueueSpec[] =>
  stack.ofType('AWS::SQS::Queue').map((resource) => {
    const { logicalId, properties } = resource;
    if (flag(properties.ContentBasedDeduplication)) {
      throw new Error(`${logicalId} deduplicates by content; in the local runtime senders name their own ids.`);
    }
    const seconds = (name: string, fallback: number): number =>
      1000 * (optionalNumber(properties[name], `${logicalId}.${name}`) ?? fallback);
    const redrive = record(properties.RedrivePolicy, `${logicalId}.RedrivePolicy`);
    const deadLetterArn = optionalText(redrive.deadLetterTargetArn, `${logicalId}.deadLetterTargetArn`);
    const maxReceiveCount = optionalNumber(redrive.maxReceiveCount, `${logicalId}.maxReceiveCount`) ?? 10;
    return {
      name: resource.name,
      arn: resource.attribute('Arn'),
      visibilityMs: seconds('VisibilityTimeout', 30),
      delayMs: seconds('DelaySeconds', 0),
      retentionMs: seconds('MessageRetentionPeriod', 345_600),
      receiveWaitMs: seconds('ReceiveMessageWaitTimeSeconds', 0),
      inOrder: flag(properties.FifoQueue),
      ...(deadLetterArn === undefined ? {} : { redrive: { deadLetterArn, maxReceiveCount } }),
    };
  });

/** One secret of the stack. */
export interface SecretSpec {
  readonly name: string;
  readonly arn: string;
  readonly value?: string;
  readonly generate?: JsonRecord;
  /** ARN of the function that rotates it. */
  readonly rotatedBy?: string;
}

/** The secrets of the stack. */
export const readSecrets = (stack: Stack): readonly SecretSpec[] => {
  const schedules = stack.ofType('AWS::SecretsManager::RotationSchedule').map(({ properties }) => properties);
  return stack.ofType('AWS::SecretsManager::Secret').map((resource) => {
    const { logicalId, properties } = resource;
    const schedule = schedules.find(({ SecretId }) => SecretId === resource.ref);
    const rotatedBy = optionalText(schedule?.RotationLambdaARN, `${logicalId}.RotationLambdaARN`);
    const value = optionalText(properties.SecretString, `${logicalId}.SecretString`);
    const generate = properties.GenerateSecretString;
    return {
      name: resource.name,
      arn: resource.ref,
      ...(value === undefined ? {} : { value }),
      ...(generate === undefined ? {} : { generate: record(generate, `${logicalId}.GenerateSecretString`) }),
      ...(rotatedBy === undefined ? {} : { rotatedBy }),
    };
  });
};

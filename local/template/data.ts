import {
  flag,
  isRecord,
  type Json,
  type JsonRecord,
  list,
  optionalNumber,
  optionalText,
  record,
  text,
} from './json.ts';
import type { Resource, Stack } from './stack.ts';

/** One table of the stack. */
export interface TableSpec {
  readonly name: string;
  readonly arn: string;
  readonly streamArn?: string;
  readonly keySchema: Json;
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
      attributeDefinitions: records('AttributeDefinitions'),
      globalIndexes: records('GlobalSecondaryIndexes').map(withoutCapacity),
      localIndexes: records('LocalSecondaryIndexes'),
      ...(streamView === undefined ? {} : { streamView, streamArn: resource.attribute('StreamArn') }),
      ...(flag(ttl.Enabled) ? { ttlAttribute: text(ttl.AttributeName, `${logicalId}.TimeToLive`) } : {}),
    };
  });

const withoutCapacity = ({ IndexName, KeySchema, Projection }: JsonRecord): JsonRecord => ({
  IndexName,
  KeySchema,
  Projection,
});

/** One bucket of the stack. */
export interface BucketSpec {
  readonly name: string;
  readonly arn: string;
  readonly corsRules: readonly JsonRecord[];
  readonly lifecycleRules: readonly JsonRecord[];
  readonly versioned: boolean;
  readonly notifications: readonly NotificationSpec[];
}

/** What a bucket announces, and to which queue. */
export interface NotificationSpec {
  readonly id: string;
  readonly queueArn: string;
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix?: string;
  readonly suffix?: string;
}

/** The buckets of the stack with their notifications, whether the bucket itself declares them or CDK's custom resource. */
export const readBuckets = (stack: Stack): readonly BucketSpec[] => {
  const custom = stack.ofType('Custom::S3BucketNotifications');
  return stack.ofType('AWS::S3::Bucket').map((resource) => {
    const { logicalId, properties, name } = resource;
    const cors = record(properties.CorsConfiguration, `${logicalId}.CorsConfiguration`);
    const lifecycle = record(properties.LifecycleConfiguration, `${logicalId}.LifecycleConfiguration`);
    const records = (value: Json | undefined): readonly JsonRecord[] =>
      list(value).map((item) => record(item, logicalId));
    return {
      name,
      arn: resource.attribute('Arn'),
      corsRules: records(cors.CorsRules),
      lifecycleRules: records(lifecycle.Rules),
      versioned: record(properties.VersioningConfiguration, logicalId).Status === 'Enabled',
      notifications: [
        ...ownNotifications(resource),
        ...custom.filter((item) => item.properties.BucketName === name).flatMap(customNotifications),
      ],
    };
  });
};

const ownNotifications = ({ logicalId, properties }: Resource): readonly NotificationSpec[] => {
  const configuration = record(properties.NotificationConfiguration, `${logicalId}.NotificationConfiguration`);
  refuseOthers(logicalId, configuration, ['TopicConfigurations', 'LambdaConfigurations']);
  return list(configuration.QueueConfigurations).map((item, index) => {
    const each = record(item, logicalId);
    const rules = record(record(each.Filter, logicalId).S3Key, logicalId).Rules;
    return notification(`${logicalId}-${index}`, text(each.Queue, `${logicalId}.Queue`), each.Event, rules);
  });
};

const customNotifications = ({ logicalId, properties }: Resource): readonly NotificationSpec[] => {
  const configuration = record(properties.NotificationConfiguration, `${logicalId}.NotificationConfiguration`);
  refuseOthers(logicalId, configuration, ['TopicConfigurations', 'LambdaFunctionConfigurations']);
  return list(configuration.QueueConfigurations).map((item, index) => {
    const each = record(item, logicalId);
    const rules = record(record(each.Filter, logicalId).Key, logicalId).FilterRules;
    return notification(`${logicalId}-${index}`, text(each.QueueArn, `${logicalId}.QueueArn`), each.Events, rules);
  });
};

const refuseOthers = (logicalId: string, configuration: JsonRecord, kinds: readonly string[]): void => {
  const found = kinds.find((kind) => list(configuration[kind]).length > 0);
  if (found)
    throw new Error(`${logicalId} has ${found}; the local runtime delivers bucket notifications to queues alone.`);
};

const notification = (
  id: string,
  queueArn: string,
  events: Json | undefined,
  rules: Json | undefined,
): NotificationSpec => {
  const filter = (name: string): string | undefined => {
    const rule = list(rules).find((item) => isRecord(item) && String(item.Name).toLowerCase() === name);
    return rule === undefined ? undefined : text(record(rule, id).Value, `${id}.${name}`);
  };
  const [prefix, suffix] = [filter('prefix'), filter('suffix')];
  return {
    id,
    queueArn,
    events: list(events).map((event) => text(event, `${id}.Events`)),
    ...(prefix === undefined ? {} : { prefix }),
    ...(suffix === undefined ? {} : { suffix }),
  };
};

/** One queue of the stack. Durations are in milliseconds. */
export interface QueueSpec {
  readonly name: string;
  readonly arn: string;
  readonly visibilityMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly receiveWaitMs: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

/** The queues of the stack. */
export const readQueues = (stack: Stack): readonly QueueSpec[] =>
  stack.ofType('AWS::SQS::Queue').map((resource) => {
    const { logicalId, properties } = resource;
    if (flag(properties.FifoQueue)) throw new Error(`${logicalId} is a FIFO queue, which the local runtime lacks.`);
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
      ...(deadLetterArn === undefined ? {} : { redrive: { deadLetterArn, maxReceiveCount } }),
    };
  });

/** One secret of the stack. */
export interface SecretSpec {
  readonly name: string;
  readonly arn: string;
  readonly value?: string;
  readonly generate?: JsonRecord;
}

/** The secrets of the stack. */
export const readSecrets = (stack: Stack): readonly SecretSpec[] =>
  stack.ofType('AWS::SecretsManager::Secret').map((resource) => {
    const { logicalId, properties } = resource;
    const value = optionalText(properties.SecretString, `${logicalId}.SecretString`);
    const generate = properties.GenerateSecretString;
    return {
      name: resource.name,
      arn: resource.ref,
      ...(value === undefined ? {} : { value }),
      ...(generate === undefined ? {} : { generate: record(generate, `${logicalId}.GenerateSecretString`) }),
    };
  });

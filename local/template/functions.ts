import { join } from 'node:path';
import { flag, list, optionalNumber, optionalText, record, text } from './json.ts';
import type { Resource, Stack } from './stack.ts';

/** One function of the stack. */
export interface FunctionSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Folder of the bundle. */
  readonly folder: string;
  /** `index.handler`: the module and its export. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly reservedConcurrency?: number;
  readonly roleLogicalId: string;
  /** It has a layer, so it loads native code of the host's own `node_modules`. */
  readonly hasLayer: boolean;
  /** Its log format is JSON. */
  readonly logsJson: boolean;
  /** How often an asynchronous call that failed is repeated. */
  readonly asyncRetries: number;
}

/** What Lambda does by default. */
const ASYNC_RETRIES = 2;

/** The functions of the stack, without those that CDK adds for custom resources. */
export const readFunctions = (stack: Stack): readonly FunctionSpec[] => {
  const roles = new Map(stack.ofType('AWS::IAM::Role').map((role) => [role.attribute('Arn'), role.logicalId]));
  const configured = new Map(
    stack
      .ofType('AWS::Lambda::EventInvokeConfig')
      .map(({ logicalId, properties }) => [
        text(properties.FunctionName, `${logicalId}.FunctionName`),
        optionalNumber(properties.MaximumRetryAttempts, `${logicalId}.MaximumRetryAttempts`),
      ]),
  );
  const providers = new Set(
    // The stack's own function makes the keys of the edge.
    stack.resources.filter(({ type }) => type !== 'Custom::EdgeKey').map(({ properties }) => properties.ServiceToken),
  );
  return stack
    .ofType('AWS::Lambda::Function')
    .filter((resource) => !providers.has(resource.attribute('Arn')))
    .map((resource) => ({
      ...readFunction(stack, resource, roles),
      asyncRetries: configured.get(resource.ref) ?? ASYNC_RETRIES,
    }));
};

const readFunction = (
  stack: Stack,
  resource: Resource,
  roles: ReadonlyMap<string, string>,
): Omit<FunctionSpec, 'asyncRetries'> => {
  const { logicalId, properties } = resource;
  const runtime = text(properties.Runtime, `${logicalId}.Runtime`);
  if (!runtime.startsWith('nodejs')) {
    throw new Error(`The local runtime runs Node.js functions, but ${logicalId} wants ${runtime}.`);
  }
  const objectKey = optionalText(record(properties.Code, `${logicalId}.Code`).S3Key, `${logicalId}.Code.S3Key`);
  if (objectKey === undefined) throw new Error(`The code of ${logicalId} is not an asset.`);
  const role = text(properties.Role, `${logicalId}.Role`);
  const roleLogicalId = roles.get(role);
  if (roleLogicalId === undefined) throw new Error(`The role ${role} of ${logicalId} is not part of the stack.`);
  const variables = record(record(properties.Environment, `${logicalId}.Environment`).Variables, logicalId);
  const reserved = optionalNumber(properties.ReservedConcurrentExecutions, `${logicalId}.ReservedConcurrentExecutions`);
  return {
    logicalId,
    name: resource.name,
    arn: resource.attribute('Arn'),
    folder: join(stack.assetFolder(objectKey)),
    handler: text(properties.Handler, `${logicalId}.Handler`),
    environment: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, text(value, `${logicalId}.Environment.${name}`)]),
    ),
    timeoutMs: 1000 * (optionalNumber(properties.Timeout, `${logicalId}.Timeout`) ?? 3),
    memoryMb: optionalNumber(properties.MemorySize, `${logicalId}.MemorySize`) ?? 128,
    ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
    roleLogicalId,
    hasLayer: list(properties.Layers).length > 0,
    logsJson: record(properties.LoggingConfig, `${logicalId}.LoggingConfig`).LogFormat === 'JSON',
  };
};

/** A queue or stream that calls a function. */
export interface EventSourceSpec {
  readonly logicalId: string;
  readonly functionName: string;
  readonly sourceArn: string;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly reportsItemFailures: boolean;
  readonly bisectsOnError: boolean;
  /** -1 for as long as the record lives. */
  readonly maximumRetryAttempts: number;
  readonly maximumConcurrency?: number;
  readonly filters: readonly string[];
  readonly fromLatest: boolean;
  readonly onFailureArn?: string;
}

/** The event source mappings of the stack that are switched on. */
export const readEventSources = (stack: Stack): readonly EventSourceSpec[] =>
  stack
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => properties.Enabled === undefined || flag(properties.Enabled))
    .map((resource) => readEventSource(resource));

const readEventSource = ({ logicalId, properties }: Resource): EventSourceSpec => {
  const sourceArn = text(properties.EventSourceArn, `${logicalId}.EventSourceArn`);
  const number = (name: string): number | undefined => optionalNumber(properties[name], `${logicalId}.${name}`);
  const scaling = record(properties.ScalingConfig, `${logicalId}.ScalingConfig`);
  const concurrency = optionalNumber(scaling.MaximumConcurrency, `${logicalId}.MaximumConcurrency`);
  const destinations = record(properties.DestinationConfig, `${logicalId}.DestinationConfig`);
  const failure = record(destinations.OnFailure, `${logicalId}.OnFailure`);
  const onFailureArn = optionalText(failure.Destination, `${logicalId}.OnFailure.Destination`);
  const filters = list(record(properties.FilterCriteria, `${logicalId}.FilterCriteria`).Filters);
  return {
    logicalId,
    functionName: text(properties.FunctionName, `${logicalId}.FunctionName`).replace(/^arn:.*:function:/, ''),
    sourceArn,
    batchSize: number('BatchSize') ?? (sourceArn.startsWith('arn:aws:sqs:') ? 10 : 100),
    batchingWindowMs: 1000 * (number('MaximumBatchingWindowInSeconds') ?? 0),
    reportsItemFailures: list(properties.FunctionResponseTypes).includes('ReportBatchItemFailures'),
    bisectsOnError: flag(properties.BisectBatchOnFunctionError),
    maximumRetryAttempts: number('MaximumRetryAttempts') ?? -1,
    ...(concurrency === undefined ? {} : { maximumConcurrency: concurrency }),
    filters: filters.map((filter) => text(record(filter, logicalId).Pattern, `${logicalId}.FilterCriteria.Pattern`)),
    fromLatest: properties.StartingPosition === 'LATEST',
    ...(onFailureArn === undefined ? {} : { onFailureArn }),
  };
};

/** A function that is called by the clock. */
export interface ScheduleSpec {
  readonly logicalId: string;
  readonly arn: string;
  /** `rate(...)`, `cron(...)` or `at(...)`. */
  readonly expression: string;
  readonly functionArn: string;
  /** The event; a rule without an own input sends EventBridge's. */
  readonly input?: string;
  readonly kind: 'rule' | 'schedule';
}

/** The schedules of the stack: rules of EventBridge, and those of its Scheduler. */
export const readSchedules = (stack: Stack): readonly ScheduleSpec[] =>
  stack
    .ofType('AWS::Events::Rule', 'AWS::Scheduler::Schedule')
    .filter(({ properties }) => properties.State !== 'DISABLED' && properties.EventPattern === undefined)
    .flatMap((resource) => readSchedule(resource));

const readSchedule = (resource: Resource): readonly ScheduleSpec[] => {
  const { logicalId, properties, type } = resource;
  const expression = optionalText(properties.ScheduleExpression, `${logicalId}.ScheduleExpression`);
  if (expression === undefined) throw new Error(`${logicalId} has neither a schedule nor an event pattern.`);
  const zone = properties.ScheduleExpressionTimezone;
  if (zone !== undefined && zone !== 'UTC' && zone !== 'Etc/UTC') {
    throw new Error(`${logicalId} is written in ${JSON.stringify(zone)}; the local runtime keeps UTC alone.`);
  }
  const targets = type === 'AWS::Events::Rule' ? list(properties.Targets) : list(properties.Target);
  return targets.map((item) => {
    const target = record(item, `${logicalId}.Targets`);
    const input = optionalText(target.Input, `${logicalId}.Input`);
    return {
      logicalId,
      arn: resource.attribute('Arn'),
      expression,
      functionArn: text(target.Arn, `${logicalId}.Target.Arn`),
      ...(input === undefined ? {} : { input }),
      kind: type === 'AWS::Events::Rule' ? 'rule' : 'schedule',
    };
  });
};

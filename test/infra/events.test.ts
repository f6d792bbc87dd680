import { beforeAll, describe, expect, it } from '@jest/globals';
import { HASHED_BYTES } from '../../functions/domain/parts.ts';
import { LOOK_AGAIN_SECONDS } from '../../functions/lifecycle/sweep.ts';
import { INDEX_LANES } from '../../functions/search/queue-changes.ts';
import {
  flat,
  functionOf,
  ofType,
  type Resource,
  type Synthesized,
  synthesize,
  theInvocationRole,
  theOnly,
} from './synthesized.ts';

const sourceOf = (stack: Synthesized, functionId: string): Resource['Properties'] =>
  ofType(stack, 'AWS::Lambda::EventSourceMapping').find(({ Properties }) => Properties.FunctionName.Ref === functionId)
    ?.Properties;

const queue = (stack: Synthesized, name: string) => {
  const found = ofType(stack, 'AWS::SQS::Queue').find(({ id }) => id.startsWith(name));
  if (found === undefined) throw new Error(`no queue ${name}`);
  return found;
};

describe('processing', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it('hears of every original that is created or removed and of every form, and of nothing else', () => {
    const notifying = ofType(stack, 'AWS::S3::Bucket').flatMap(
      ({ Properties }) => Properties.NotificationConfiguration?.QueueConfigurations ?? [],
    );
    const below = (Value: string) => ({ S3Key: { Rules: [{ Name: 'prefix', Value }] } });
    const Filter = below('originals/');
    const Queue = { 'Fn::GetAtt': [queue(stack, 'ProcessingQueue').id, 'Arn'] };
    expect(notifying).toEqual([
      { Event: 's3:ObjectCreated:*', Filter, Queue },
      { Event: 's3:ObjectRemoved:*', Filter, Queue },
      { Event: 's3:ObjectCreated:Post', Filter: below('inbox/'), Queue },
    ]);
  });

  it('has S3 send on behalf of this account alone, from before the bucket exists', () => {
    const { id } = queue(stack, 'ProcessingQueue');
    const policy = ofType(stack, 'AWS::SQS::QueuePolicy').find(({ Properties }) => Properties.Queues[0].Ref === id);
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: { 'Fn::GetAtt': [id, 'Arn'] },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    const bucket = ofType(stack, 'AWS::S3::Bucket').find(({ Properties }) => Properties.NotificationConfiguration);
    expect(bucket?.DependsOn).toContain(policy?.id);
  });

  it('sets a message aside after five receives, and hides it for longer than the timeout meanwhile', () => {
    const { Properties } = queue(stack, 'ProcessingFiles');
    expect(Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [queue(stack, 'ProcessingDeadLetters').id, 'Arn'] },
      maxReceiveCount: 5,
    });
    const { Timeout } = functionOf(stack, 'process-upload').Properties;
    expect(Properties.VisibilityTimeout).toBeGreaterThan(Timeout);
    expect(Properties.VisibilityTimeout).toBeLessThan(2 * Timeout);
  });

  it('has the files of a team wait in lanes, of which there are fewer than are processed at once', () => {
    const { Properties } = queue(stack, 'ProcessingFiles');
    expect(Properties).toMatchObject({ FifoQueue: true, FifoThroughputLimit: 'perMessageGroupId' });
    const { Environment } = functionOf(stack, 'queue-uploads').Properties;
    const lanes = Number(Environment.Variables.LANES);
    const { ScalingConfig } = sourceOf(stack, functionOf(stack, 'process-upload').id);
    expect(lanes).toBeGreaterThan(ScalingConfig.MaximumConcurrency / 2);
    expect(lanes).toBeLessThan(ScalingConfig.MaximumConcurrency);
    const arrivals = sourceOf(stack, functionOf(stack, 'queue-uploads').id);
    expect(flat(arrivals.EventSourceArn)).toBe('<ProcessingQueue.Arn>');
  });

  it('has time for a batch of the largest files that are read to their ends, and is not asked again meanwhile', () => {
    const { BatchSize } = sourceOf(stack, functionOf(stack, 'process-upload').id);
    const { Timeout } = functionOf(stack, 'process-upload').Properties;
    const bytesPerSecond = 30e6;
    expect(Timeout).toBeGreaterThanOrEqual((BatchSize * HASHED_BYTES) / bytesPerSecond);
    expect(LOOK_AGAIN_SECONDS.processing).toBeGreaterThanOrEqual(Timeout);
  });

  it('takes one message at a time, and bounds how many files are processed at once', () => {
    const source = sourceOf(stack, functionOf(stack, 'process-upload').id);
    expect(source).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(source.ScalingConfig.MaximumConcurrency).toBe(40);
    expect(flat(source.EventSourceArn)).toBe('<ProcessingFiles.Arn>');
  });

  it('sweeps every five minutes, looks for orphans once an hour, and repeats no run that failed', () => {
    const rules = ofType(stack, 'AWS::Events::Rule');
    const sweep = functionOf(stack, 'sweep').id;
    const started = rules.map(({ Properties: { ScheduleExpression, State, Targets } }) => ({
      ScheduleExpression,
      State,
      targets: Targets.map(({ Arn, Input, RetryPolicy }: Record<string, unknown>) => ({ Arn, Input, RetryPolicy })),
    }));
    const target = (part: string) => [{ Arn: { 'Fn::GetAtt': [sweep, 'Arn'] }, Input: JSON.stringify({ part }) }];
    expect(started).toEqual([
      { ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED', targets: target('due') },
      { ScheduleExpression: 'rate(1 hour)', State: 'ENABLED', targets: target('orphans') },
    ]);
    // Lambda repeats what it was handed asynchronously, by a number of its own.
    expect(theOnly(stack, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({
      FunctionName: { Ref: sweep },
      MaximumRetryAttempts: 0,
    });
    const permission = ofType(stack, 'AWS::Lambda::Permission').filter(
      ({ Properties }) => Properties.Principal === 'events.amazonaws.com',
    );
    expect(permission.map(({ Properties }) => Properties)).toEqual(
      rules.map(({ id }) => ({
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [sweep, 'Arn'] },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
      })),
    );
  });
});

describe('announcements', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it('follow the changes of media, uploads and of who may listen, and keep what could not be sent', () => {
    const source = sourceOf(stack, functionOf(stack, 'announce').id);
    expect(source).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
    });
    expect(flat(source.EventSourceArn)).toBe('<LibraryTable.StreamArn>');
    expect(flat(source.DestinationConfig.OnFailure.Destination)).toBe('<RealtimeUnannounced.Arn>');
    expect(source.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { dynamodb: { Keys: { pk: { S: [{ prefix: 'MEDIA#' }, { prefix: 'UPLOAD#' }, { prefix: 'BULK#' }] } } } },
      {
        eventName: ['MODIFY', 'REMOVE'],
        dynamodb: { Keys: { pk: { S: [{ prefix: 'TEAM#' }] }, sk: { S: [{ prefix: 'MEMBER#' }] } } },
      },
      { eventName: ['REMOVE'], dynamodb: { Keys: { sk: { S: ['APIKEY', 'SESSION'] } } } },
      { eventName: ['MODIFY'], dynamodb: { Keys: { sk: { S: ['USER'] } } } },
    ]);
  });

  it('reach connections over the stage ws, whose three routes have a function each', () => {
    const api = ofType(stack, 'AWS::ApiGatewayV2::Api').find(
      ({ Properties }) => Properties.ProtocolType === 'WEBSOCKET',
    );
    const of = (type: string) => ofType(stack, type).filter(({ Properties }) => Properties.ApiId.Ref === api?.id);
    expect(of('AWS::ApiGatewayV2::Stage').map(({ Properties }) => Properties.StageName)).toEqual(['ws']);
    const routed = of('AWS::ApiGatewayV2::Route').map(({ Properties }) => {
      const integration = stack.resources[Properties.Target['Fn::Join'][1][1].Ref];
      expect(flat(integration?.Properties.CredentialsArn)).toBe(
        flat({ 'Fn::GetAtt': [theInvocationRole(stack).id, 'Arn'] }),
      );
      return [Properties.RouteKey, flat(integration?.Properties.IntegrationUri)];
    });
    const invocation = (name: string) =>
      `arn:<AWS::Partition>:apigateway:<AWS::Region>:lambda:path/2015-03-31/functions/<Realtime${name}Function.Arn>/invocations`;
    expect(Object.fromEntries(routed)).toEqual({
      $connect: invocation('connect'),
      $disconnect: invocation('disconnect'),
      $default: invocation('message'),
    });
    const host = '<RealtimeApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/ws';
    expect(flat(stack.outputs.WebSocketUrl?.Value)).toBe(`wss://${host}`);
    expect(flat(functionOf(stack, 'announce').Properties.Environment.Variables.MANAGEMENT_URL)).toBe(`https://${host}`);
  });
});

describe('search', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it('has the stream read by a function that only queues, so that no team waits for the records of another', () => {
    const source = sourceOf(stack, functionOf(stack, 'queue-changes').id);
    expect(source).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 10,
    });
    expect(flat(source.EventSourceArn)).toBe('<LibraryTable.StreamArn>');
    expect(flat(source.DestinationConfig.OnFailure.Destination)).toBe('<SearchUnindexed.Arn>');
    expect(source.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { dynamodb: { Keys: { sk: { S: ['MEDIA'] } } } },
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['WORK'] } } } },
    ]);
  });

  it('has the changes of a team wait in lanes, of which two teams have fewer than are worked on at once', () => {
    const { Properties } = queue(stack, 'SearchQueue');
    expect(Properties).toMatchObject({ FifoQueue: true, FifoThroughputLimit: 'perMessageGroupId' });
    const source = sourceOf(stack, functionOf(stack, 'index-media').id);
    expect(flat(source.EventSourceArn)).toBe('<SearchQueue.Arn>');
    expect(source.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    expect(source.ScalingConfig.MaximumConcurrency).toBeGreaterThan(2 * INDEX_LANES.length);
  });

  it('sets a message aside after five receives, and hides it for longer than the timeout meanwhile', () => {
    const { Properties } = queue(stack, 'SearchQueue');
    expect(Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [queue(stack, 'SearchDeadLetters').id, 'Arn'] },
      maxReceiveCount: 5,
    });
    const { Timeout } = functionOf(stack, 'index-media').Properties;
    expect(Properties.VisibilityTimeout).toBeGreaterThan(Timeout);
    expect(Properties.VisibilityTimeout).toBeLessThan(2 * Timeout);
  });
});

describe('changes of many records', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it('wait in one lane for each team, of which a team has one worked on at a time, and others are done beside', () => {
    const { Properties } = queue(stack, 'BulkQueue');
    expect(Properties).toMatchObject({ FifoQueue: true, FifoThroughputLimit: 'perMessageGroupId' });
    const source = sourceOf(stack, functionOf(stack, 'run-bulk').id);
    expect(source).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(source.ScalingConfig.MaximumConcurrency).toBeGreaterThan(1);
  });

  it('are hidden for longer than the function runs, and tell it how often they come', () => {
    const { Properties } = queue(stack, 'BulkQueue');
    const { Timeout, Environment } = functionOf(stack, 'run-bulk').Properties;
    expect(Properties.VisibilityTimeout).toBeGreaterThan(Timeout);
    expect(Environment.Variables.RECEIVES).toBe(String(Properties.RedrivePolicy.maxReceiveCount));
  });
});

describe('queues', () => {
  it('share one policy that names no queue and allows nothing, since SQS takes none that names several', async () => {
    const stack = await synthesize();
    const shared = ofType(stack, 'AWS::SQS::QueuePolicy').filter(({ Properties }) => Properties.Queues.length > 1);
    expect(shared).toHaveLength(1);
    const statements = shared.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements.map(({ Effect, Resource }) => [Effect, Resource])).toEqual([['Deny', '*']]);
  });

  it('are encrypted and refuse requests without TLS', async () => {
    const stack = await synthesize();
    const policies = ofType(stack, 'AWS::SQS::QueuePolicy');
    const guarded = policies.filter(({ Properties }) =>
      Properties.PolicyDocument.Statement.some(
        ({ Effect, Action, Principal, Condition }: Readonly<Record<string, unknown>>) =>
          Effect === 'Deny' &&
          Action === 'sqs:*' &&
          JSON.stringify([Principal, Condition]) === '[{"AWS":"*"},{"Bool":{"aws:SecureTransport":"false"}}]',
      ),
    );
    const queues = ofType(stack, 'AWS::SQS::Queue');
    // Each queue once: of two policies of a queue, the one that CloudFormation sets last would count.
    const covered = guarded.flatMap(({ Properties }) => Properties.Queues.map(({ Ref }: { Ref: string }) => Ref));
    expect(covered.sort()).toEqual(queues.map(({ id }) => id).sort());
    expect(guarded).toHaveLength(policies.length);
    for (const { Properties } of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
  });
});

describe('webhooks', () => {
  it('may call themselves by way of their queue, for a day of attempts, and so may a job page by page, and no other', async () => {
    const stack = await synthesize();
    const allowed = ofType(stack, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.RecursiveLoop);
    expect(allowed.map(({ id, Properties }) => [id, Properties.RecursiveLoop])).toEqual([
      [functionOf(stack, 'run-bulk').id, 'Allow'],
      [functionOf(stack, 'send-webhook').id, 'Allow'],
    ]);
  });
});

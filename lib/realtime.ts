import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import { allow, permission } from './grant.ts';
import type { InvocationRole } from './invocation-role.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';
import { PlannedEnds } from './planned-ends.ts';
import { WebSocketApi } from './web-socket-api.ts';
import type { Webhooks } from './webhooks.ts';

interface RealtimeProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly webhooks: Webhooks;
  readonly invocation: InvocationRole;
}

const queueOfUnannounced = (scope: Construct): Queue => {
  const queue = new Queue(scope, 'Unannounced', {
    encryption: QueueEncryption.SQS_MANAGED,
    retentionPeriod: Duration.days(14),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'Is itself where the stream leaves what it gave up; an alarm watches it',
  });
  return queue;
};

/** Sends the events of a team to its people. */
export class Realtime extends Construct {
  /** The functions that HTTP routes lead to. */
  readonly functions: readonly OperationFunction[];
  readonly api: WebSocketApi;
  readonly connections: readonly OperationFunction[];
  readonly announce: OperationFunction;
  readonly fanOut: OperationFunction;
  readonly plannedEnds: PlannedEnds;
  /** Batches of changes that could not be announced, and connections that could not be closed. */
  readonly unannounced: Queue;

  constructor(scope: Construct, id: string, { defaults, base, library, webhooks, invocation }: RealtimeProps) {
    super(scope, id);
    const [, address, secret, settings, edge] = base;
    this.api = new WebSocketApi(this, 'Api', { invocation });

    this.functions = [
      new OperationFunction(this, 'create-ticket', {
        ...defaults,
        description: 'Hands out a ticket that opens one WebSocket connection',
        grants: [...base, library.items('PutItem')],
      }),
      new OperationFunction(this, 'read-events', {
        ...defaults,
        description: 'Reads the log of a channel, and waits for what is to come',
        grants: base,
        // Waits for up to twenty seconds.
        timeout: Duration.seconds(28),
      }),
    ];
    const sending = [
      library.items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
      this.api.connections(),
    ] as const;
    this.fanOut = new OperationFunction(this, 'fan-out', {
      ...defaults,
      description: 'Sends events to a page of connections',
      grants: sending,
      // Only one function sends to every page when a channel was busy for too long.
      timeout: Duration.minutes(5),
    });

    this.unannounced = queueOfUnannounced(this);
    this.plannedEnds = new PlannedEnds(this, 'PlannedEnds', { defaults, sending, deadLetters: this.unannounced });
    const $connect = new OperationFunction(this, 'connect', {
      ...defaults,
      description: 'Admits a WebSocket connection',
      grants: [
        address,
        secret,
        settings,
        edge,
        library.items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        this.api.connections(),
        this.plannedEnds.queueing(),
      ],
    });
    const $disconnect = new OperationFunction(this, 'disconnect', {
      ...defaults,
      description: 'Forgets a WebSocket connection',
      grants: sending,
    });
    const $default = new OperationFunction(this, 'message', {
      ...defaults,
      description: 'Answers the messages of a WebSocket connection',
      grants: [...sending, this.fanOut.invoking('FAN_OUT'), settings, library.items('ConditionCheckItem')],
      // API Gateway waits for 29 seconds; who missed five hundred events needs some of them.
      timeout: Duration.seconds(29),
    });
    this.connections = [$connect, $disconnect, $default];
    this.api.serve({ $connect, $disconnect, $default });

    this.announce = new OperationFunction(this, 'announce', {
      ...defaults,
      description: 'Turns changes of the library into events and sends them',
      grants: [
        address,
        settings,
        ...sending,
        this.fanOut.invoking('FAN_OUT'),
        webhooks.queueing(),
        this.plannedEnds.queueing(),
        library.changes(),
        permission(allow(['sqs:SendMessage'], this.unannounced.queueArn)),
      ],
      timeout: Duration.seconds(60),
    });
    this.listenTo(library);
  }

  private listenTo(library: Library): void {
    const { beginsWith, isEqual } = FilterRule;
    const keys = (rules: object, ...eventName: readonly string[]) =>
      FilterCriteria.filter({ ...(eventName.length > 0 ? { eventName } : {}), dynamodb: { Keys: rules } });
    new EventSourceMapping(this, 'Changes', {
      target: this.announce.lambda,
      eventSourceArn: library.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // The stream has as many readers as AWS advises, so changes that end access have no separate mapping. In parallel, a slow
      // batch delays only a part of the changes. The changes of one record stay in order, as over several shards.
      parallelizationFactor: 5,
      filters: [
        keys({ pk: { S: ['MEDIA#', 'UPLOAD#', 'BULK#'].flatMap((prefix) => beginsWith(prefix)) } }),
        // The changes after which connections have to end: removed members, keys and logins, and a change of role or password.
        keys({ pk: { S: beginsWith('TEAM#') }, sk: { S: beginsWith('MEMBER#') } }, 'MODIFY', 'REMOVE'),
        keys({ sk: { S: ['APIKEY', 'SESSION'].flatMap((name) => isEqual(name)) } }, 'REMOVE'),
        keys({ sk: { S: isEqual('USER') } }, 'MODIFY'),
      ],
      bisectBatchOnError: true,
      retryAttempts: 5,
      // An event is kept for a day; later no client could still request it.
      maxRecordAge: Duration.hours(24),
      onFailure: { bind: () => ({ destination: this.unannounced.queueArn }) },
    });
  }
}

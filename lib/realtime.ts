import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import { allow, permission } from './grant.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';
import { WebSocketApi } from './web-socket-api.ts';

interface RealtimeProps extends ApiFunctionsProps {
  readonly library: Library;
}

/** Tells the people of a team what happened, as it happens. */
export class Realtime extends Construct {
  /** The functions that HTTP routes lead to. */
  readonly functions: readonly OperationFunction[];
  readonly api: WebSocketApi;
  readonly connections: readonly OperationFunction[];
  readonly announce: OperationFunction;
  /** Batches of changes that could not be announced. */
  readonly unannounced: Queue;

  constructor(scope: Construct, id: string, { defaults, base, library }: RealtimeProps) {
    super(scope, id);
    const [, address, secret, settings] = base;
    this.api = new WebSocketApi(this, 'Api');

    this.functions = [
      new OperationFunction(this, 'create-ticket', {
        ...defaults,
        description: 'Hands out a ticket that opens one WebSocket connection',
        grants: [...base, library.items('PutItem')],
      }),
    ];

    const $connect = new OperationFunction(this, 'connect', {
      ...defaults,
      description: 'Admits a WebSocket connection',
      grants: [address, secret, settings, library.items('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query')],
    });
    const $disconnect = new OperationFunction(this, 'disconnect', {
      ...defaults,
      description: 'Forgets a WebSocket connection',
      grants: [library.items('GetItem', 'DeleteItem', 'Query')],
    });
    const $default = new OperationFunction(this, 'message', {
      ...defaults,
      description: 'Answers the messages of a WebSocket connection',
      grants: [library.items('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'), this.api.connections()],
    });
    this.connections = [$connect, $disconnect, $default];
    this.api.serve({ $connect, $disconnect, $default });

    this.unannounced = new Queue(this, 'Unannounced', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.unannounced).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'Is itself where the stream leaves what it gave up; an alarm watches it',
    });
    this.announce = new OperationFunction(this, 'announce', {
      ...defaults,
      description: 'Turns changes of the library into events and sends them',
      grants: [
        address,
        settings,
        library.items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        this.api.connections(),
        library.changes(),
        permission(allow(['sqs:SendMessage'], this.unannounced.queueArn)),
      ],
      timeout: Duration.seconds(60),
    });
    this.listenTo(library);
  }

  private listenTo(library: Library): void {
    const keys = ['MEDIA#', 'UPLOAD#'].flatMap((prefix) => FilterRule.beginsWith(prefix));
    new EventSourceMapping(this, 'Changes', {
      target: this.announce.lambda,
      eventSourceArn: library.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      filters: [FilterCriteria.filter({ dynamodb: { Keys: { pk: { S: keys } } } })],
      bisectBatchOnError: true,
      retryAttempts: 5,
      // An event is kept for a day; later nobody could still ask for what was missed.
      maxRecordAge: Duration.hours(24),
      onFailure: { bind: () => ({ destination: this.unannounced.queueArn }) },
    });
  }
}

import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type AnyGrant, allow, type Grant, permission } from './grant.ts';
import { type FunctionDefaults, OperationFunction } from './operation-function.ts';

interface PlannedEndsProps {
  readonly defaults: FunctionDefaults;
  /** The environment and permissions of every function that sends to connections. */
  readonly sending: readonly [Grant<'TABLE'>, Grant<'MANAGEMENT_URL'>];
  /** The queue for connections that could not be closed. */
  readonly deadLetters: IQueue;
}

/** Deleting a connection goes through all of its channels, and informs its rooms. */
const TIMEOUT = Duration.seconds(60);
const RECEIVES = 5;

/**
 * Closes connections whose credential expires while they are open: a key, or a guest whose time is over. Removes connections
 * whose access ended from their channels, since `announce` has the events of all teams to send. An end that is further away
 * than SQS's longest delay is put back, eight times at most in the two hours of a connection: fewer than Lambda's detection of
 * endless loops allows.
 */
export class PlannedEnds extends Construct {
  readonly endExpired: OperationFunction;
  private readonly queue: Queue;

  constructor(scope: Construct, id: string, { defaults, sending, deadLetters }: PlannedEndsProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      visibilityTimeout: Duration.seconds(TIMEOUT.toSeconds() * 6),
      retentionPeriod: Duration.hours(4),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: RECEIVES },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const consuming = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'];
    const grants: readonly [...typeof sending, Grant<'END_QUEUE_URL'>, AnyGrant & Grant] = [
      ...sending,
      this.queueing(),
      permission(
        allow(
          consuming.map((action) => `sqs:${action}`),
          this.queue.queueArn,
        ),
      ),
    ];
    this.endExpired = new OperationFunction(this, 'end-expired', {
      ...defaults,
      description: 'Closes and forgets WebSocket connections whose access has ended',
      grants,
      timeout: TIMEOUT,
    });
    new EventSourceMapping(this, 'Ends', {
      target: this.endExpired.lambda,
      eventSourceArn: this.queue.queueArn,
      // Each connection separately: one with many rooms delays no other, and only the failed one is repeated.
      batchSize: 1,
    });
  }

  /** Lets a function plan the end of a connection. */
  queueing(): Grant<'END_QUEUE_URL'> {
    return {
      environment: { END_QUEUE_URL: this.queue.queueUrl },
      statements: [allow(['sqs:SendMessage'], this.queue.queueArn)],
      acknowledged: [],
    };
  }
}

import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type AnyGrant, allow, type Grant, permission } from './grant.ts';
import { type FunctionDefaults, OperationFunction } from './operation-function.ts';

interface PlannedEndsProps {
  readonly defaults: FunctionDefaults;
  /** What every function is given that sends to connections. */
  readonly sending: readonly [Grant<'TABLE'>, Grant<'MANAGEMENT_URL'>];
  /** Takes what could not be closed. */
  readonly deadLetters: IQueue;
}

/** Forgetting a connection goes through all of its channels, and tells those in its rooms. */
const TIMEOUT = Duration.seconds(60);
const RECEIVES = 5;

/**
 * Closes connections whose credential ends by itself while they are open: a key that expires, a guest whose time is over. Takes
 * connections whose access ended out of their channels, for `announce` has the events of all teams to send. An end that is further away than SQS delays a message is put back, eight times at most in the two hours of a connection: fewer
 * than Lambda takes for a loop without end.
 */
export class PlannedEnds extends Construct {
  readonly endExpired: OperationFunction;
  private readonly queue: Queue;

  constructor(scope: Construct, id: string, { defaults, sending, deadLetters }: PlannedEndsProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
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
      // Each connection by itself: one with many rooms holds up no other, and a failure repeats that one alone.
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

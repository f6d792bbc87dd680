import { EventSourceMapping, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import { allow, type Grant, permission } from './grant.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';

interface WebhooksProps extends ApiFunctionsProps {
  readonly library: Library;
}

const SEND_TIMEOUT = Duration.seconds(28);
/** Attempts that are postponed are new messages; this counts receives that ended in a fault of ours. */
const RECEIVES = 5;
/** Receivers that are slow at once hold up so many batches, and no more of the account. */
const BATCHES_AT_ONCE = 10;

/** Addresses outside that hear what happens: who they are, and the queue of what is on its way to them. */
export class Webhooks extends Construct {
  readonly functions: readonly OperationFunction[];
  readonly sendWebhook: OperationFunction;
  /** Deliveries that could not even be attempted. */
  readonly deadLetters: Queue;
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { defaults, base, library }: WebhooksProps) {
    super(scope, id);
    const [, , , settings] = base;
    const closed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, removalPolicy: RemovalPolicy.DESTROY };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...closed, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...closed,
      visibilityTimeout: Duration.seconds(SEND_TIMEOUT.toSeconds() * 6),
      retentionPeriod: Duration.days(2),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    });
    this.functions = [
      new OperationFunction(this, 'manage-webhooks', {
        ...defaults,
        description: 'Makes, lists, changes and removes webhooks',
        grants: [...base, library.items('PutItem', 'DeleteItem')],
      }),
    ];
    this.sendWebhook = new OperationFunction(this, 'send-webhook', {
      ...defaults,
      description: 'Sends events to webhooks',
      grants: [settings, library.items('GetItem', 'PutItem', 'UpdateItem'), this.queueing(), this.consuming()],
      timeout: SEND_TIMEOUT,
      // It postpones a delivery by sending it to the queue that it takes from, for fifteen minutes at most: a day of attempts
      // is some hundred rounds, of which Lambda would end the chain after sixteen. Each round waits for its time in the queue,
      // is followed by one at most, and by none once a day has passed (`nextAttempt` in `functions/domain/webhook.ts`).
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    new EventSourceMapping(this, 'Deliveries', {
      target: this.sendWebhook.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      maxConcurrency: BATCHES_AT_ONCE,
      reportBatchItemFailures: true,
    });
  }

  /** Lets a function put deliveries into the queue. */
  queueing(): Grant<'WEBHOOK_QUEUE_URL'> {
    return {
      environment: { WEBHOOK_QUEUE_URL: this.queue.queueUrl },
      statements: [allow(['sqs:SendMessage'], this.queue.queueArn)],
      acknowledged: [],
    };
  }

  private consuming(): Grant {
    const actions = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'];
    return permission(
      allow(
        actions.map((action) => `sqs:${action}`),
        this.queue.queueArn,
      ),
    );
  }
}

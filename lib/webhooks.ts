import { EventSourceMapping, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Grant } from './grant.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';
import { CLOSED, consuming, queueing } from './queues.ts';

interface WebhooksProps extends ApiFunctionsProps {
  readonly library: Library;
}

const SEND_TIMEOUT = Duration.seconds(28);
/** Attempts that are postponed are new messages; this counts receives that ended in a fault of ours. */
const RECEIVES = 5;
/**
 * Batches of first attempts, and of those at receivers that failed or were slow: these have fewer executions, and delay none of
 * the others.
 */
const BATCHES_AT_ONCE = { prompt: 10, patient: 2 } as const;

/** External addresses that receive events, and the queue of their deliveries. */
export class Webhooks extends Construct {
  readonly functions: readonly OperationFunction[];
  readonly sendWebhook: OperationFunction;
  /** Deliveries that could not even be attempted. */
  readonly deadLetters: Queue;
  readonly queue: Queue;
  /** Retries, and deliveries to slow receivers. */
  readonly patient: Queue;

  constructor(scope: Construct, id: string, { defaults, base, library }: WebhooksProps) {
    super(scope, id);
    const [, , , settings] = base;
    this.deadLetters = new Queue(this, 'DeadLetters', { ...CLOSED, retentionPeriod: Duration.days(14) });
    const waiting = {
      ...CLOSED,
      visibilityTimeout: Duration.seconds(SEND_TIMEOUT.toSeconds() * 6),
      retentionPeriod: Duration.days(2),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    };
    this.queue = new Queue(this, 'Queue', waiting);
    this.patient = new Queue(this, 'Patient', waiting);
    this.functions = [
      new OperationFunction(this, 'manage-webhooks', {
        ...defaults,
        description: 'Makes, lists, changes, tests and removes webhooks',
        grants: [
          ...base,
          library.items('PutItem', 'DeleteItem', 'ConditionCheckItem'),
          queueing(this.queue, 'WEBHOOK_QUEUE_URL'),
        ],
      }),
    ];
    this.sendWebhook = new OperationFunction(this, 'send-webhook', {
      ...defaults,
      description: 'Sends events to webhooks',
      grants: [
        settings,
        library.items('GetItem', 'PutItem', 'UpdateItem'),
        queueing(this.patient, 'PATIENT_QUEUE_URL'),
        consuming(this.queue),
        consuming(this.patient),
      ],
      timeout: SEND_TIMEOUT,
      // It postpones a delivery by sending it to a queue that it reads, for fifteen minutes at most: a day of attempts is some
      // hundred messages, of which Lambda would end the chain after sixteen. Each message waits for its time in the queue, is
      // followed by one at most, and by none once a day has passed (`nextAttempt` in `functions/domain/webhook.ts`).
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    this.deliverFrom('Deliveries', this.queue, BATCHES_AT_ONCE.prompt);
    this.deliverFrom('PatientDeliveries', this.patient, BATCHES_AT_ONCE.patient);
  }

  private deliverFrom(id: string, { queueArn }: Queue, maxConcurrency: number): void {
    new EventSourceMapping(this, id, {
      target: this.sendWebhook.lambda,
      eventSourceArn: queueArn,
      batchSize: 10,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }

  /** Lets a function send deliveries to the queue. */
  queueing(): Grant<'WEBHOOK_QUEUE_URL'> {
    return queueing(this.queue, 'WEBHOOK_QUEUE_URL');
  }
}

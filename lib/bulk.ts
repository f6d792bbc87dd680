import { EventSourceMapping, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import { variable } from './grant.ts';
import { LIST_INDEXES, type Library } from './library.ts';
import type { MediaBucket } from './media-bucket.ts';
import { OperationFunction } from './operation-function.ts';
import { consuming, queueInLanes, queueing } from './queues.ts';
import { withheld } from './withheld.ts';

interface BulkProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly bucket: MediaBucket;
}

/** Jobs that are worked on at once, each of another team. */
const JOBS_AT_ONCE = 5;
/** How often a message is received before it goes to the dead-letter queue, and its job has failed. */
const RECEIVES = 5;
const RUN_TIMEOUT = Duration.seconds(60);
/** A message must not be received again while its job is still worked on; after a crash the job goes on after this. */
const HIDDEN = Duration.seconds(RUN_TIMEOUT.toSeconds() + 30);

/** Changes of many records: of some by their ids in one call, and of all that match as a job. */
export class Bulk extends Construct {
  /** The functions that HTTP routes lead to. */
  readonly functions: readonly OperationFunction[];
  readonly runBulk: OperationFunction;
  /** Jobs that have work left, one lane for each team. */
  readonly queue: Queue;
  /** Jobs that failed at every attempt. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { defaults, base, library, bucket }: BulkProps) {
    super(scope, id);
    const [, , , settings] = base;
    const lanes = queueInLanes(this, 'Queue', { hidden: HIDDEN, receives: RECEIVES });
    this.queue = lanes.queue;
    this.deadLetters = lanes.deadLetters;
    const changing = [
      library.items('Query', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
      library.queries(...LIST_INDEXES),
      bucket.listing(),
      // A record is restored only while its file is there.
      bucket.objects('originals', 'GetObject'),
    ] as const;
    this.functions = [
      new OperationFunction(this, 'bulk-media', {
        ...defaults,
        description: 'Changes many records in one call, or has all that match changed',
        grants: [
          ...base,
          ...changing,
          // What a guest deletes is removed at once.
          bucket.objects('originals', 'DeleteObject'),
          bucket.objects('renditions', 'DeleteObject'),
          queueing(this.queue, 'BULK_QUEUE_URL'),
        ],
        timeout: Duration.seconds(29),
      }),
    ];
    this.runBulk = new OperationFunction(this, 'run-bulk', {
      ...defaults,
      description: 'Changes all records that match, page by page',
      grants: [
        settings,
        library.items('GetItem'),
        ...changing,
        // It reads whether the maker of a job may still do it, and changes no account.
        withheld.fromCallable(library),
        queueing(this.queue, 'BULK_QUEUE_URL'),
        consuming(this.queue),
        variable('RECEIVES', String(RECEIVES)),
      ],
      timeout: RUN_TIMEOUT,
      // A job of a large library is a chain of messages, of which Lambda would end one after sixteen. Each is sent once a page
      // has moved the job on, so there are no more of them than pages (`runBulk` in `functions/bulk/run-job.ts`).
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    new EventSourceMapping(this, 'Jobs', {
      target: this.runBulk.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      maxConcurrency: JOBS_AT_ONCE,
      reportBatchItemFailures: true,
    });
  }
}

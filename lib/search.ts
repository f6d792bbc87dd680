import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allow, permission, variable } from './grant.ts';
import type { Library } from './library.ts';
import { type FunctionDefaults, OperationFunction } from './operation-function.ts';
import { CLOSED, consuming, queueInLanes, queueing } from './queues.ts';

interface SearchProps {
  readonly defaults: FunctionDefaults;
  readonly library: Library;
}

/** Batches that are indexed at once. A team has two lanes (`INDEX_LANES`), so its backlog leaves most of them to others. */
const BATCHES_AT_ONCE = 10;
/** Messages of a batch: together some hundred records at most. */
const BATCH = 10;
/** How often a message is received before it goes to the dead-letter queue. */
const RECEIVES = 5;

const INDEXING_TIMEOUT = Duration.seconds(60);
/** A message must not be received again while it is still worked on; after a crash its lane waits no longer than this. */
const HIDDEN = Duration.seconds(INDEXING_TIMEOUT.toSeconds() + 30);

/** The terms under which records are found, updated by the stream of changes by way of a queue. */
export class Search extends Construct {
  /** Reads the stream, in which the changes of all teams follow each other, and does nothing but queue them. */
  readonly queueChanges: OperationFunction;
  readonly indexMedia: OperationFunction;
  /**
   * Repairs terms, list entries, ranks and counters of tags from records and tags; an operator invokes it, no route leads to
   * it.
   */
  readonly rebuildIndex: OperationFunction;
  /** Changes that wait to be indexed, in lanes of their teams. */
  readonly queue: Queue;
  /** Changes that could not be indexed. */
  readonly deadLetters: Queue;
  /** Batches of changes that could not be queued; a rebuild repairs their effects. */
  readonly unindexed: Queue;

  constructor(scope: Construct, id: string, { defaults, library }: SearchProps) {
    super(scope, id);
    this.unindexed = new Queue(this, 'Unindexed', { ...CLOSED, retentionPeriod: Duration.days(14) });
    Validations.of(this.unindexed).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'Is itself where the stream leaves what it gave up; an alarm watches it',
    });
    const lanes = queueInLanes(this, 'Queue', { hidden: HIDDEN, receives: RECEIVES });
    this.deadLetters = lanes.deadLetters;
    this.queue = lanes.queue;
    this.queueChanges = new OperationFunction(this, 'queue-changes', {
      ...defaults,
      description: 'Puts each change of a record or tag into a lane of its team',
      grants: [
        queueing(this.queue, 'INDEX_QUEUE_URL'),
        library.changes(),
        permission(allow(['sqs:SendMessage'], this.unindexed.queueArn)),
      ],
      memorySize: 256,
    });
    this.indexMedia = new OperationFunction(this, 'index-media', {
      ...defaults,
      description: 'Keeps search in step with the library',
      grants: [
        library.items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        library.queries('byCreated', 'byFilename', 'bySize'),
        variable('INDEX_QUEUE_URL', this.queue.queueUrl),
        consuming(this.queue),
      ],
      timeout: INDEXING_TIMEOUT,
    });
    this.rebuildIndex = new OperationFunction(this, 'rebuild-index', {
      ...defaults,
      description: 'Brings all that is derived from records and tags in step with them; invoked by an operator',
      grants: [
        library.items(
          ...(['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'] as const),
          ...(['Query', 'Scan'] as const),
        ),
        library.queries('byCreated', 'byFilename', 'bySize'),
      ],
      memorySize: 1024,
      timeout: Duration.minutes(15),
    });
    this.listenTo(library);
    new EventSourceMapping(this, 'Batches', {
      target: this.indexMedia.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: BATCH,
      maxConcurrency: BATCHES_AT_ONCE,
      reportBatchItemFailures: true,
    });
  }

  private listenTo(library: Library): void {
    const of = (name: string, ...eventName: readonly string[]) =>
      FilterCriteria.filter({
        ...(eventName.length > 0 ? { eventName } : {}),
        dynamodb: { Keys: { sk: { S: FilterRule.isEqual(name) } } },
      });
    new EventSourceMapping(this, 'Changes', {
      target: this.queueChanges.lambda,
      eventSourceArn: library.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // Records, and work items of tags whose records must be updated.
      filters: [of('MEDIA'), of('WORK', 'INSERT', 'MODIFY')],
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(24),
      onFailure: { bind: () => ({ destination: this.unindexed.queueArn }) },
    });
  }
}

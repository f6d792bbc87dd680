import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allow, permission } from './grant.ts';
import type { Library } from './library.ts';
import { type FunctionDefaults, OperationFunction } from './operation-function.ts';

interface SearchProps {
  readonly defaults: FunctionDefaults;
  readonly library: Library;
}

/** The terms under which records are found, updated by the stream of changes. */
export class Search extends Construct {
  readonly indexMedia: OperationFunction;
  /**
   * Repairs terms, list entries, ranks and counters of tags from records and tags; an operator invokes it, no route leads to
   * it.
   */
  readonly rebuildIndex: OperationFunction;
  /** Batches of changes that could not be indexed; a rebuild repairs their effects. */
  readonly unindexed: Queue;

  constructor(scope: Construct, id: string, { defaults, library }: SearchProps) {
    super(scope, id);
    this.unindexed = new Queue(this, 'Unindexed', {
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.unindexed).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'Is itself where the stream leaves what it gave up; an alarm watches it',
    });
    this.indexMedia = new OperationFunction(this, 'index-media', {
      ...defaults,
      description: 'Keeps search in step with the library',
      grants: [
        library.items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        library.queries('byCreated', 'byFilename', 'bySize'),
        library.changes(),
        permission(allow(['sqs:SendMessage'], this.unindexed.queueArn)),
      ],
      timeout: Duration.seconds(60),
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
  }

  private listenTo(library: Library): void {
    const sort = (name: string) => ({ dynamodb: { Keys: { sk: { S: FilterRule.isEqual(name) } } } });
    new EventSourceMapping(this, 'Changes', {
      target: this.indexMedia.lambda,
      eventSourceArn: library.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // Records, and work items of tags whose records must be updated.
      filters: [FilterCriteria.filter(sort('MEDIA')), FilterCriteria.filter(sort('WORK'))],
      bisectBatchOnError: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(24),
      onFailure: { bind: () => ({ destination: this.unindexed.queueArn }) },
    });
  }
}

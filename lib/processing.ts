import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { lanesOf } from '../functions/domain/shares.ts';
import { GENERATION_OBJECT } from '../functions/lifecycle/generation.ts';
import type { SweepEvent } from '../functions/lifecycle/sweep.ts';
import type { Examination } from './examination.ts';
import { type Grant, variable } from './grant.ts';
import type { Library } from './library.ts';
import type { MalwareScanning } from './malware-scanning.ts';
import type { MediaBucket } from './media-bucket.ts';
import { type FunctionDefaults, OperationFunction } from './operation-function.ts';
import { CLOSED, consuming, queueInLanes, queueing } from './queues.ts';
import type { Text } from './text.ts';
import { withheld } from './withheld.ts';

/** How often a message is received before it goes to the dead-letter queue. */
const RECEIVES = 5;

/** One file a batch: a slow one delays no other. */
const BATCH = 1;

/** Waits for `examine-file`, and records the result. */
const PROCESSING_TIMEOUT = Duration.seconds(300);
/** A message must not be received again while its file is still processed; after a crash its lane waits no longer than this. */
const HIDDEN = Duration.seconds(PROCESSING_TIMEOUT.toSeconds() + 30);
const QUEUEING_TIMEOUT = Duration.seconds(20);

interface ProcessingProps {
  readonly defaults: FunctionDefaults;
  readonly library: Library;
  readonly bucket: MediaBucket;
  readonly settings: Grant<'SETTINGS'>;
  readonly examination: Examination;
  readonly text: Text;
  readonly malware: MalwareScanning;
  /** Bounds the load on the table, and the use of the account's concurrency. */
  readonly filesAtOnce: number;
}

/** The processing of stored files: notification, queue, verification; and the sweep for lost events. */
export class Processing extends Construct {
  /** The notifications of S3 and the scanner. */
  readonly queue: Queue;
  /** Files that wait to be processed: one message of a group at a time, and a group for each lane of a team. */
  readonly files: Queue;
  readonly deadLetters: Queue;
  readonly queueUploads: OperationFunction;
  readonly processUpload: OperationFunction;
  readonly sweep: OperationFunction;

  constructor(scope: Construct, id: string, props: ProcessingProps) {
    super(scope, id);
    const { defaults, library, bucket, settings, examination, text, malware, filesAtOnce } = props;
    this.queue = new Queue(this, 'Queue', {
      ...CLOSED,
      // This one has a policy of its own, because other services send to it.
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(QUEUEING_TIMEOUT.toSeconds() * 6),
      retentionPeriod: Duration.days(4),
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'Messages are moved on to another queue, which has dead letters; one that is lost is sent again by the sweep',
    });
    const lanes = queueInLanes(this, 'Files', { hidden: HIDDEN, receives: RECEIVES });
    this.deadLetters = lanes.deadLetters;
    this.files = lanes.queue;
    bucket.notify(this.queue);
    malware.tell(this.queue);

    this.queueUploads = new OperationFunction(this, 'queue-uploads', {
      ...defaults,
      description: 'Puts each file that S3 tells of into a lane of its team, if it may be brought',
      grants: [
        variable('LANES', String(lanesOf(filesAtOnce))),
        library.items('GetItem', 'BatchGetItem'),
        queueing(this.files, 'FILES_QUEUE_URL'),
        consuming(this.queue),
      ],
      memorySize: 256,
      timeout: QUEUEING_TIMEOUT,
    });
    new EventSourceMapping(this, 'Arrivals', {
      target: this.queueUploads.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      maxConcurrency: 10,
      reportBatchItemFailures: true,
    });
    this.processUpload = new OperationFunction(this, 'process-upload', {
      ...defaults,
      description: 'Verifies a stored file, makes its renditions and creates its record',
      grants: [
        settings,
        library.items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'),
        withheld.fromWorkerWithTags(library),
        bucket.objects('inbox', 'GetObject', 'DeleteObject'),
        bucket.objects('originals', 'GetObject', 'PutObject', 'DeleteObject'),
        bucket.objects('renditions', 'PutObject', 'DeleteObject'),
        bucket.listing(),
        text.sending(),
        malware.asking(),
        examination.asking(),
        variable('FILES_QUEUE_URL', this.files.queueUrl),
        consuming(this.files),
      ],
      timeout: PROCESSING_TIMEOUT,
      network: malware.network,
    });
    new EventSourceMapping(this, 'Messages', {
      target: this.processUpload.lambda,
      eventSourceArn: this.files.queueArn,
      batchSize: BATCH,
      maxConcurrency: filesAtOnce,
      reportBatchItemFailures: true,
    });

    this.sweep = this.makeSweep(props);
    // Lambda would repeat a failed run twice, whatever the rule says. The next run is minutes away and does the same work.
    this.sweep.lambda.configureAsyncInvoke({ retryAttempts: 0 });
    this.every('Schedule', 'rate(5 minutes)', { part: 'due' });
    // A look at a thousand objects and more, of which there are rarely any to remove.
    this.every('Orphans', 'rate(1 hour)', { part: 'orphans' });
  }

  private makeSweep({ defaults, library, bucket, settings }: ProcessingProps): OperationFunction {
    return new OperationFunction(this, 'sweep', {
      ...defaults,
      description: 'Heals whatever events were lost: finishes, expires and purges',
      grants: [
        settings,
        library.items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'),
        library.queries('byDue', 'byCreated'),
        bucket.listing(),
        bucket.objects('inbox', 'GetObject', 'DeleteObject'),
        bucket.objects('originals', 'GetObject', 'DeleteObject', 'AbortMultipartUpload'),
        bucket.objects('renditions', 'GetObject', 'DeleteObject'),
        bucket.object(GENERATION_OBJECT, 'GetObject', 'PutObject'),
        queueing(this.queue, 'PROCESSING_QUEUE_URL'),
      ],
      timeout: Duration.seconds(300),
    });
  }

  /** Starts a part of the sweep by the clock. An operator starts all of it. */
  private every(id: string, scheduleExpression: string, event: SweepEvent): void {
    const { lambda, operation } = this.sweep;
    const rule = new CfnRule(this, id, {
      description: `Starts the sweep: ${event.part}`,
      scheduleExpression,
      state: 'ENABLED',
      targets: [{ id: operation, arn: lambda.functionArn, input: JSON.stringify(event) }],
    });
    new CfnPermission(this, `${id}.Invoke`, {
      action: 'lambda:InvokeFunction',
      functionName: lambda.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
}

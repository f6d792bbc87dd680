import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, EventSourceMapping, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allow, type Grant, permission } from './grant.ts';
import type { Library } from './library.ts';
import type { MalwareScanning } from './malware-scanning.ts';
import type { MediaBucket } from './media-bucket.ts';
import { type FunctionDefaults, OperationFunction } from './operation-function.ts';
import type { Text } from './text.ts';

/** How many batches are processed at once: bounds the load on the table, and leaves room in an account's default of 1,000. */
const BATCHES_AT_ONCE = 20;

/** How often a message is received before it is set aside. */
const RECEIVES = 5;

/** Files that are processed side by side: one waits for S3 while another is decoded. */
const BATCH = 4;

/** Reads a batch of files of `HASHED_BYTES` to their ends, at 30 MB a second between them. Lambda gives no more. */
const PROCESSING_TIMEOUT = Duration.seconds(900);

interface ProcessingProps {
  readonly defaults: FunctionDefaults;
  readonly library: Library;
  readonly bucket: MediaBucket;
  readonly settings: Grant<'SETTINGS'>;
  readonly sharp: ILayerVersion;
  readonly text: Text;
  readonly malware: MalwareScanning;
}

/** What happens to a file once it is stored: notification, queue, verification; and the sweep for whatever got lost. */
export class Processing extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly processUpload: OperationFunction;
  readonly sweep: OperationFunction;

  constructor(
    scope: Construct,
    id: string,
    { defaults, library, bucket, settings, sharp, text, malware }: ProcessingProps,
  ) {
    super(scope, id);
    const closed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, removalPolicy: RemovalPolicy.DESTROY };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...closed, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...closed,
      // Six times the timeout, as Lambda advises: a message must not come back while its batch is still retried.
      visibilityTimeout: Duration.seconds(PROCESSING_TIMEOUT.toSeconds() * 6),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    });
    bucket.notify(this.queue);
    malware.tell(this.queue);

    this.processUpload = new OperationFunction(this, 'process-upload', {
      ...defaults,
      description: 'Verifies a stored file, makes its renditions and creates its record',
      grants: [
        settings,
        library.items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'),
        bucket.objects('inbox', 'GetObject', 'DeleteObject'),
        bucket.objects('originals', 'GetObject', 'PutObject', 'DeleteObject'),
        bucket.objects('renditions', 'PutObject', 'DeleteObject'),
        bucket.listing(),
        text.sending(),
        malware.asking(),
        this.consuming(),
      ],
      layers: [sharp],
      // One whole processor, which is what decoding a picture of 12 megapixels takes.
      memorySize: 1769,
      timeout: PROCESSING_TIMEOUT,
      network: malware.network,
    });
    new EventSourceMapping(this, 'Messages', {
      target: this.processUpload.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: BATCH,
      maxConcurrency: BATCHES_AT_ONCE,
      reportBatchItemFailures: true,
    });

    this.sweep = new OperationFunction(this, 'sweep', {
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
        this.sending(),
      ],
      timeout: Duration.seconds(300),
    });
    this.every('rate(5 minutes)', this.sweep);
  }

  /** What Lambda needs of a function's role to take messages on its behalf. */
  private consuming(): Grant {
    const actions = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'];
    return permission(
      allow(
        actions.map((action) => `sqs:${action}`),
        this.queue.queueArn,
      ),
    );
  }

  /** Lets a function ask for a file to be processed again. */
  private sending(): Grant<'PROCESSING_QUEUE_URL'> {
    return {
      environment: { PROCESSING_QUEUE_URL: this.queue.queueUrl },
      statements: [allow(['sqs:SendMessage'], this.queue.queueArn)],
      acknowledged: [],
    };
  }

  private every(scheduleExpression: string, { lambda, operation }: OperationFunction): void {
    const rule = new CfnRule(this, 'Schedule', {
      description: 'Starts the sweep',
      scheduleExpression,
      state: 'ENABLED',
      // Two attempts are enough: the next sweep is minutes away and does whatever this one could not.
      targets: [{ id: operation, arn: lambda.functionArn, retryPolicy: { maximumRetryAttempts: 2 } }],
    });
    new CfnPermission(this, 'Schedule.Invoke', {
      action: 'lambda:InvokeFunction',
      functionName: lambda.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
}

import { EventSourceMapping, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Examination } from './examination.ts';
import { type Grant, variable } from './grant.ts';
import type { Library } from './library.ts';
import type { MediaBucket } from './media-bucket.ts';
import { OperationFunction } from './operation-function.ts';
import { consuming, queueInLanes, queueing } from './queues.ts';
import { withheld } from './withheld.ts';

/** Files that are read at once: recognition takes a whole processor for minutes. A team has three lanes (`request-text.ts`). */
const FILES_AT_ONCE = 20;

/** How often a message is received before it goes to the dead-letter queue: twice to read, once to store the failure. */
const RECEIVES = 3;

/** Two threads that are ended one after the other, and storing. */
const READING_TIMEOUT = Duration.seconds(300);
/** A message must not be received again while its file is still read; after a crash its lane waits no longer than this. */
const HIDDEN = Duration.seconds(READING_TIMEOUT.toSeconds() + 30);

interface TextProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly bucket: MediaBucket;
  readonly sharp: ILayerVersion;
  readonly ocr: ILayerVersion;
  readonly examination: Examination;
}

/** The text of files: read or recognized by a worker, stored beside their renditions, and answered. */
export class Text extends Construct {
  /** The functions that HTTP routes lead to. */
  readonly functions: readonly OperationFunction[];
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly readText: OperationFunction;

  constructor(scope: Construct, id: string, { defaults, base, library, bucket, sharp, ocr, examination }: TextProps) {
    super(scope, id);
    const [, , , settings] = base;
    const lanes = queueInLanes(this, 'Queue', { hidden: HIDDEN, receives: RECEIVES });
    this.deadLetters = lanes.deadLetters;
    this.queue = lanes.queue;

    this.functions = [
      new OperationFunction(this, 'extract-text', {
        ...defaults,
        description: 'Answers the text of a file, or has it read',
        grants: [
          ...base,
          library.items('PutItem', 'ConditionCheckItem'),
          withheld.fromCallable(library),
          bucket.listing(),
          bucket.objects('originals', 'GetObject'),
          bucket.objects('renditions', 'GetObject', 'PutObject'),
          this.sending(),
          examination.asking(),
        ],
        timeout: Duration.seconds(29),
      }),
    ];
    this.readText = new OperationFunction(this, 'read-text', {
      ...defaults,
      description: 'Reads or recognizes the text of a file',
      grants: [
        settings,
        library.items('GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
        withheld.fromWorker(library),
        bucket.objects('originals', 'GetObject'),
        bucket.objects('renditions', 'GetObject', 'PutObject', 'DeleteObject'),
        bucket.listing(),
        variable('TEXT_QUEUE_URL', this.queue.queueUrl),
        consuming(this.queue),
      ],
      layers: [sharp, ocr],
      // One whole processor: Tesseract has one thread.
      memorySize: 1769,
      timeout: READING_TIMEOUT,
    });
    new EventSourceMapping(this, 'Orders', {
      target: this.readText.lambda,
      eventSourceArn: this.queue.queueArn,
      // One file a batch: a crash affects no other.
      batchSize: 1,
      maxConcurrency: FILES_AT_ONCE,
      reportBatchItemFailures: true,
    });
  }

  /** Lets a function have a file read. */
  sending(): Grant<'TEXT_QUEUE_URL'> {
    return queueing(this.queue, 'TEXT_QUEUE_URL');
  }
}

import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { SigningGrant } from './edge/edge.ts';
import type { Examination } from './examination.ts';
import { LIST_INDEXES, type Library } from './library.ts';
import type { MediaBucket } from './media-bucket.ts';
import { OperationFunction } from './operation-function.ts';
import { withheld } from './withheld.ts';

interface MediaProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly bucket: MediaBucket;
  readonly sharp: ILayerVersion;
  readonly examination: Examination;
  /** Addresses of renditions at the edge. */
  readonly signing: SigningGrant;
}

/** Reading and changing the records of the library, and opening their files. */
export class Media extends Construct {
  readonly functions: readonly OperationFunction[];
  /** No route leads to it, and it knows of no caller. */
  private readonly drawPicture: OperationFunction;
  /** Reads sound and film again that older rules read; an operator invokes it, no route leads to it. */
  readonly rereadMetadata: OperationFunction;

  constructor(
    scope: Construct,
    id: string,
    { defaults, base, library, bucket, sharp, examination, signing }: MediaProps,
  ) {
    super(scope, id);
    this.drawPicture = new OperationFunction(this, 'draw-picture', {
      ...defaults,
      description: 'Draws a rendition or a transform of a file, and stores it',
      // The function that decodes untrusted files has no other permission: no table, no secret, no listing.
      grants: [bucket.objects('originals', 'GetObject'), bucket.objects('renditions', 'PutObject')],
      layers: [sharp],
      // One whole processor, which is what decoding a picture of 12 megapixels takes.
      memorySize: 1769,
      // The waiting function has four seconds more, and the lease of the drawing five.
      timeout: Duration.seconds(25),
    });
    this.rereadMetadata = new OperationFunction(this, 'reread-metadata', {
      ...defaults,
      description: 'Reads sound and film again that older rules read; invoked by an operator',
      grants: [
        library.items('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
        library.scans('byKindCreated'),
        withheld.fromWorker(library),
        bucket.listing(),
        bucket.objects('originals', 'GetObject'),
        examination.asking(),
      ],
      timeout: Duration.minutes(15),
    });
    this.functions = [
      new OperationFunction(this, 'list-media', {
        ...defaults,
        description: 'Answers a page of the library',
        grants: [
          ...base,
          library.items('Query', 'BatchGetItem', 'PutItem', 'UpdateItem'),
          library.queries(...LIST_INDEXES),
          // It signs the addresses of the renditions that it lists.
          bucket.objects('renditions', 'GetObject'),
          signing,
        ],
      }),
      new OperationFunction(this, 'get-media', {
        ...defaults,
        description: 'Answers one media record, and the versions of its file',
        grants: [...base, library.items('BatchGetItem'), signing],
      }),
      new OperationFunction(this, 'create-media', {
        ...defaults,
        description: 'Creates a record that names a file elsewhere',
        grants: [...base, library.items('PutItem', 'UpdateItem', 'ConditionCheckItem')],
      }),
      new OperationFunction(this, 'update-media', {
        ...defaults,
        description: 'Changes what a record says of its file',
        grants: [...base, library.items('BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem')],
      }),
      new OperationFunction(this, 'delete-media', {
        ...defaults,
        description: 'Moves a record to the trash, and removes that of a guest',
        grants: [
          ...base,
          library.items('Query', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
          bucket.listing(),
          bucket.objects('originals', 'DeleteObject'),
          bucket.objects('renditions', 'DeleteObject'),
        ],
        timeout: Duration.seconds(29),
      }),
      new OperationFunction(this, 'check-duplicates', {
        ...defaults,
        description: 'Answers which files the library has already, by name and size',
        grants: [...base, library.queries('byNameSize')],
      }),
      new OperationFunction(this, 'remove-file', {
        ...defaults,
        description: 'Takes the file off a record and out of the bucket',
        grants: [
          ...base,
          library.items('BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
          bucket.listing(),
          bucket.objects('originals', 'DeleteObject'),
          bucket.objects('renditions', 'DeleteObject'),
        ],
        timeout: Duration.seconds(29),
      }),
      new OperationFunction(this, 'analyze-media', {
        ...defaults,
        description: 'Answers what a file says of itself, and reads it where that was not done yet',
        grants: [
          ...base,
          library.items('PutItem', 'ConditionCheckItem'),
          withheld.fromCallable(library),
          bucket.listing(),
          bucket.objects('originals', 'GetObject'),
          examination.asking(),
        ],
        timeout: Duration.seconds(29),
      }),
      new OperationFunction(this, 'get-content', {
        ...defaults,
        description: 'Redirects to the bytes of a file or of a rendition, which it has drawn when it is missing',
        grants: [
          ...base,
          library.items('PutItem', 'DeleteItem'),
          withheld.fromCallable(library),
          bucket.listing(),
          bucket.objects('originals', 'GetObject'),
          bucket.objects('renditions', 'GetObject', 'DeleteObject'),
          this.drawPicture.invoking('DRAW_PICTURE'),
        ],
        // It reads a record or two and signs an address, or waits for another function to draw: half the memory of others costs
        // half as much while it waits. Node.js and the SDK take about 100 MB.
        memorySize: 256,
        timeout: Duration.seconds(29),
      }),
    ];
  }
}

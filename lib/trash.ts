import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Library } from './library.ts';
import type { MediaBucket } from './media-bucket.ts';
import { OperationFunction } from './operation-function.ts';

interface TrashProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly bucket: MediaBucket;
}

/** Deleted records until their retention ends: listing, restoring and purging them. */
export class Trash extends Construct {
  readonly functions: readonly OperationFunction[];

  constructor(scope: Construct, id: string, { defaults, base, library, bucket }: TrashProps) {
    super(scope, id);
    const changing = library.items('BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem');
    this.functions = [
      new OperationFunction(this, 'list-trash', {
        ...defaults,
        description: 'Answers a page of the trash',
        grants: [...base, library.items('BatchGetItem'), library.queries('byCreated', 'byFilename', 'bySize')],
      }),
      new OperationFunction(this, 'restore-media', {
        ...defaults,
        description: 'Takes a record out of the trash, or gives it a version of its file back',
        grants: [...base, changing, bucket.listing(), bucket.objects('originals', 'GetObject')],
      }),
      new OperationFunction(this, 'purge-media', {
        ...defaults,
        description: 'Removes a record of the trash and its files for good',
        grants: [
          ...base,
          changing,
          library.items('Query'),
          bucket.listing(),
          bucket.objects('originals', 'DeleteObject'),
          bucket.objects('renditions', 'DeleteObject'),
        ],
        timeout: Duration.seconds(29),
      }),
    ];
  }
}

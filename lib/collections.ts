import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Library } from './library.ts';
import type { MediaBucket } from './media-bucket.ts';
import { OperationFunction } from './operation-function.ts';

interface CollectionsProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly bucket: MediaBucket;
}

/** Ordered selections of records, and saved views of the library. */
export class Collections extends Construct {
  readonly functions: readonly OperationFunction[];

  constructor(scope: Construct, id: string, { defaults, base, library, bucket }: CollectionsProps) {
    super(scope, id);
    this.functions = [
      new OperationFunction(this, 'manage-collections', {
        ...defaults,
        description: 'Keeps the collections and saved views of a team',
        grants: [
          ...base,
          library.items('BatchGetItem', 'PutItem', 'DeleteItem'),
          // It signs the addresses of the renditions that it lists.
          bucket.objects('renditions', 'GetObject'),
        ],
      }),
    ];
  }
}

import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Library } from './library.ts';
import type { MediaBucket } from './media-bucket.ts';
import { OperationFunction } from './operation-function.ts';

interface SharingProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly bucket: MediaBucket;
}

/** Links that open records without a login. */
export class Sharing extends Construct {
  readonly functions: readonly OperationFunction[];

  constructor(scope: Construct, id: string, { defaults, base, library, bucket }: SharingProps) {
    super(scope, id);
    // Both handle the password of a link: scrypt takes memory and a good share of a processor by design.
    const hashing = { memorySize: 1024 };
    this.functions = [
      new OperationFunction(this, 'manage-share-links', {
        ...defaults,
        ...hashing,
        description: 'Creates, lists and revokes the share links of a team',
        grants: [...base, library.items('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem')],
      }),
      new OperationFunction(this, 'open-share-link', {
        ...defaults,
        ...hashing,
        description: 'Shows the records of a share link to its visitors',
        grants: [
          ...base,
          // Puts count attempts at passwords.
          library.items('BatchGetItem', 'PutItem'),
          // It signs the addresses of what it shows.
          bucket.objects('originals', 'GetObject'),
          bucket.objects('renditions', 'GetObject'),
        ],
      }),
    ];
  }
}

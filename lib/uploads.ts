import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Examination } from './examination.ts';
import type { Library } from './library.ts';
import type { MalwareScanning } from './malware-scanning.ts';
import type { MediaBucket } from './media-bucket.ts';
import { OperationFunction } from './operation-function.ts';
import type { Text } from './text.ts';
import { withheld } from './withheld.ts';

interface UploadsProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly bucket: MediaBucket;
  readonly malware: MalwareScanning;
  readonly text: Text;
  readonly examination: Examination;
}

/** Upload sessions: signed permissions to store one file each. */
export class Uploads extends Construct {
  readonly functions: readonly OperationFunction[];
  /** The permissions for storing the files of a form. */
  private readonly formGrants;
  /** The same for files that are too large to be handed to a function, which fetches them then. */
  readonly gatewayGrants;

  constructor(scope: Construct, id: string, props: UploadsProps) {
    super(scope, id);
    const { defaults, base, library, bucket, malware, examination } = props;
    this.formGrants = [
      ...base,
      library.items('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem', 'Query'),
      withheld.fromCallableWithTags(library),
      bucket.listing(),
      bucket.objects('originals', 'GetObject', 'PutObject', 'DeleteObject'),
      bucket.objects('renditions', 'PutObject', 'DeleteObject'),
      malware.asking(),
      examination.asking(),
    ] as const;
    this.gatewayGrants = [...this.formGrants, bucket.objects('forms', 'PutObject', 'DeleteObject')] as const;
    this.functions = [
      ...this.sessionFunctions(props),
      ...this.partFunctions(props),
      new OperationFunction(this, 'upload-media', {
        ...defaults,
        description: 'Stores the files of a form as records',
        grants: this.formGrants,
        // A form is in memory as the event, as its parts, and as the output.
        memorySize: 1024,
        timeout: Duration.seconds(29),
        network: malware.network,
      }),
    ];
  }

  /** One file in one request: begin, look, sign again, give up. */
  private sessionFunctions({ defaults, base, library, bucket, text }: UploadsProps): readonly OperationFunction[] {
    return [
      new OperationFunction(this, 'create-upload', {
        ...defaults,
        description: 'Reserves room for a file and signs the request that may store it',
        grants: [
          ...base,
          library.items('BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'),
          library.queries('byChecksum', 'byCreated'),
          bucket.listing(),
          bucket.objects('originals', 'GetObject', 'PutObject'),
          text.sending(),
        ],
      }),
      new OperationFunction(this, 'get-upload', {
        ...defaults,
        description: 'Answers the state of an upload and lists unfinished ones',
        grants: [
          ...base,
          library.items('UpdateItem'),
          library.queries('byCreated'),
          bucket.objects('originals', 'ListMultipartUploadParts'),
        ],
      }),
      new OperationFunction(this, 'sign-upload', {
        ...defaults,
        description: 'Signs the request of an open upload again',
        // A signed request has the permissions of its signer, so the signers have PutObject and never use it.
        grants: [...base, bucket.objects('originals', 'PutObject')],
      }),
      new OperationFunction(this, 'delete-upload', {
        ...defaults,
        description: 'Gives up an upload and what it stored',
        grants: [
          ...base,
          library.items('UpdateItem'),
          bucket.objects('inbox', 'DeleteObject'),
          bucket.objects('originals', 'DeleteObject', 'AbortMultipartUpload'),
        ],
      }),
    ];
  }

  /** Files in parts, and what Uppy asks for them. */
  private partFunctions({ defaults, base, library, bucket }: UploadsProps): readonly OperationFunction[] {
    return [
      new OperationFunction(this, 'manage-parts', {
        ...defaults,
        description: 'Signs the parts of a large file and joins them',
        grants: [
          ...base,
          library.items('UpdateItem'),
          bucket.listing(),
          bucket.objects(
            'originals',
            'GetObject',
            'PutObject',
            'DeleteObject',
            'ListMultipartUploadParts',
            'AbortMultipartUpload',
          ),
        ],
        // S3 may take long to join thousands of parts.
        timeout: Duration.seconds(29),
      }),
      new OperationFunction(this, 'manage-uppy', {
        ...defaults,
        description: 'Speaks with Uppy: signs forms and parts, joins them, gives them up',
        grants: [
          ...base,
          library.items('BatchGetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
          library.queries('byCreated'),
          bucket.listing(),
          bucket.objects('inbox', 'PutObject', 'DeleteObject'),
          bucket.objects(
            'originals',
            'GetObject',
            'PutObject',
            'DeleteObject',
            'ListMultipartUploadParts',
            'AbortMultipartUpload',
          ),
        ],
        // S3 may take long to join thousands of parts.
        timeout: Duration.seconds(29),
      }),
    ];
  }
}

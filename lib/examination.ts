import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Grant } from './grant.ts';
import type { MediaBucket } from './media-bucket.ts';
import { type FunctionDefaults, OperationFunction } from './operation-function.ts';

interface ExaminationProps {
  readonly defaults: FunctionDefaults;
  readonly bucket: MediaBucket;
  readonly sharp: ILayerVersion;
}

/** Looking into the files of strangers, for functions that decide what becomes of them. */
export class Examination extends Construct {
  /** No route leads to it, and it knows of no caller. */
  private readonly examineFile: OperationFunction;

  constructor(scope: Construct, id: string, { defaults, bucket, sharp }: ExaminationProps) {
    super(scope, id);
    this.examineFile = new OperationFunction(this, 'examine-file', {
      ...defaults,
      description: 'Verifies a file, and reads its metadata or its text',
      // The function that decodes untrusted files has no other permission: no table, no secret, no listing, and it writes
      // nothing.
      grants: [bucket.objects('originals', 'GetObject'), bucket.objects('forms', 'GetObject')],
      layers: [sharp],
      // One whole processor, which is what decoding a picture of 12 megapixels takes.
      memorySize: 1769,
      // Reads a file of `HASHED_BYTES` to its end, at 30 MB a second; `process-upload` waits a little longer.
      timeout: Duration.seconds(280),
    });
  }

  /** Lets a function order examinations of files. */
  asking(): Grant<'EXAMINE_FILE'> {
    return this.examineFile.invoking('EXAMINE_FILE');
  }
}

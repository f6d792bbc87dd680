import { S3Client } from '@aws-sdk/client-s3';
import { diskFull, isDiskFull, MediaError } from '../domain/errors.ts';

/**
 * By default the SDK adds a CRC32 to each PUT, and in a signed URL that would be the checksum of an empty body: no upload could
 * ever match it. Checksums are sent only if we have one.
 */
export const s3Client = (): S3Client => {
  const checksums = {
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const;
  const client = new S3Client(checksums);
  // Around all attempts of a call: the SDK repeats a throttled one by itself.
  client.middlewareStack.add((next) => (args) => next(args).catch((error) => Promise.reject(translated(error))), {
    step: 'initialize',
    priority: 'high',
  });
  return client;
};

/** S3's `SlowDown` and `ServiceUnavailable`, which a HEAD has only as a status, are `BUSY` as those of the table. */
const translated = (error: unknown): unknown => {
  if (isDiskFull(error)) return diskFull(error);
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status !== 503) return error;
  return new MediaError('BUSY', 'The storage is busy, try again in a moment', { cause: error, retryAfter: 1 });
};

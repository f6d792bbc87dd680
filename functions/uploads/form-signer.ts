import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { SIGNED_PUT_SECONDS } from '../domain/upload.ts';
import { s3Client } from '../files/s3-client.ts';

export interface FormPermit {
  readonly key: string;
  readonly mimeType: string;
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** Base64. */
  readonly sha256: string | null;
}

/** A form that stores one file: its fields go before the file, and nothing else with them. */
export interface SignedForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly expires: number;
}

/**
 * Signs the form that may store a file. The policy fixes key, type, status and, where it is known, checksum, and bounds the
 * length. A form cannot say `if-none-match`: S3 stores it as often as it is sent, so its key is one of the inbox.
 */
export const formSigner =
  (bucket: string, client: S3Client = s3Client()) =>
  async ({ key, mimeType, leastBytes, mostBytes, sha256 }: FormPermit): Promise<SignedForm> => {
    const { url, fields } = await createPresignedPost(client, {
      Bucket: bucket,
      Key: key,
      Conditions: [['content-length-range', leastBytes, mostBytes]],
      Fields: {
        'content-type': mimeType,
        success_action_status: '201',
        ...(sha256 === null ? {} : { 'x-amz-checksum-sha256': sha256 }),
      },
      Expires: SIGNED_PUT_SECONDS,
    });
    return { url, fields, expires: SIGNED_PUT_SECONDS };
  };

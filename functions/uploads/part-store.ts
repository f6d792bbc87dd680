import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type HeldPart, type PartAlgorithm, SIGNED_PART_SECONDS } from '../domain/parts.ts';
import type { SignedRequest } from '../domain/ports.ts';
import { s3Client } from '../files/s3-client.ts';

/** An upload of S3: the object that it is to become, and its own id. */
export interface PartsPlace {
  readonly key: string;
  readonly uploadId: string;
}

export interface PartPermit extends PartsPlace {
  readonly partNumber: number;
  /** Bytes; undefined where only the sender knows how the file is cut. */
  readonly length: number | undefined;
  /** Base64. */
  readonly sha256?: string | undefined;
}

/** Parts of large files in S3. */
export interface PartStore {
  /** Begins an upload and answers its id. */
  begin(key: string, mimeType: string, algorithm: PartAlgorithm): Promise<string>;
  /** All parts that S3 holds, by number; undefined when it knows of no such upload (any more). */
  list(place: PartsPlace): Promise<readonly HeldPart[] | undefined>;
  /** Joins the parts. `gone` when S3 knows no such upload, `refused` when it does not accept the parts. */
  join(place: PartsPlace, parts: readonly HeldPart[]): Promise<'joined' | 'gone' | 'refused'>;
  /** Drops the upload and its parts. One that is over is no error. */
  abort(place: PartsPlace): Promise<void>;
}

const named = (error: unknown): string => (error instanceof Error ? error.name : '');
const REFUSALS = ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'InvalidRequest', 'BadDigest'];

export const s3Parts = (bucket: string, client: S3Client = s3Client()): PartStore => ({
  begin: async (key, mimeType, algorithm) => {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        ContentType: mimeType,
        // Of an upload that names none, S3 computes the CRC64NVME of the whole itself. SHA-256 of parts cannot be
        // joined.
        ...(algorithm === 'SHA256' ? { ChecksumAlgorithm: algorithm, ChecksumType: 'COMPOSITE' } : {}),
      }),
    );
    if (!UploadId) throw new Error('S3 began an upload without an id');
    return UploadId;
  },

  list: async ({ key, uploadId }) => {
    const held: HeldPart[] = [];
    let marker: string | undefined;
    do {
      try {
        const page = await client.send(
          new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: marker }),
        );
        for (const { PartNumber = 0, Size = 0, ETag = '', ChecksumSHA256 } of page.Parts ?? []) {
          held.push({ partNumber: PartNumber, size: Size, etag: ETag.replaceAll('"', ''), sha256: ChecksumSHA256 });
        }
        marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      } catch (error) {
        if (named(error) === 'NoSuchUpload') return undefined;
        throw error;
      }
    } while (marker);
    return held;
  },

  join: async ({ key, uploadId }, parts) => {
    try {
      await client.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          MpuObjectSize: parts.reduce((sum, { size }) => sum + size, 0),
          MultipartUpload: {
            Parts: parts.map(({ partNumber, etag, sha256 }) => ({
              PartNumber: partNumber,
              ETag: etag,
              ChecksumSHA256: sha256,
            })),
          },
        }),
      );
      return 'joined';
    } catch (error) {
      if (named(error) === 'NoSuchUpload') return 'gone';
      if (REFUSALS.includes(named(error))) return 'refused';
      throw error;
    }
  },

  abort: async ({ key, uploadId }) => {
    try {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
    } catch (error) {
      if (named(error) !== 'NoSuchUpload') throw error;
    }
  },
});

/** Signs the PUT of one part. Its length and checksum, if known, are signed **headers**, as for a whole file. */
export const signPart =
  (bucket: string, client: S3Client = s3Client()) =>
  async ({ key, uploadId, partNumber, length, sha256 }: PartPermit): Promise<SignedRequest> => {
    const headers: Record<string, string> = sha256 === undefined ? {} : { 'x-amz-checksum-sha256': sha256 };
    const signed = new Set(['host', ...(length === undefined ? [] : ['content-length']), ...Object.keys(headers)]);
    const command = new UploadPartCommand({
      Bucket: bucket,
      Key: key,
      UploadId: uploadId,
      PartNumber: partNumber,
      ...(length === undefined ? {} : { ContentLength: length }),
      ...(sha256 === undefined ? {} : { ChecksumSHA256: sha256 }),
    });
    const url = await getSignedUrl(client, command, {
      expiresIn: SIGNED_PART_SECONDS,
      signableHeaders: signed,
      unhoistableHeaders: signed,
    });
    return { method: 'PUT', url, headers };
  };

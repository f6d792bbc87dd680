import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { SignedRequest, StoredObject } from '../domain/ports.ts';
import { SIGNED_PUT_SECONDS } from '../domain/upload.ts';
import { s3Client } from './s3-client.ts';

/** The objects of the media bucket, by key. A missing object is `undefined`, never an exception. */
export interface FileStore {
  head(key: string): Promise<StoredObject | undefined>;
  read(key: string): Promise<Readable | undefined>;
  /** `length` bytes from `start`, fewer at the end of the object; at least one byte must be inside it. */
  readRange(key: string, start: number, length: number): Promise<Uint8Array | undefined>;
  write(key: string, body: Uint8Array, contentType: string): Promise<void>;
  /**
   * Stores an original from a stream, once: exactly the bytes that the permit names, or nothing. The key belongs to these bytes:
   * an object that is there was stored by an earlier attempt.
   */
  store(permit: PutPermit, body: Readable): Promise<void>;
  /**
   * Copies the bytes of an object within S3 to a free key; an existing object there stays. The copy has this type and no other
   * header of the source.
   */
  copyOnce(from: string, to: string, contentType: string): Promise<void>;
  /** The tags of an object; none when it is gone. */
  tags(key: string): Promise<Readonly<Record<string, string>>>;
  /** Removing a missing object is no error, as in S3. */
  remove(key: string): Promise<void>;
  list(prefix: string, after?: string): Promise<{ keys: readonly ListedObject[]; next: string | undefined }>;
}

export interface ListedObject {
  readonly key: string;
  readonly lastModified: Date;
}

export interface PutPermit {
  readonly key: string;
  readonly size: number;
  readonly mimeType: string;
  /** Base64. */
  readonly sha256: string | null;
}

export interface ReadPermit {
  readonly method: 'GET' | 'HEAD';
  readonly key: string;
  readonly contentType: string;
  readonly contentDisposition: string;
  readonly cacheControl: string;
  /** Signs a separate address for scripts: they may not read the cached answer of the other one. */
  readonly readByScript: boolean;
}

const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);
const isMissing = (error: unknown): boolean => isNamed(error, 'NotFound', 'NoSuchKey', 'NoSuchBucket');

/** Another write or removal of the key was running: S3 does not say whether the key is taken, and the SDK does not retry. */
const ATTEMPTS = 5;
const PAUSE_MILLISECONDS = 25;
const checksumOf = ({ ChecksumType, ChecksumCRC64NVME, ChecksumSHA256 }: HeadObjectCommandOutput) => {
  if (ChecksumCRC64NVME) return { algorithm: 'CRC64NVME', value: ChecksumCRC64NVME } as const;
  if (ChecksumSHA256 && ChecksumType === 'COMPOSITE') {
    return { algorithm: 'SHA256_COMPOSITE', value: ChecksumSHA256 } as const;
  }
  return undefined;
};

/**
 * The headers of an object beside its type. The holder of a presigned PUT may send any header that the signature does not name:
 * S3 refuses those of `x-amz-*`, another storage with the same API may not, and stores the others. `cache-control` is left out:
 * a browser adds `no-cache` to a request with `if-none-match`, and every signed read overrides it.
 */
const carriedBy = (head: HeadObjectCommandOutput): readonly string[] => [
  ...Object.entries({
    'content-encoding': head.ContentEncoding,
    'content-disposition': head.ContentDisposition,
    'content-language': head.ContentLanguage,
    expires: head.ExpiresString,
    'x-amz-website-redirect-location': head.WebsiteRedirectLocation,
    'x-amz-storage-class': head.StorageClass === 'STANDARD' ? undefined : head.StorageClass,
  }).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [name])),
  ...Object.keys(head.Metadata ?? {}).map((name) => `x-amz-meta-${name}`),
];

/** Copies unless the key is taken or the source is gone; a write of the key that runs meanwhile is waited for. */
const copyUnlessTaken = async (client: S3Client, copy: CopyObjectCommandInput): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new CopyObjectCommand({ ...copy, IfNoneMatch: '*' }));
      return;
    } catch (error) {
      if (isNamed(error, 'PreconditionFailed') || isMissing(error)) return;
      if (!isNamed(error, 'ConditionalRequestConflict') || attempt === ATTEMPTS) throw error;
    }
    await pause(PAUSE_MILLISECONDS * 2 ** attempt);
  }
};

export const s3Files = (bucket: string, client: S3Client = s3Client()): FileStore => {
  const unlessMissing = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await send();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };

  return {
    head: (key) =>
      unlessMissing(async () => {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
        return {
          key,
          size: head.ContentLength ?? 0,
          contentType: head.ContentType ?? 'application/octet-stream',
          carries: carriedBy(head),
          lastModified: head.LastModified,
          checksum: checksumOf(head),
        };
      }),
    read: (key) =>
      unlessMissing(async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return Body as Readable;
      }),
    readRange: (key, start, length) =>
      unlessMissing(async () => {
        const Range = `bytes=${start}-${start + length - 1}`;
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
        return Body?.transformToByteArray();
      }),
    write: async (key, body, contentType) => {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          CacheControl: 'public, max-age=31536000, immutable',
        }),
      );
    },
    store: async ({ key, size, mimeType, sha256 }, body) => {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentType: mimeType,
            ContentLength: size,
            IfNoneMatch: '*',
            ...(sha256 === null ? {} : { ChecksumSHA256: sha256 }),
          }),
        );
      } catch (error) {
        if (!isNamed(error, 'PreconditionFailed')) throw error;
      }
    },
    copyOnce: (from, to, contentType) =>
      copyUnlessTaken(client, {
        Bucket: bucket,
        Key: to,
        CopySource: `${bucket}/${from}`,
        MetadataDirective: 'REPLACE',
        TaggingDirective: 'REPLACE',
        ContentType: contentType,
      }),
    tags: async (key) => {
      const found = await unlessMissing(() => client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key })));
      return Object.fromEntries((found?.TagSet ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    list: async (prefix, after) => {
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: after }));
      const keys = (page.Contents ?? []).map((entry) => ({
        key: entry.Key ?? '',
        lastModified: entry.LastModified ?? new Date(0),
      }));
      return { keys, next: page.IsTruncated ? keys.at(-1)?.key : undefined };
    },
  };
};

/**
 * Signs the one PUT that may store a file. Length, type, checksum and `if-none-match: *` are signed **headers**: S3 refuses a
 * request that lacks one or has another value, so the URL can only store the declared file, once. `signableHeaders` and
 * `unhoistableHeaders` prevent the SDK from leaving them out or moving them into the query.
 */
export const signPut =
  (bucket: string, client: S3Client = s3Client()) =>
  async (permit: PutPermit): Promise<SignedRequest> => {
    const headers: Record<string, string> = { 'content-type': permit.mimeType, 'if-none-match': '*' };
    if (permit.sha256 !== null) headers['x-amz-checksum-sha256'] = permit.sha256;
    const signed = new Set(['host', 'content-length', ...Object.keys(headers)]);
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: permit.key,
      ContentType: permit.mimeType,
      ContentLength: permit.size,
      IfNoneMatch: '*',
      ...(permit.sha256 === null ? {} : { ChecksumSHA256: permit.sha256 }),
    });
    const url = await getSignedUrl(client, command, {
      expiresIn: SIGNED_PUT_SECONDS,
      signableHeaders: signed,
      unhoistableHeaders: signed,
    });
    return { method: 'PUT', url, headers };
  };

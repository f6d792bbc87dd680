import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseQuery, splitTarget } from '../iam/canonical-request.ts';
import type { VerifiedRequest } from '../iam/sigv4.ts';
import type { AccessControl } from '../ports.ts';
import type { BlobFolder, Segment } from './blobs.ts';
import type { BucketConfig } from './buckets.ts';
import { s3Error } from './errors.ts';
import type { ObjectTable } from './object-table.ts';
import type { Publisher } from './publisher.ts';
import type { UploadTable } from './upload-table.ts';
import type { VerifiedBytes } from './verified-bytes.ts';

/** The inputs of every operation. */
export interface S3Engine {
  readonly access: AccessControl;
  readonly buckets: ReadonlyMap<string, BucketConfig>;
  readonly blobs: BlobFolder;
  readonly bytes: VerifiedBytes;
  readonly objects: ObjectTable;
  readonly uploads: UploadTable;
  readonly publisher: Publisher;
  readonly clock: () => Date;
}

/** The bucket and key of a request, before its signer is known. */
export interface S3Target {
  readonly id: string;
  readonly method: string;
  readonly bucketName: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** A header, or an `x-amz-` header that a presigned address carries in its query instead. */
  header(name: string): string | undefined;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** A verified request to a bucket that exists. */
export interface S3Request extends S3Target {
  readonly signer: VerifiedRequest;
  readonly bucket: BucketConfig;
}

/** The answer of an operation: XML text, or a stretch of stored bytes. */
export interface S3Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly xml?: string;
  readonly stored?: {
    readonly segments: readonly Segment[];
    readonly start: number;
    readonly end: number;
    release(): void;
  };
}

/** An operation of the S3 API. */
export type Operation = (engine: S3Engine, request: S3Request) => Promise<S3Reply> | S3Reply;

/** A query parameter that is a number from 0 to `max`; a larger one counts as `max`, as in S3's lists. */
export function countParameter(request: S3Target, name: string, max: number): number {
  const text = request.query.get(name);
  if (text === undefined || text === '') return max;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647)
    throw s3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`);
  return Math.min(Number(text), max);
}

/** Reads bucket, key and query from the request line; a host like `bucket.localhost` names the bucket too. */
export function readTarget(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  id: string,
  buckets: ReadonlyMap<string, BucketConfig>,
): S3Target {
  const { path, query: rawQuery } = splitTarget(incoming.url ?? '/');
  let decoded: string;
  let query: Map<string, string>;
  try {
    if (!path.startsWith('/')) throw new URIError('not a path');
    decoded = decodeURIComponent(path);
    query = new Map(parseQuery(rawQuery));
  } catch {
    throw s3Error('InvalidURI');
  }
  const hoisted = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const virtual = (incoming.headers.host ?? '').split('.', 1)[0] ?? '';
  const hosted = buckets.has(virtual) && incoming.headers.host?.startsWith(`${virtual}.`);
  const full = hosted ? `/${virtual}${decoded}` : decoded;
  const slash = full.indexOf('/', 1);
  return {
    id,
    method: incoming.method ?? 'GET',
    bucketName: slash < 0 ? full.slice(1) : full.slice(1, slash),
    key: slash < 0 ? '' : full.slice(slash + 1),
    query,
    header: (name) =>
      incoming.headersDistinct[name]?.join(',') ?? (name.startsWith('x-amz-') ? hoisted.get(name) : undefined),
    incoming,
    outgoing,
  };
}

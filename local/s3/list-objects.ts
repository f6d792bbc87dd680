import { allow } from './authorization.ts';
import type { BucketConfig } from './buckets.ts';
import { s3Error } from './errors.ts';
import { quoted } from './object-headers.ts';
import type { ListedObject, ObjectTable } from './object-table.ts';
import { afterPrefix } from './object-table.ts';
import type { Operation, S3Request } from './request.ts';
import { countParameter } from './request.ts';
import { xmlDocument } from './xml.ts';

const MAX_KEYS = 1000;

interface Page {
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
  /** The last key or common prefix of a page that does not end the list. */
  readonly next?: string;
}

/**
 * One page after the key or common prefix `after`. Each common prefix costs one step of the index, for any number of keys below
 * it.
 */
export function listPage(
  objects: ObjectTable,
  bucket: BucketConfig,
  { prefix, delimiter, after, limit }: { prefix: string; delimiter: string; after: string; limit: number },
): Page {
  const found: ListedObject[] = [];
  const prefixes: string[] = [];
  // After a page that ended at a common prefix, the next begins after all of its keys.
  const behind =
    delimiter !== '' && after.length > prefix.length && after.startsWith(prefix) && after.endsWith(delimiter);
  let position = behind ? afterPrefix(after) : after;
  let last = after;
  for (;;) {
    const room = limit - found.length - prefixes.length;
    const rows = objects.list(
      bucket.name,
      { after: position, prefix },
      delimiter === '' ? room + 1 : Math.min(room + 1, 100),
    );
    if (rows.length === 0) return { objects: found, prefixes };
    for (const row of rows) {
      if (found.length + prefixes.length >= limit) return { objects: found, prefixes, next: last };
      const end = delimiter === '' ? -1 : row.key.indexOf(delimiter, prefix.length);
      if (end < 0) {
        found.push(row);
        position = last = row.key;
        continue;
      }
      const common = row.key.slice(0, end + delimiter.length);
      prefixes.push(common);
      last = common;
      position = afterPrefix(common);
      break;
    }
  }
}

function decodeToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (token === '' || Buffer.from(text).toString('base64url') !== token) {
    throw s3Error('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return text;
}

/** The encoder for `encoding-type=url`. */
export function keyEncoder(request: S3Request): { encode: (text: string) => string; type: string | undefined } {
  const type = request.query.get('encoding-type');
  if (type !== undefined && type !== 'url')
    throw s3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return { type, encode: type ? (text) => encodeURIComponent(text).replace(/%2F/g, '/') : (text) => text };
}

/** ListObjectsV2, and the first version for clients that still use it. */
export const listObjects: Operation = (engine, request) => {
  const { query, bucket } = request;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  allow(engine, request, 's3:ListBucket', bucket.arn, { 's3:prefix': prefix, 's3:delimiter': delimiter });
  const { encode, type } = keyEncoder(request);
  const limit = countParameter(request, 'max-keys', MAX_KEYS);
  const second = query.get('list-type') === '2';
  const token = query.get('continuation-token');
  const after = second ? (decodeToken(token) ?? query.get('start-after') ?? '') : (query.get('marker') ?? '');
  const page =
    limit === 0 ? { objects: [], prefixes: [] } : listPage(engine.objects, bucket, { prefix, delimiter, after, limit });
  const next = 'next' in page ? page.next : undefined;
  const versioned = second
    ? {
        KeyCount: page.objects.length + page.prefixes.length,
        ContinuationToken: token,
        NextContinuationToken: next === undefined ? undefined : Buffer.from(next).toString('base64url'),
        StartAfter: query.has('start-after') ? encode(query.get('start-after') ?? '') : undefined,
      }
    : { Marker: encode(after), NextMarker: next === undefined || delimiter === '' ? undefined : encode(next) };
  const xml = xmlDocument('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    ...versioned,
    MaxKeys: limit,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: type,
    IsTruncated: next !== undefined,
    Contents: page.objects.map(({ key, modified, etag, size }) => ({
      Key: encode(key),
      LastModified: new Date(modified).toISOString(),
      ETag: quoted(etag),
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encode(common) })),
  });
  return { status: 200, xml };
};

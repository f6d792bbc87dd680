import { checksumHeader } from './checksums.ts';
import { s3Error } from './errors.ts';
import type { StoredObject } from './object-table.ts';
import type { S3Target } from './request.ts';

const KEPT = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;
/** Other headers that S3 answers with an object, and that a signed read cannot override. A copy does not take them. */
const KEPT_BY_S3 = ['x-amz-storage-class', 'x-amz-website-redirect-location'] as const;
const META = 'x-amz-meta-';
/** Classes whose objects cannot be read before they are restored. */
const ARCHIVES = ['GLACIER', 'DEEP_ARCHIVE'];
const MAX_METADATA_BYTES = 2048;
const DEFAULT_TYPE = 'binary/octet-stream';

/** Headers that change what S3 stores in ways this server does not support; ignoring one would break its promise. */
const REFUSED = [
  'x-amz-object-lock-mode',
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-retain-until-date',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-write-offset-bytes',
];

/** Throws for unsupported headers. */
export function refuseUnsupported(header: (name: string) => string | undefined): void {
  for (const name of REFUSED) {
    if (header(name) !== undefined)
      throw s3Error('NotImplemented', `A header you provided implies functionality that is not implemented: ${name}`);
  }
  // Buckets of the template enforce the owner, so S3 accepts no other ACL than these.
  const acl = header('x-amz-acl');
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control')
    throw s3Error('AccessControlListNotSupported');
}

/** Selects the headers that are stored with the object, from any source of names and values. */
export function keptHeaders(
  names: Iterable<string>,
  header: (name: string) => string | undefined,
): Record<string, string> {
  refuseUnsupported(header);
  const kept: Record<string, string> = {};
  let metadataBytes = 0;
  for (const name of new Set([
    ...KEPT,
    ...KEPT_BY_S3,
    ...[...names].filter((candidate) => candidate.startsWith(META)),
  ])) {
    const value = header(name);
    if (value === undefined) continue;
    kept[name] = value;
    if (name.startsWith(META)) metadataBytes += Buffer.byteLength(name) - META.length + Buffer.byteLength(value);
  }
  if (metadataBytes > MAX_METADATA_BYTES) throw s3Error('MetadataTooLarge');
  const encoding = kept['content-encoding']
    ?.split(',')
    .map((coding) => coding.trim())
    // The framing of the upload is no property of the object.
    .filter((coding) => coding !== 'aws-chunked' && coding !== '')
    .join(',');
  delete kept['content-encoding'];
  if (encoding) kept['content-encoding'] = encoding;
  if (kept['x-amz-storage-class'] === 'STANDARD') delete kept['x-amz-storage-class'];
  kept['content-type'] ??= DEFAULT_TYPE;
  return kept;
}

/** The headers that a copy takes from its source, unless the request sets its own. */
export const copiedHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !KEPT_BY_S3.some((own) => own === name)));

/** Throws for an object in an archive. */
export function refuseArchived({ headers }: Pick<StoredObject, 'headers'>): void {
  if (ARCHIVES.includes(headers['x-amz-storage-class'] ?? '')) throw s3Error('InvalidObjectState');
}

/** The headers of a PUT or of the start of a multipart upload that are stored with the object. */
export function headersToKeep(target: S3Target): Record<string, string> {
  const hoisted = [...target.query.keys()].map((name) => name.toLowerCase());
  return keptHeaders([...Object.keys(target.incoming.headers), ...hoisted], target.header);
}

/** The quoted form of an entity tag. */
export const quoted = (etag: string): string => `"${etag}"`;

function overrides(target: S3Target): Record<string, string> {
  const replaced: Record<string, string> = {};
  for (const name of KEPT) {
    const value = target.query.get(`response-${name}`);
    if (value === undefined) continue;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw s3Error('InvalidArgument', `Header value cannot be represented using ISO-8859-1.: response-${name}`);
    }
    replaced[name] = value;
  }
  return replaced;
}

/** The headers that describe an object in answers to GET and HEAD. */
export function describeObject(object: StoredObject, target: S3Target): Record<string, string> {
  const { checksum } = object;
  const shown = checksum && target.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  return {
    ...object.headers,
    ...overrides(target),
    'accept-ranges': 'bytes',
    etag: quoted(object.etag),
    'last-modified': new Date(object.modified).toUTCString(),
    'x-amz-server-side-encryption': 'AES256',
    ...(shown && { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }),
  };
}

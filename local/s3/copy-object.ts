import { allowObject, readableObject } from './authorization.ts';
import type { CheckedBody } from './body.ts';
import { checkBody, MAX_PUT_BYTES } from './body.ts';
import { checkKey } from './buckets.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import { checksumAlgorithm, checksumElement } from './checksums.ts';
import { checkCopySource, readRange } from './conditions.ts';
import { s3Error } from './errors.ts';
import { copiedHeaders, headersToKeep, quoted, refuseArchived, refuseUnsupported } from './object-headers.ts';
import type { StoredObject } from './object-table.ts';
import { causeOf, commitBlob, storeBody, writeConditions } from './put-object.ts';
import type { Operation, S3Engine, S3Request } from './request.ts';
import { copiedTags, tagWith } from './tagging.ts';
import { xmlDocument } from './xml.ts';

/** The object that `x-amz-copy-source` names, when the signer may read it and its conditions hold. */
export function copySource(engine: S3Engine, request: S3Request): StoredObject {
  const text = request.header('x-amz-copy-source') ?? '';
  const [path = '', version] = text.split('?versionId=');
  let decoded: string;
  try {
    decoded = decodeURIComponent(path).replace(/^\//, '');
  } catch {
    throw s3Error('InvalidArgument', 'Invalid copy source encoding.');
  }
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) {
    throw s3Error('InvalidArgument', 'Invalid copy source object key');
  }
  if (version !== undefined && version !== 'null') throw s3Error('InvalidArgument', 'Invalid version id specified');
  const bucket = engine.buckets.get(decoded.slice(0, slash));
  if (!bucket) throw s3Error('NoSuchBucket');
  const source = readableObject(engine, request, decoded.slice(slash + 1), bucket);
  checkCopySource(source, request.header);
  refuseArchived(source);
  return source;
}

/** The bytes of a stored object, or of one range, as if they were sent again; `release` lets go of the source. */
export function copyBody(
  engine: S3Engine,
  source: StoredObject,
  algorithm: ChecksumAlgorithm | undefined,
  rangeText?: string,
): { body: CheckedBody; release: () => void } {
  const range = rangeText === undefined ? { start: 0, end: source.size - 1 } : readRange(rangeText, source.size);
  if (!range)
    throw s3Error('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last');
  const length = range.end - range.start + 1;
  if (length > MAX_PUT_BYTES)
    throw s3Error(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    );
  const release = engine.blobs.hold(source.segments);
  return {
    body: checkBody(engine.blobs.read(source.segments, range.start, range.end), {
      length,
      checksum: algorithm && { algorithm },
    }),
    release,
  };
}

/** CopyObject. The copy has its own bytes and, like S3's, an entity tag of one piece. */
export const copyObject: Operation = async (engine, request) => {
  checkKey(request.key);
  allowObject(engine, request, 's3:PutObject');
  const source = copySource(engine, request);
  const replace = request.header('x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  if (!replace && source.bucket === request.bucket.name && source.key === request.key) {
    throw s3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  refuseUnsupported(request.header);
  const headers = replace ? headersToKeep(request) : copiedHeaders(source.headers);
  const tags = copiedTags(engine, request, source);
  const asked = request.header('x-amz-checksum-algorithm');
  const algorithm = asked === undefined ? source.checksum?.algorithm : checksumAlgorithm(asked);
  const { body, release } = copyBody(engine, source, algorithm);
  const { blob, size, etag, checksum } = await engine.bytes
    .expectWhole(source)
    .then(() => storeBody(engine, body))
    .finally(release);
  const segment = { blob, size };
  const at = engine.clock();
  commitBlob(engine, segment, () =>
    engine.publisher.publish(
      { key: request.key, size, etag, headers, segments: [segment], ...(checksum && { checksum }) },
      {
        bucket: request.bucket,
        event: 'ObjectCreated:Copy',
        cause: causeOf(request, request.signer.principal.arn),
        at,
        conditions: writeConditions(request),
        also: () => tagWith(engine, request, at, tags),
      },
    ),
  );
  const result = {
    LastModified: at.toISOString(),
    ETag: quoted(etag),
    ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value }),
  };
  return { status: 200, xml: xmlDocument('CopyObjectResult', result) };
};

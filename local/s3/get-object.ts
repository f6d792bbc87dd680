import { readableObject } from './authorization.ts';
import { checkRead, readRange } from './conditions.ts';
import { s3Error } from './errors.ts';
import { describeObject, refuseArchived } from './object-headers.ts';
import type { StoredObject } from './object-table.ts';
import type { Operation, S3Request } from './request.ts';

function partRange(object: StoredObject, partNumber: string): { start: number; end: number } {
  const index = Number(partNumber) - 1;
  const segment = /^\d{1,5}$/.test(partNumber) ? object.segments[index] : undefined;
  if (!segment) throw s3Error('InvalidPartNumber');
  const start = object.segments.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + segment.size - 1 };
}

const isCurrent = ({ etag, modified }: StoredObject, ifRange: string | undefined): boolean =>
  ifRange === undefined || ifRange === `"${etag}"` || ifRange === new Date(modified).toUTCString();

function wantedRange(object: StoredObject, request: S3Request): { start: number; end: number } | undefined {
  const partNumber = request.query.get('partNumber');
  if (partNumber !== undefined) return partRange(object, partNumber);
  const range = request.header('range');
  return range !== undefined && isCurrent(object, request.header('if-range'))
    ? readRange(range, object.size)
    : undefined;
}

/** GetObject and HeadObject: the whole object, one range of it, or one of its parts. */
export const getObject: Operation = async (engine, request) => {
  const object = readableObject(engine, request);
  if (checkRead(object, request.header) === 'not-modified') {
    const headers = describeObject(object, request);
    const { etag, 'last-modified': modified, 'cache-control': cacheControl, expires } = headers;
    return { status: 304, headers: { etag, 'last-modified': modified, 'cache-control': cacheControl, expires } };
  }
  if (request.method !== 'HEAD') refuseArchived(object);
  const range = wantedRange(object, request);
  const { checksum, ...unchecked } = object;
  // A checksum is of the whole object, so a range of it has none.
  const headers = describeObject(range || !checksum ? unchecked : object, request);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const parts =
    request.query.has('partNumber') && object.etag.includes('-')
      ? { 'x-amz-mp-parts-count': object.segments.length }
      : {};
  const described = {
    ...headers,
    ...parts,
    'content-length': end - start + 1,
    ...(range && { 'content-range': `bytes ${start}-${end}/${object.size}` }),
  };
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers: described };
  const { segments } = object;
  const release = engine.blobs.hold(segments);
  try {
    await engine.bytes.expectWhole(object);
  } catch (error) {
    release();
    throw error;
  }
  return { status, headers: described, stored: { segments, start, end, release } };
};

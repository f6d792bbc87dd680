import { allowObject } from './authorization.ts';
import type { Segment } from './blobs.ts';
import type { CheckedBody } from './body.ts';
import { openBody } from './body.ts';
import { checkKey } from './buckets.ts';
import type { Checksum } from './checksums.ts';
import { checksumHeader } from './checksums.ts';
import type { Cause } from './events.ts';
import { headersToKeep, quoted } from './object-headers.ts';
import type { WriteConditions } from './publisher.ts';
import { checkWrite } from './publisher.ts';
import type { Operation, S3Engine, S3Request, S3Target } from './request.ts';
import { tagsIn, tagWith } from './tagging.ts';

/** The cause of an event by this request. */
export function causeOf(target: S3Target, principalArn: string): Cause {
  return { requestId: target.id, principalArn, sourceAddress: target.incoming.socket.remoteAddress ?? '' };
}

/** The headers that make a write conditional. */
export const writeConditions = (request: S3Request): WriteConditions => ({
  ifMatch: request.header('if-match'),
  ifNoneMatch: request.header('if-none-match'),
});

/** A checked body on disk, not yet referred to by any row. */
export interface StoredBody extends Segment {
  /** Hex MD5, the entity tag of an object that was sent in one piece. */
  readonly etag: string;
  readonly checksum?: Checksum;
}

/** Writes a body to a blob while it is checked. */
export async function storeBody(engine: S3Engine, body: CheckedBody): Promise<StoredBody> {
  const segment = await engine.blobs.write(body.chunks);
  const { md5, checksum } = body.result();
  return { ...segment, etag: md5, ...(checksum && { checksum }) };
}

/** Runs the commit that refers to a blob, and removes the blob when that is refused. */
export function commitBlob<T>(engine: S3Engine, segment: Segment, commit: () => T): T {
  try {
    return commit();
  } catch (error) {
    engine.blobs.discard([segment]);
    throw error;
  }
}

/** The header that repeats a stored checksum in the answer to a write. */
export const checksumAnswer = (checksum: Checksum | undefined): Record<string, string> =>
  checksum ? { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type } : {};

/** PutObject: stores the body and makes it the object in one switch. */
export const putObject: Operation = async (engine, request) => {
  checkKey(request.key);
  allowObject(engine, request, 's3:PutObject');
  const headers = headersToKeep(request);
  const tags = tagsIn(engine, request);
  const conditions = writeConditions(request);
  // Refused before the body is sent when that is clear already; checked again by the commit.
  checkWrite(engine.objects.get(request.bucket.name, request.key), conditions);
  const { blob, size, etag, checksum } = await storeBody(engine, openBody(request));
  const segment = { blob, size };
  const at = engine.clock();
  commitBlob(engine, segment, () =>
    engine.publisher.publish(
      { key: request.key, size, etag, headers, segments: [segment], ...(checksum && { checksum }) },
      {
        bucket: request.bucket,
        event: 'ObjectCreated:Put',
        cause: causeOf(request, request.signer.principal.arn),
        at,
        conditions,
        also: () => tagWith(engine, request, at, tags),
      },
    ),
  );
  return {
    status: 200,
    headers: { etag: quoted(etag), 'x-amz-server-side-encryption': 'AES256', ...checksumAnswer(checksum) },
  };
};

import { allowObject, denial } from './authorization.ts';
import { readText } from './body.ts';
import { requestedChecksum } from './checksums.ts';
import { s3Error } from './errors.ts';
import { causeOf, writeConditions } from './put-object.ts';
import type { Operation, S3Engine, S3Request } from './request.ts';
import type { XmlElement } from './xml.ts';
import { elements, parseXml, textOf, xmlDocument } from './xml.ts';

const MAX_KEYS = 1000;

function remove(engine: S3Engine, request: S3Request, key: string, ifMatch?: string): void {
  engine.publisher.remove(key, {
    bucket: request.bucket,
    event: 'ObjectRemoved:Delete',
    cause: causeOf(request, request.signer.principal.arn),
    at: engine.clock(),
    ...(ifMatch !== undefined && { conditions: { ifMatch } }),
  });
}

/** DeleteObject, which succeeds as well when there is nothing to delete. */
export const deleteObject: Operation = (engine, request) => {
  allowObject(engine, request, 's3:DeleteObject');
  remove(engine, request, request.key, writeConditions(request).ifMatch);
  return { status: 204 };
};

/** DeleteObjects: up to 1,000 keys, each allowed or denied separately. */
export const deleteObjects: Operation = async (engine, request) => {
  const checksum = requestedChecksum(request.header);
  if (!checksum && request.header('content-md5') === undefined) {
    throw s3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const document = parseXml(await readText(request, checksum), 'Delete');
  const entries = elements(document, 'Object');
  if (entries.length === 0 || entries.length > MAX_KEYS) throw s3Error('MalformedXML');
  const quiet = textOf(document, 'Quiet') === 'true';
  const deleted: XmlElement[] = [];
  const errors: XmlElement[] = [];
  for (const entry of entries) {
    const key = textOf(entry, 'Key');
    if (key === undefined || key === '') throw s3Error('MalformedXML');
    const refused = denial(() => {
      allowObject(engine, request, 's3:DeleteObject', key);
      remove(engine, request, key, textOf(entry, 'ETag'));
    });
    if (refused)
      errors.push({
        Key: key,
        Code: refused.code.replace('AccessDeniedException', 'AccessDenied'),
        Message: refused.message,
      });
    else if (!quiet) deleted.push({ Key: key });
  }
  return { status: 200, xml: xmlDocument('DeleteResult', { Deleted: deleted, Error: errors }) };
};

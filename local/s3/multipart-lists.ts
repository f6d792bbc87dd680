import { allow, allowObject } from './authorization.ts';
import { checksumElement } from './checksums.ts';
import { s3Error } from './errors.ts';
import { keyEncoder } from './list-objects.ts';
import { findUpload, MAX_PARTS } from './multipart.ts';
import { quoted } from './object-headers.ts';
import type { Operation } from './request.ts';
import { countParameter } from './request.ts';
import { xmlDocument } from './xml.ts';

const PAGE = 1000;

/** ListParts, a page after `part-number-marker`. */
export const listParts: Operation = (engine, request) => {
  allowObject(engine, request, 's3:ListMultipartUploadParts');
  const upload = findUpload(engine, request);
  const limit = countParameter(request, 'max-parts', PAGE);
  const marker = request.query.has('part-number-marker') ? countParameter(request, 'part-number-marker', MAX_PARTS) : 0;
  const parts = engine.uploads.parts(upload.id, marker, limit + 1);
  const page = parts.slice(0, limit);
  const xml = xmlDocument('ListPartsResult', {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: parts.length > limit,
    ChecksumAlgorithm: upload.algorithm,
    ChecksumType: upload.type,
    StorageClass: 'STANDARD',
    Part: page.map(({ number, size, etag, checksum, modified }) => ({
      PartNumber: number,
      LastModified: new Date(modified).toISOString(),
      ETag: quoted(etag),
      Size: size,
      ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value }),
    })),
  });
  return { status: 200, xml };
};

/** ListMultipartUploads, a page after `key-marker` and `upload-id-marker`. */
export const listUploads: Operation = (engine, request) => {
  const { bucket, query } = request;
  allow(engine, request, 's3:ListBucketMultipartUploads', bucket.arn);
  if (query.get('delimiter'))
    throw s3Error('NotImplemented', 'ListMultipartUploads with a delimiter is not implemented.');
  const { encode, type } = keyEncoder(request);
  const limit = countParameter(request, 'max-uploads', PAGE);
  const [prefix, key, marker] = ['prefix', 'key-marker', 'upload-id-marker'].map((name) => query.get(name) ?? '') as [
    string,
    string,
    string,
  ];
  // Without an upload id the list continues after all uploads of the marked key; "~" sorts after every id.
  const uploads = engine.uploads.list(
    bucket.name,
    { prefix, key, id: key !== '' && marker === '' ? '~' : marker },
    limit + 1,
  );
  const page = uploads.slice(0, limit);
  const more = uploads.length > limit;
  const xml = xmlDocument('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(key),
    UploadIdMarker: marker,
    NextKeyMarker: more ? encode(page.at(-1)?.key ?? '') : undefined,
    NextUploadIdMarker: more ? page.at(-1)?.id : undefined,
    Prefix: encode(prefix),
    EncodingType: type,
    MaxUploads: limit,
    IsTruncated: more,
    Upload: page.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.id,
      StorageClass: 'STANDARD',
      Initiated: new Date(upload.created).toISOString(),
      ChecksumAlgorithm: upload.algorithm,
      ChecksumType: upload.type,
    })),
  });
  return { status: 200, xml };
};

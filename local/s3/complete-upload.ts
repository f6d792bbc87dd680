import { createHash } from 'node:crypto';
import { allowObject } from './authorization.ts';
import { readText } from './body.ts';
import type { Checksum } from './checksums.ts';
import { checksumElement, checksumHeader, joinChecksums } from './checksums.ts';
import { s3Error } from './errors.ts';
import { findUpload, MAX_PARTS } from './multipart.ts';
import { quoted } from './object-headers.ts';
import { causeOf, writeConditions } from './put-object.ts';
import type { Operation, S3Engine, S3Reply, S3Request } from './request.ts';
import type { MultipartUpload, UploadedPart } from './upload-table.ts';
import { elements, parseXml, textOf, xmlDocument } from './xml.ts';

const MIN_PART_BYTES = 5 * 1024 ** 2;

interface ListedPart {
  readonly number: number;
  readonly etag: string;
  /** Checksums by element name. */
  readonly checksums: Readonly<Record<string, string>>;
}

function readParts(document: Record<string, unknown>): ListedPart[] {
  const parts = elements(document, 'Part').map((part) => {
    const number = Number(textOf(part, 'PartNumber')?.trim());
    const etag = textOf(part, 'ETag')?.trim().replaceAll('"', '');
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS || !etag) throw s3Error('MalformedXML');
    const names = Object.keys(part).filter((name) => name.startsWith('Checksum'));
    return {
      number,
      etag,
      checksums: Object.fromEntries(names.map((name) => [name, textOf(part, name)?.trim() ?? ''])),
    };
  });
  if (parts.length === 0 || parts.length > MAX_PARTS) throw s3Error('MalformedXML');
  if (parts.some((part, index) => index > 0 && part.number <= (parts[index - 1]?.number ?? 0)))
    throw s3Error('InvalidPartOrder');
  return parts;
}

function choose(
  listed: readonly ListedPart[],
  uploaded: readonly UploadedPart[],
  upload: MultipartUpload,
): UploadedPart[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const chosen = listed.map(({ number, etag, checksums }) => {
    const part = byNumber.get(number);
    if (!part || part.etag !== etag) throw s3Error('InvalidPart');
    for (const [name, value] of Object.entries(checksums)) {
      if (part.checksum && checksumElement(part.checksum.algorithm) === name && part.checksum.value !== value)
        throw s3Error('InvalidPart');
    }
    if (upload.algorithm && upload.type === 'COMPOSITE' && !checksums[checksumElement(upload.algorithm)]) {
      throw s3Error(
        'InvalidRequest',
        `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    return part;
  });
  if (chosen.slice(0, -1).some((part) => part.size < MIN_PART_BYTES)) throw s3Error('EntityTooSmall');
  return chosen;
}

/** The entity tag of an object joined from parts: the MD5 of their MD5s, and how many there are. */
function joinedEtag(parts: readonly UploadedPart[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

function joinedChecksum(
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
  request: S3Request,
): Checksum | undefined {
  // An upload without a requested one has S3's default, unless its parts have others.
  const isOwn = !upload.algorithm && parts.every(({ checksum }) => checksum?.algorithm === 'CRC64NVME');
  const { algorithm, type } = isOwn ? ({ algorithm: 'CRC64NVME', type: 'FULL_OBJECT' } as const) : upload;
  if (!algorithm || !type) return undefined;
  const values = parts.map(({ checksum, size }) => ({ value: checksum?.value ?? '', size }));
  if (values.some(({ value }) => value === '')) throw s3Error('InvalidPart');
  const joined = joinChecksums(algorithm, type, values);
  const claimed = request.header(checksumHeader(algorithm));
  if (claimed !== undefined && claimed.replace(/-\d+$/, '') !== joined.value.replace(/-\d+$/, '')) {
    throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return joined;
}

function answer(request: S3Request, etag: string, checksum: Checksum | undefined): S3Reply {
  const location = `http://${request.incoming.headers.host ?? ''}/${request.bucket.name}/${encodeURIComponent(request.key).replace(/%2F/g, '/')}`;
  const result = {
    Location: location,
    Bucket: request.bucket.name,
    Key: request.key,
    ETag: quoted(etag),
    ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
  };
  return {
    status: 200,
    headers: { 'x-amz-server-side-encryption': 'AES256' },
    xml: xmlDocument('CompleteMultipartUploadResult', result),
  };
}

function repeatedCompletion(engine: S3Engine, request: S3Request, asked: string): S3Reply | undefined {
  const earlier = engine.uploads.completion(request.bucket.name, request.key, request.query.get('uploadId') ?? '');
  return earlier?.request === asked ? answer(request, earlier.etag, earlier.checksum) : undefined;
}

/**
 * CompleteMultipartUpload. The object refers to the blobs of its parts, so joining 10,000 parts moves no bytes.
 * S3 answers a completion that is sent again, with the same parts, as it answered the first; so does this server for a day.
 */
export const completeUpload: Operation = async (engine, request) => {
  allowObject(engine, request, 's3:PutObject');
  const listed = readParts(parseXml(await readText(request), 'CompleteMultipartUpload'));
  const asked = JSON.stringify(listed.map(({ number, etag }) => [number, etag]));
  const repeated = repeatedCompletion(engine, request, asked);
  if (repeated) return repeated;
  const upload = findUpload(engine, request);
  const uploaded = engine.uploads.parts(upload.id);
  const parts = choose(listed, uploaded, upload);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const declared = request.header('x-amz-mp-object-size');
  if (declared !== undefined && Number(declared) !== size) {
    throw s3Error('InvalidRequest', 'The provided x-amz-mp-object-size header value does not match what was computed.');
  }
  const etag = joinedEtag(parts);
  const checksum = joinedChecksum(upload, parts, request);
  const at = engine.clock();
  const segments = parts.map((part) => ({ blob: part.blob, size: part.size }));
  engine.publisher.publish(
    { key: upload.key, size, etag, headers: upload.headers, segments, ...(checksum && { checksum }) },
    {
      bucket: request.bucket,
      event: 'ObjectCreated:CompleteMultipartUpload',
      cause: causeOf(request, request.signer.principal.arn),
      at,
      conditions: writeConditions(request),
      also: () => {
        engine.uploads.remove(upload.id);
        const { bucket, key } = upload;
        engine.uploads.complete({
          upload: upload.id,
          bucket,
          key,
          request: asked,
          etag,
          at: at.getTime(),
          ...(checksum && { checksum }),
        });
      },
    },
  );
  engine.blobs.discard(uploaded.filter((part) => !parts.includes(part)));
  return answer(request, etag, checksum);
};

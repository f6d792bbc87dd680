import type { Readable } from 'node:stream';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { Checksum, Digest, RequestedChecksum } from './checksums.ts';
import { checkChecksumFormat, checksumHeader, createDigest, requestedChecksum } from './checksums.ts';
import { s3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/** The size limit of one PUT or one part. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;

/** Room for 10,000 parts with their checksums, or 1,000 keys of the greatest length. */
const MAX_TEXT_BYTES = 4 * 1024 ** 2;

/** The bytes of a request. Reading them to the end checks every length, hash and checksum of the request, or throws. */
export interface CheckedBody {
  readonly chunks: AsyncIterable<Buffer>;
  /** Hex MD5 and the requested checksum, known once `chunks` ended. */
  result(): { readonly md5: string; readonly checksum?: Checksum };
}

/** The expected properties of a body. */
export interface Expected {
  /** Base64. */
  readonly contentMd5?: string | undefined;
  /** Hex. */
  readonly sha256?: string;
  readonly length?: number;
  /** Without a value (here or in the trailer) it is only computed. */
  readonly checksum?: RequestedChecksum | undefined;
  /** The checksum's value when it follows the bytes. */
  readonly trailer?: (name: string) => string | undefined;
}

/** Chunks of a request or form file; when reading ends early the socket stays open, so that the answer can be sent. */
export async function* chunksOf(source: Readable): AsyncGenerator<Buffer> {
  try {
    yield* source.iterator({ destroyOnReturn: false });
  } catch (cause) {
    throw Object.assign(s3Error('IncompleteBody'), { cause });
  }
}

/** Runs bytes through the needed digests (MD5 for the ETag always, others only on request) and compares at the end. */
export function checkBody(source: AsyncIterable<Buffer>, expected: Expected): CheckedBody {
  const { checksum } = expected;
  const digests = new Map<string, Digest>([['MD5', createDigest('MD5')]]);
  if (checksum) digests.set(checksum.algorithm, createDigest(checksum.algorithm));
  if (expected.sha256 !== undefined && !digests.has('SHA256')) digests.set('SHA256', createDigest('SHA256'));
  const running = [...digests.values()];
  const results = new Map<string, Buffer>();

  async function* chunks(): AsyncGenerator<Buffer> {
    let length = 0;
    for await (const chunk of source) {
      length += chunk.length;
      if (length > (expected.length ?? MAX_PUT_BYTES))
        throw s3Error(expected.length === undefined ? 'EntityTooLarge' : 'IncompleteBody');
      for (const digest of running) digest.update(chunk);
      yield chunk;
    }
    if (expected.length !== undefined && length !== expected.length) throw s3Error('IncompleteBody');
    for (const [name, digest] of digests) results.set(name, digest.digest());
    if (expected.sha256 !== undefined && results.get('SHA256')?.toString('hex') !== expected.sha256)
      throw s3Error('XAmzContentSHA256Mismatch');
    if (expected.contentMd5 !== undefined && results.get('MD5')?.toString('base64') !== expected.contentMd5) {
      throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    if (checksum) {
      const value =
        checksum.value ?? (expected.trailer ? (expected.trailer(checksumHeader(checksum.algorithm)) ?? '') : undefined);
      if (value !== undefined) checkChecksumFormat(checksum.algorithm, value);
      if (value !== undefined && results.get(checksum.algorithm)?.toString('base64') !== value) {
        throw s3Error('BadDigest', `The ${checksum.algorithm} you specified did not match the calculated checksum.`);
      }
    }
  }
  return {
    chunks: chunks(),
    result: () => ({
      md5: results.get('MD5')?.toString('hex') ?? '',
      ...(checksum && {
        checksum: {
          algorithm: checksum.algorithm,
          value: results.get(checksum.algorithm)?.toString('base64') ?? '',
          type: 'FULL_OBJECT',
        },
      }),
    }),
  };
}

/** A Content-MD5 header that is base64 of 16 bytes, or InvalidDigest. */
export function contentMd5(value: string | undefined): string | undefined {
  if (value !== undefined && Buffer.from(value, 'base64').length !== 16) throw s3Error('InvalidDigest');
  return value;
}

function lengthHeader(text: string | undefined): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw s3Error('MissingContentLength');
  return Number(text);
}

/**
 * Opens the body of a signed request in the encoding that the signature names; a length above `max` is refused before a byte is
 * read.
 */
export function openBody(
  request: S3Request,
  checksum = requestedChecksum(request.header),
  max = MAX_PUT_BYTES,
): CheckedBody {
  const { payloadHash, chunks: signing } = request.signer;
  const framed = payloadHash.startsWith('STREAMING-');
  const length = lengthHeader(request.header(framed ? 'x-amz-decoded-content-length' : 'content-length'));
  if (length > max) throw s3Error(max === MAX_PUT_BYTES ? 'EntityTooLarge' : 'MaxMessageLengthExceeded');
  const common = { length, checksum, contentMd5: contentMd5(request.header('content-md5')) };
  if (request.incoming.headers.expect !== undefined) request.outgoing.writeContinue();
  const raw = chunksOf(request.incoming);
  if (!framed) {
    const hashed = /^[0-9a-f]{64}$/.test(payloadHash);
    if (!hashed && payloadHash !== 'UNSIGNED-PAYLOAD') {
      throw s3Error(
        'InvalidArgument',
        'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      );
    }
    return checkBody(raw, { ...common, ...(hashed && { sha256: payloadHash }) });
  }
  const signed = payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  if (!signed && payloadHash !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')
    throw s3Error('NotImplemented', `${payloadHash} is not supported.`);
  const trailers = new Map<string, string>();
  return checkBody(decodeAwsChunked(raw, trailers, signed ? signing : undefined), {
    ...common,
    trailer: (name) => trailers.get(name),
  });
}

/** A small body (an XML document) as text, checked as a stored one is. */
export async function readText(request: S3Request, checksum?: RequestedChecksum): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const chunk of openBody(request, checksum, MAX_TEXT_BYTES).chunks) pieces.push(chunk);
  return Buffer.concat(pieces).toString('utf8');
}

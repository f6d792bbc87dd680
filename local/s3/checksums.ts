import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { CrcKind } from './crc.ts';
import { CRC32, CRC32C, CRC64NVME, combineCrc, createCrc } from './crc.ts';
import { s3Error } from './errors.ts';

/** The checksum algorithms of S3. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';
/** Over the whole object, or over the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum in base64; a composite one ends in the number of parts (`...-3`). */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: ChecksumType;
}

/** A checksum that a request names; its value is unknown until the end when it is in the trailer. */
export interface RequestedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value?: string;
}

/** Anything that bytes run through. */
export interface Digest {
  update(data: Uint8Array): void;
  digest(): Buffer;
}

const BYTES: Record<ChecksumAlgorithm, number> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };
const CRCS: Partial<Record<ChecksumAlgorithm, CrcKind>> = { CRC32, CRC32C, CRC64NVME };
const ALGORITHMS = Object.keys(BYTES) as ChecksumAlgorithm[];

/** The header (and, without its prefix, the XML element) of an algorithm. */
export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;
/** The element that carries a checksum in XML answers and part lists. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

const crcBytes = (value: bigint, width: 32 | 64): Buffer =>
  Buffer.from(value.toString(16).padStart(width / 4, '0'), 'hex');

/** A running digest of one algorithm. */
export function createDigest(algorithm: ChecksumAlgorithm | 'MD5'): Digest {
  if (algorithm === 'CRC32') {
    // The one CRC that Node has natively, and the one that SDKs send by default.
    let crc = 0;
    return {
      update: (data) => {
        crc = crc32(data, crc);
      },
      digest: () => crcBytes(BigInt(crc >>> 0), 32),
    };
  }
  const kind = algorithm === 'MD5' ? undefined : CRCS[algorithm];
  if (kind) {
    const crc = createCrc(kind);
    return { update: (data) => crc.update(data), digest: () => crcBytes(crc.value(), kind.width) };
  }
  const hash = createHash(algorithm.toLowerCase());
  return { update: (data) => void hash.update(data), digest: () => hash.digest() };
}

/** The algorithm of that name in any case, or InvalidRequest. */
export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
  if (!found)
    throw s3Error(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  return found;
}

/** Throws unless a value is base64 of as many bytes as the algorithm has. */
export function checkChecksumFormat(algorithm: ChecksumAlgorithm, value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== BYTES[algorithm] || bytes.toString('base64') !== value) {
    throw s3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
}

/** The one checksum that a request's headers carry. */
export function requestedChecksum(header: (name: string) => string | undefined): RequestedChecksum | undefined {
  const given = ALGORITHMS.flatMap((algorithm) => {
    const value = header(checksumHeader(algorithm));
    return value === undefined ? [] : [{ algorithm, value }];
  });
  const trailer = ALGORITHMS.find(
    (algorithm) => header('x-amz-trailer')?.trim().toLowerCase() === checksumHeader(algorithm),
  );
  if (given.length + (trailer ? 1 : 0) > 1) {
    throw s3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [only] = given;
  if (only) checkChecksumFormat(only.algorithm, only.value);
  const announced = header('x-amz-sdk-checksum-algorithm');
  if (announced !== undefined && checksumAlgorithm(announced) !== (only?.algorithm ?? trailer)) {
    throw s3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return only ?? (trailer ? { algorithm: trailer } : undefined);
}

/** The checksum of an object joined from parts, by the rules of its type. */
export function joinChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { value: string; size: number }[],
): Checksum {
  const kind = CRCS[algorithm];
  if (type === 'FULL_OBJECT' && kind) {
    const joined = parts
      .map(({ value, size }) => ({ crc: BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`), size }))
      .reduce((sum, part) => ({ crc: combineCrc(sum.crc, part.crc, part.size, kind), size: 0 }), { crc: 0n, size: 0 });
    return { algorithm, type, value: crcBytes(joined.crc, kind.width).toString('base64') };
  }
  const digest = createDigest(algorithm);
  for (const { value } of parts) digest.update(Buffer.from(value, 'base64'));
  return { algorithm, type: 'COMPOSITE', value: `${digest.digest().toString('base64')}-${parts.length}` };
}

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChecksumAlgorithm } from '../../../local/s3/checksums.ts';
import { createDigest, joinChecksums, requestedChecksum } from '../../../local/s3/checksums.ts';
import { readRange } from '../../../local/s3/conditions.ts';

const digest = (algorithm: ChecksumAlgorithm, ...data: Uint8Array[]) => {
  const running = createDigest(algorithm);
  for (const piece of data) running.update(piece);
  return running.digest();
};

describe('a checksum', () => {
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ] as const)('of %s has the check value of its catalogue', (algorithm, hex) => {
    expect(digest(algorithm, Buffer.from('1234'), Buffer.from('56789')).toString('hex')).toBe(hex);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('of %s over parts joins to that of the whole', (algorithm) => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 5 }),
        (parts) => {
          const pieces = parts.map((part) => ({
            value: digest(algorithm, part).toString('base64'),
            size: part.length,
          }));
          expect(joinChecksums(algorithm, 'FULL_OBJECT', pieces).value).toBe(
            digest(algorithm, ...parts).toString('base64'),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of parts is the checksum of their checksums, and says how many', () => {
    const values = ['a', 'b'].map((text) => ({ value: createHash('sha256').update(text).digest('base64'), size: 1 }));
    expect(joinChecksums('SHA256', 'COMPOSITE', values).value).toMatch(/^[A-Za-z0-9+/]{43}=-2$/);
  });

  it('is refused when it is no base64 of its length, or one of several', () => {
    const from = (headers: Record<string, string>) => () => requestedChecksum((name) => headers[name]);
    expect(from({ 'x-amz-checksum-sha256': 'short' })).toThrow('invalid');
    expect(from({ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' })).toThrow('Multiple');
    expect(from({ 'x-amz-sdk-checksum-algorithm': 'SHA256' })).toThrow('no corresponding');
    expect(from({ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'CRC32' })()).toMatchObject({
      algorithm: 'CRC32',
    });
  });
});

describe('a range', () => {
  it('never leaves the object', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), fc.integer({ min: 1, max: 1000 }), (first, last, size) => {
        try {
          const range = readRange(`bytes=${first}-${last}`, size);
          if (range) expect(range.start <= range.end && range.end < size).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidRange', status: 416 });
        }
      }),
    );
  });

  it('that is none, or several, means the whole object', () => {
    for (const text of [undefined, '', 'bytes', 'bytes=-', 'bytes=5-2', 'bytes=0-1,3-4', 'lines=1-2'])
      expect(readRange(text, 10)).toBeUndefined();
  });
});

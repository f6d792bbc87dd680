import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { signPart } from '../../../functions/uploads/part-store.ts';

const client = new S3Client({
  region: 'eu-central-1',
  requestChecksumCalculation: 'WHEN_REQUIRED',
  credentials: { accessKeyId: 'KEY', secretAccessKey: 'secret' },
});
const sign = signPart('bucket', client);
const part = { key: 'originals/t/m/v', uploadId: 'upload', partNumber: 7, length: 8 * 2 ** 20 };
const query = ({ url }: { url: string }) => new URL(url).searchParams;

describe('a signed part', () => {
  it('signs host and length, and nothing else', async () => {
    const request = await sign(part);
    expect(request.headers).toEqual({});
    expect(query(request).get('X-Amz-SignedHeaders')).toBe('content-length;host');
    expect([...query(request).keys()].filter((name) => name.toLowerCase().includes('checksum'))).toEqual([]);
  });

  it('signs its checksum as a header when it has one', async () => {
    const sha256 = 'RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=';
    const request = await sign({ ...part, sha256 });
    expect(request.headers).toEqual({ 'x-amz-checksum-sha256': sha256 });
    expect(query(request).get('X-Amz-SignedHeaders')).toBe('content-length;host;x-amz-checksum-sha256');
  });

  it('is good for one part of one upload, for a quarter of an hour', async () => {
    const request = await sign(part);
    expect([query(request).get('partNumber'), query(request).get('uploadId')]).toEqual(['7', 'upload']);
    expect(query(request).get('X-Amz-Expires')).toBe('900');
  });
});

import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { startLocalS3 } from '../../../support/drivers/s3.ts';

const ARN = 'arn:aws:s3:::media-bucket';

async function withGrants(
  readerMay: readonly string[],
  use: (s3: Awaited<ReturnType<typeof startLocalS3>>) => Promise<void>,
) {
  const s3 = await startLocalS3({}, { readerMay });
  try {
    await s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'originals/a', Body: 'a' }));
    await use(s3);
  } finally {
    await s3.stop();
  }
}

describe('a role', () => {
  it('does what it is granted, on the keys that it is granted', () =>
    withGrants([`s3:GetObject ${ARN}/originals/`, `s3:PutObject ${ARN}/renditions/`], async (s3) => {
      const reader = s3.readerClient();
      expect((await reader.send(new GetObjectCommand({ Bucket: s3.bucket, Key: 'originals/a' }))).ContentLength).toBe(
        1,
      );
      await reader.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'renditions/a', Body: 'x' }));
      const CopySource = `${s3.bucket}/originals/a`;
      await reader.send(new CopyObjectCommand({ Bucket: s3.bucket, Key: 'renditions/copy', CopySource }));
      await expect(
        reader.send(new CopyObjectCommand({ Bucket: s3.bucket, Key: 'originals/b', CopySource })),
      ).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(`s3:PutObject on resource: "${ARN}/originals/b"`),
      });
      await expect(reader.send(new ListObjectsV2Command({ Bucket: s3.bucket }))).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining('s3:ListBucket'),
      });
      const upload = await reader.send(new CreateMultipartUploadCommand({ Bucket: s3.bucket, Key: 'renditions/m' }));
      await expect(
        reader.send(new ListPartsCommand({ Bucket: s3.bucket, Key: 'renditions/m', UploadId: upload.UploadId })),
      ).rejects.toMatchObject({ message: expect.stringContaining('s3:ListMultipartUploadParts') });
    }));

  it('learns that a key is missing only when it may list the bucket', async () => {
    const missing = { Bucket: 'media-bucket', Key: 'originals/missing' };
    const status = (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode;
    await withGrants([`s3:GetObject ${ARN}/`], async (s3) => {
      expect(await s3.readerClient().send(new HeadObjectCommand(missing)).catch(status)).toBe(403);
    });
    await withGrants([`s3:GetObject ${ARN}/`, `s3:ListBucket ${ARN}`], async (s3) => {
      expect(await s3.readerClient().send(new HeadObjectCommand(missing)).catch(status)).toBe(404);
    });
  });

  it('is told for each key of a deletion whether it was allowed', () =>
    withGrants([`s3:DeleteObject ${ARN}/renditions/`], async (s3) => {
      const Objects = [{ Key: 'originals/a' }, { Key: 'renditions/a' }];
      const result = await s3.readerClient().send(new DeleteObjectsCommand({ Bucket: s3.bucket, Delete: { Objects } }));
      expect(result.Deleted).toMatchObject([{ Key: 'renditions/a' }]);
      expect(result.Errors).toMatchObject([{ Key: 'originals/a', Code: 'AccessDenied' }]);
      expect(
        (await s3.client().send(new GetObjectCommand({ Bucket: s3.bucket, Key: 'originals/a' }))).ContentLength,
      ).toBe(1);
    }));
});

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContractS3 } from '../../support/drivers/s3.ts';
import { contractS3, itNeeds } from '../../support/drivers/s3.ts';

const MIB = 1024 ** 2;
const [first, second] = [randomBytes(5 * MIB), randomBytes(1000)];
const md5 = (data: Buffer) => createHash('md5').update(data).digest();

let s3: ContractS3;
let client: ReturnType<ContractS3['client']>;
beforeAll(async () => {
  s3 = await contractS3();
  client = s3.client();
});
afterAll(() => s3.stop());

async function begin(more: object = {}) {
  const Key = randomUUID();
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: s3.bucket, Key, ...more }));
  const upload = { Bucket: s3.bucket, Key, UploadId: UploadId ?? '' };
  return {
    ...upload,
    part: async (PartNumber: number, Body: Buffer, options: object = {}) => {
      const { ETag, ChecksumSHA256, ChecksumCRC32 } = await client.send(
        new UploadPartCommand({ ...upload, PartNumber, Body, ...options }),
      );
      return { PartNumber, ETag, ChecksumSHA256, ChecksumCRC32 };
    },
    complete: (Parts: { PartNumber: number; ETag: string | undefined }[], options: object = {}) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...options })),
    parts: (options: object = {}) => client.send(new ListPartsCommand({ ...upload, ...options })),
    abort: () => client.send(new AbortMultipartUploadCommand(upload)),
    exists: () =>
      client.send(new HeadObjectCommand({ Bucket: upload.Bucket, Key })).then(
        () => true,
        () => false,
      ),
  };
}

describe('a multipart upload', () => {
  it('becomes one object of its parts in order', async () => {
    const upload = await begin({ ContentType: 'video/mp4', Metadata: { a: 'b' } });
    const [two, one] = [await upload.part(2, second), await upload.part(1, first)];
    expect(await upload.exists()).toBe(false);
    await upload.complete([one, two]);
    const ETag = `"${md5(Buffer.concat([md5(first), md5(second)])).toString('hex')}-2"`;
    const object = await client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: upload.Key }));
    expect(object).toMatchObject({
      ETag,
      ContentType: 'video/mp4',
      Metadata: { a: 'b' },
      ContentLength: first.length + second.length,
    });
    const body = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
    expect(body.equals(Buffer.concat([first, second]))).toBe(true);
    const Range = `bytes=${first.length - 2}-${first.length + 1}`;
    const across = await client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: upload.Key, Range }));
    expect(Buffer.from((await across.Body?.transformToByteArray()) ?? [])).toEqual(
      Buffer.concat([first.subarray(-2), second.subarray(0, 2)]),
    );
  });

  it('answers a repeated completion like the first', async () => {
    const upload = await begin();
    const part = await upload.part(1, second);
    await upload.complete([part]);
    const again = await upload.complete([part]);
    const { ETag } = await client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: upload.Key }));
    expect(again.ETag?.replaceAll('"', '')).toBe(ETag?.replaceAll('"', ''));
  });

  itNeeds('completion etag')('answers two completions at once alike', async () => {
    const upload = await begin();
    const part = await upload.part(1, second);
    const results = await Promise.all([upload.complete([part]), upload.complete([part])]);
    const ETag = `"${md5(md5(second)).toString('hex')}-1"`;
    expect(results.map((result) => result.ETag)).toEqual([ETag, ETag]);
  });

  it('takes the last of two parts with one number', async () => {
    const upload = await begin();
    await upload.part(1, randomBytes(10));
    await upload.complete([await upload.part(1, second)]);
    const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: upload.Key }));
    expect(ContentLength).toBe(second.length);
  });

  itNeeds('partial completion')('takes only the parts that are listed', async () => {
    const upload = await begin();
    const kept = await upload.part(1, second);
    await upload.part(2, randomBytes(10));
    await upload.complete([kept]);
    const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: upload.Key }));
    expect(ContentLength).toBe(second.length);
  });

  it('is refused for parts that are repeated, missing or changed, and stays', async () => {
    const upload = await begin();
    const [one, two] = [await upload.part(1, first), await upload.part(2, first)];
    await expect(upload.complete([one, one])).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await expect(upload.complete([one, { ...two, PartNumber: 3 }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(upload.complete([one, { ...two, ETag: `"${'0'.repeat(32)}"` }])).rejects.toMatchObject({
      name: 'InvalidPart',
    });
    await expect(upload.complete([])).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    expect((await upload.parts()).Parts).toHaveLength(2);
    expect(await upload.exists()).toBe(false);
  });

  it('is refused when a part before the last is under 5 MiB', async () => {
    const upload = await begin();
    const parts = [await upload.part(1, first.subarray(1)), await upload.part(2, second)];
    await expect(upload.complete(parts)).rejects.toMatchObject({
      name: 'EntityTooSmall',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await upload.exists()).toBe(false);
  });

  it('takes part numbers up to 10,000', async () => {
    const upload = await begin();
    expect((await upload.part(10_000, second)).PartNumber).toBe(10_000);
  });

  itNeeds('part order')('is refused for parts out of order', async () => {
    const upload = await begin();
    const [one, two] = [await upload.part(1, first), await upload.part(2, first)];
    await expect(upload.complete([two, one])).rejects.toMatchObject({
      name: 'InvalidPartOrder',
      $metadata: { httpStatusCode: 400 },
    });
  });

  itNeeds('part number bounds')('refuses the part numbers 0 and 10,001', async () => {
    const upload = await begin();
    for (const number of [0, 10_001]) {
      await expect(upload.part(number, second)).rejects.toMatchObject({
        name: 'InvalidArgument',
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  it('lists its parts in pages', async () => {
    const upload = await begin();
    for (const number of [3, 1, 7]) await upload.part(number, second);
    const page = await upload.parts({ MaxParts: 2 });
    expect(page.Parts?.map((part) => part.PartNumber)).toEqual([1, 3]);
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '3' });
    const rest = await upload.parts({ PartNumberMarker: page.NextPartNumberMarker });
    expect(rest.Parts).toMatchObject([
      { PartNumber: 7, Size: second.length, ETag: `"${md5(second).toString('hex')}"` },
    ]);
    expect(rest.IsTruncated).toBe(false);
  });

  it('is listed until it is aborted, and then unknown', async () => {
    const upload = await begin();
    await upload.part(1, second);
    const listed = await client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket, Prefix: upload.Key }));
    expect(listed.Uploads).toMatchObject([{ Key: upload.Key, UploadId: upload.UploadId }]);
    await upload.abort();
    await expect(upload.parts()).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket, Prefix: upload.Key }));
    expect(Uploads ?? []).toEqual([]);
  });

  itNeeds('unknown upload code')('is NoSuchUpload for everything once it is aborted', async () => {
    const upload = await begin();
    await upload.abort();
    const attempts = [
      () => upload.part(1, second),
      () => upload.complete([{ PartNumber: 1, ETag: '"x"' }]),
      () => upload.abort(),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ name: 'NoSuchUpload', $metadata: { httpStatusCode: 404 } });
    }
  });

  it('belongs to its key', async () => {
    const [one, other] = [await begin(), await begin()];
    const foreign = new UploadPartCommand({
      Bucket: s3.bucket,
      Key: other.Key,
      UploadId: one.UploadId,
      PartNumber: 1,
      Body: second,
    });
    await expect(client.send(foreign)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('takes a part by an address that signs its length', async () => {
    const upload = await begin();
    const command = new UploadPartCommand({
      Bucket: s3.bucket,
      Key: upload.Key,
      UploadId: upload.UploadId,
      PartNumber: 1,
      ContentLength: second.length,
    });
    const signer = s3.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const url = await getSignedUrl(signer, command, { signableHeaders: new Set(['host', 'content-length']) });
    expect((await fetch(url, { method: 'PUT', body: new Uint8Array(second.subarray(1)) })).status).toBe(403);
    const response = await fetch(url, { method: 'PUT', body: new Uint8Array(second) });
    expect([response.status, response.headers.get('etag')]).toEqual([200, `"${md5(second).toString('hex')}"`]);
  });

  it('takes a part from a stored object', async () => {
    const source = randomUUID();
    await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: source, Body: '0123456789' }));
    const upload = await begin();
    const copy = new UploadPartCopyCommand({
      Bucket: s3.bucket,
      Key: upload.Key,
      UploadId: upload.UploadId,
      PartNumber: 1,
      CopySource: `${s3.bucket}/${source}`,
      CopySourceRange: 'bytes=2-5',
    });
    const { CopyPartResult } = await client.send(copy);
    await upload.complete([{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: upload.Key }));
    expect(await Body?.transformToString()).toBe('2345');
  });

  itNeeds('conditional completion')('does not replace an object when it says so', async () => {
    const upload = await begin();
    const part = await upload.part(1, second);
    await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: upload.Key, Body: 'there' }));
    await expect(upload.complete([part], { IfNoneMatch: '*' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });

  itNeeds('checksum enforcement')('carries the checksums of its parts', async () => {
    const upload = await begin({ ChecksumAlgorithm: 'SHA256' });
    const parts = [
      await upload.part(1, first, { ChecksumAlgorithm: 'SHA256' }),
      await upload.part(2, second, { ChecksumAlgorithm: 'SHA256' }),
    ];
    await expect(upload.complete(parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })))).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
    const { ChecksumSHA256 } = await upload.complete(parts);
    const digests = [first, second].map((data) => createHash('sha256').update(data).digest());
    expect(ChecksumSHA256).toBe(`${createHash('sha256').update(Buffer.concat(digests)).digest('base64')}-2`);
    const wrong = await begin({ ChecksumAlgorithm: 'SHA256' });
    await expect(
      wrong.part(1, second, { ChecksumSHA256: createHash('sha256').update('x').digest('base64') }),
    ).rejects.toMatchObject({ name: 'BadDigest' });
  });

  itNeeds('checksum enforcement')('joins CRCs to that of the whole object', async () => {
    const upload = await begin({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = [await upload.part(1, first), await upload.part(2, second)];
    const { ChecksumCRC32 } = await upload.complete(parts);
    const whole = randomUUID();
    const put = await client.send(
      new PutObjectCommand({
        Bucket: s3.bucket,
        Key: whole,
        Body: Buffer.concat([first, second]),
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    expect(ChecksumCRC32).toBe(put.ChecksumCRC32);
  });
});

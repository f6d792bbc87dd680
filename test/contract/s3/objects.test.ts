import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ChecksumAlgorithm } from '@aws-sdk/client-s3';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContractS3 } from '../../support/drivers/s3.ts';
import { contractS3, itNeeds } from '../../support/drivers/s3.ts';

let s3: ContractS3;
let client: ReturnType<ContractS3['client']>;
beforeAll(async () => {
  s3 = await contractS3();
  client = s3.client();
});
afterAll(() => s3.stop());

const put = async (Key: string, Body: Buffer | string, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body, ...more }));
const get = async (Key: string, more: object = {}) =>
  client.send(new GetObjectCommand({ Bucket: s3.bucket, Key, ...more }));
const text = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString();
const status = (promise: Promise<unknown>) =>
  promise.then(
    () => 200,
    (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode,
  );

describe('an object', () => {
  it('comes back as it was stored, with its headers and metadata', async () => {
    const [key, body] = [randomUUID(), randomBytes(3_000_000)];
    const stored = await put(key, body, {
      ContentType: 'image/webp',
      CacheControl: 'max-age=60',
      ContentDisposition: 'inline',
      Metadata: { owner: 'team-1' },
    });
    const found = await get(key);
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    expect(stored.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    expect(found).toMatchObject({
      ETag: stored.ETag,
      ContentLength: body.length,
      ContentType: 'image/webp',
      CacheControl: 'max-age=60',
      ContentDisposition: 'inline',
      Metadata: { owner: 'team-1' },
      AcceptRanges: 'bytes',
    });
    const head = await client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key }));
    expect(head).toMatchObject({ ETag: stored.ETag, ContentLength: body.length });
  });

  it.each(['a b+c', 'ünï/çødé', "it's (1)*!", '100%', 'a//b', 'q?x=1&y#z', '~tilde', 'nested/./x'])(
    'may be called %j',
    async (name) => {
      const key = `${randomUUID()}/${name}`;
      await put(key, name);
      expect(await text(key)).toBe(name);
      const listed = await client.send(new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: key }));
      expect(listed.Contents?.map((object) => object.Key)).toEqual([key]);
    },
  );

  it('may be empty', async () => {
    const key = randomUUID();
    await put(key, Buffer.alloc(0), { ContentLength: 0 });
    expect(await text(key)).toBe('');
    expect(await status(get(key, { Range: 'bytes=0-' }))).toBe(416);
  });

  it('is sent in ranges', async () => {
    const key = randomUUID();
    await put(key, '0123456789');
    const ranges = [
      ['bytes=2-4', '234', 'bytes 2-4/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-3', '789', 'bytes 7-9/10'],
      ['bytes=8-99', '89', 'bytes 8-9/10'],
    ] as const;
    for (const [Range, body, ContentRange] of ranges) {
      const part = await get(key, { Range });
      expect([part.ContentRange, await part.Body?.transformToString(), part.$metadata.httpStatusCode]).toEqual([
        ContentRange,
        body,
        206,
      ]);
    }
    await expect(get(key, { Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  it('is read on conditions', async () => {
    const key = randomUUID();
    const { ETag } = await put(key, 'x');
    expect(await text(key, { IfMatch: ETag })).toBe('x');
    expect(await status(get(key, { IfMatch: '"other"' }))).toBe(412);
    expect(await status(get(key, { IfNoneMatch: ETag }))).toBe(304);
    expect(await status(get(key, { IfModifiedSince: new Date(Date.now() + 60_000 - 59_000) }))).toBe(304);
    expect(await text(key, { IfModifiedSince: new Date('2020-01-01') })).toBe('x');
    expect(await status(get(key, { IfUnmodifiedSince: new Date('2020-01-01') }))).toBe(412);
  });

  it('is replaced whole, and deleted as often as one likes', async () => {
    const key = randomUUID();
    await put(key, 'first');
    await put(key, 'second');
    expect(await text(key)).toBe('second');
    for (let time = 0; time < 2; time += 1) {
      expect(
        (await client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key: key }))).$metadata.httpStatusCode,
      ).toBe(204);
    }
    await expect(get(key)).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    expect(await status(client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key })))).toBe(404);
  });

  it('is copied with its headers, or with new ones', async () => {
    const [key, copy] = [`${randomUUID()}/ä b`, randomUUID()];
    await put(key, 'copied', { ContentType: 'image/png', Metadata: { a: '1' } });
    const CopySource = `${s3.bucket}/${encodeURIComponent(key)}`;
    await client.send(new CopyObjectCommand({ Bucket: s3.bucket, Key: copy, CopySource }));
    const kept = await get(copy);
    expect([await kept.Body?.transformToString(), kept.ContentType, kept.Metadata]).toEqual([
      'copied',
      'image/png',
      { a: '1' },
    ]);
    await client.send(
      new CopyObjectCommand({
        Bucket: s3.bucket,
        Key: copy,
        CopySource,
        MetadataDirective: 'REPLACE',
        ContentType: 'text/css',
        Metadata: { b: '2' },
      }),
    );
    expect(await get(copy)).toMatchObject({ ContentType: 'text/css', Metadata: { b: '2' } });
    await expect(
      client.send(new CopyObjectCommand({ Bucket: s3.bucket, Key: copy, CopySource: `${s3.bucket}/${randomUUID()}` })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  it.each<ChecksumAlgorithm>(['CRC32', 'CRC32C', 'SHA1', 'SHA256'])(
    'is stored with the %s that the SDK computes',
    async (ChecksumAlgorithm) => {
      const key = randomUUID();
      const body = randomBytes(200_000);
      await put(key, body, { ChecksumAlgorithm });
      const stored = await (await get(key)).Body?.transformToByteArray();
      expect(Buffer.from(stored ?? []).equals(body)).toBe(true);
    },
  );

  itNeeds('checksum enforcement')('gives its checksum back when asked', async () => {
    const key = randomUUID();
    const ChecksumSHA256 = createHash('sha256').update('abc').digest('base64');
    await put(key, 'abc', { ChecksumSHA256 });
    const asked = await client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key, ChecksumMode: 'ENABLED' }));
    expect(asked.ChecksumSHA256).toBe(ChecksumSHA256);
    const plain = s3.client({ responseChecksumValidation: 'WHEN_REQUIRED' });
    expect((await plain.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key }))).ChecksumSHA256).toBeUndefined();
  });

  it('is refused when its MD5 is another', async () => {
    const key = randomUUID();
    const ContentMD5 = createHash('md5').update('other').digest('base64');
    await expect(put(key, 'body', { ContentMD5 })).rejects.toMatchObject({
      name: 'BadDigest',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await status(get(key))).toBe(404);
  });

  it('is refused under a key of more than 1024 bytes', async () => {
    expect(await status(put('k'.repeat(1024), 'x'))).toBe(200);
    await expect(put('k'.repeat(1025), 'x')).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });
});

describe('a bucket', () => {
  it('is found, placed and listed', async () => {
    expect(await status(client.send(new HeadBucketCommand({ Bucket: s3.bucket })))).toBe(200);
    expect(await status(client.send(new GetBucketLocationCommand({ Bucket: s3.bucket })))).toBe(200);
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map((bucket) => bucket.Name)).toContain(s3.bucket);
    expect(await status(client.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket-here' })))).toBe(404);
  });

  it('deletes many objects at once, known or not', async () => {
    const root = randomUUID();
    const keys = ['a', 'b & <c>', 'missing'].map((name) => `${root}/${name}`);
    await Promise.all(keys.slice(0, 2).map((key) => put(key, 'x')));
    const result = await client.send(
      new DeleteObjectsCommand({ Bucket: s3.bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    expect(result.Deleted?.map((entry) => entry.Key).sort()).toEqual([...keys].sort());
    expect(result.Errors ?? []).toEqual([]);
    expect((await client.send(new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: root }))).KeyCount).toBe(0);
  });
});

describe('a listing', () => {
  const root = `list-${randomUUID()}/`;
  const names = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'ä', '\u{1f600}'];
  beforeAll(async () => {
    for (const name of names) await put(root + name, name);
  });
  const list = (more: object) => client.send(new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: root, ...more }));
  const keys = (page: { Contents?: { Key?: string }[] }) =>
    (page.Contents ?? []).map((object) => object.Key?.slice(root.length));

  it('goes by the bytes of the keys', async () => {
    const page = await list({});
    expect(keys(page)).toEqual(names);
    expect(page).toMatchObject({ KeyCount: names.length, IsTruncated: false });
  });

  it('rolls keys up at the delimiter', async () => {
    const page = await list({ Delimiter: '/' });
    expect(keys(page)).toEqual(['a', 'd', 'ä', '\u{1f600}']);
    expect(page.CommonPrefixes?.map((common) => common.Prefix?.slice(root.length))).toEqual(['b/', 'e/']);
    const inner = await list({ Delimiter: '/', Prefix: `${root}b/` });
    expect(keys(inner)).toEqual(['b/1', 'b/2']);
    expect(inner.CommonPrefixes?.map((common) => common.Prefix?.slice(root.length))).toEqual(['b/c/']);
  });

  it.each([{ MaxKeys: 1 }, { MaxKeys: 3 }, { MaxKeys: 1, Delimiter: '/' }, { MaxKeys: 2, Delimiter: '/' }])(
    'shows everything once in pages of %j',
    async (options) => {
      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await list({ ...options, ContinuationToken });
        const entries = [
          ...(page.Contents ?? []).map((object) => object.Key),
          ...(page.CommonPrefixes ?? []).map((common) => common.Prefix),
        ];
        expect(entries.length).toBeLessThanOrEqual(options.MaxKeys);
        seen.push(...entries.map((entry) => (entry ?? '').slice(root.length)));
        ContinuationToken = page.NextContinuationToken;
        expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
      } while (ContinuationToken !== undefined);
      expect(seen).toEqual('Delimiter' in options ? ['a', 'b/', 'd', 'e/', 'ä', '\u{1f600}'] : names);
    },
  );

  it('starts after any key', async () => {
    expect(keys(await list({ StartAfter: `${root}b/2` }))).toEqual(names.slice(3));
  });

  it('encodes keys when asked', async () => {
    const page = await list({ EncodingType: 'url', StartAfter: `${root}e/4` });
    expect((page.Contents ?? []).map((object) => decodeURIComponent(object.Key ?? '').slice(root.length))).toEqual([
      'ä',
      '\u{1f600}',
    ]);
    expect(page.Contents?.[0]?.Key).toContain('%C3%A4');
  });
});

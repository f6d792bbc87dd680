import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { memoryFolder } from '../../../support/drivers/memory-folder.ts';
import { type LocalS3, startLocalS3 } from '../../../support/drivers/s3.ts';

let dataDir: string;
let said: string[];
beforeEach(() => {
  dataDir = memoryFolder('damaged-s3-');
  said = [];
  jest.spyOn(console, 'error').mockImplementation((text) => void said.push(String(text)));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(dataDir, { recursive: true, force: true });
});

const Bucket = 'media-bucket';
const get = async (s3: LocalS3, Key: string, Range?: string): Promise<Buffer> => {
  const { Body } = await s3.client({ maxAttempts: 1 }).send(new GetObjectCommand({ Bucket, Key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const blobs = () => readdirSync(join(dataDir, 'blobs')).map((name) => join(dataDir, 'blobs', name));

/** Stores the objects in one run, damages the files of some, and answers the next run. */
const storedThenDamaged = async (objects: Record<string, Buffer>, damage: Record<string, (file: string) => void>) => {
  const first = await startLocalS3({}, { dataDir });
  for (const [Key, Body] of Object.entries(objects))
    await first.client().send(new PutObjectCommand({ Bucket, Key, Body }));
  await first.stop();
  for (const [key, change] of Object.entries(damage)) {
    const file = blobs().find((each) => objects[key]?.equals(readFileSync(each)));
    if (file === undefined) throw new Error(`no file of ${key}`);
    change(file);
  }
  return startLocalS3({}, { dataDir });
};

const flip = (file: string): void => {
  const bytes = readFileSync(file);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(file, bytes);
};

describe('a disk that is nearly full', () => {
  it('takes no object, says so, and still serves and deletes what is there', async () => {
    const MIB = 1024 ** 2;
    let free = 1000 * MIB;
    const space = async () => ({ bavail: free, bsize: 1, blocks: 10_000 * MIB });
    const s3 = await startLocalS3({}, { dataDir, space });
    const client = s3.client();
    const put = (Key: string) => client.send(new PutObjectCommand({ Bucket, Key, Body: randomBytes(100_000) }));
    try {
      await put('before');
      free = 16 * MIB;
      const full = { name: 'InsufficientStorage', $metadata: { httpStatusCode: 507 } };
      await expect(put('now')).rejects.toMatchObject(full);
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
      const part = new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: randomBytes(1000) });
      await expect(client.send(part)).rejects.toMatchObject(full);
      expect(await get(s3, 'before')).toHaveLength(100_000);
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'before' }));
      free = 1000 * MIB;
      await put('now');
    } finally {
      await s3.stop();
    }
    expect(blobs()).toHaveLength(1);
  });
});

describe('an object whose file was damaged while nothing ran', () => {
  it('is not served, whole or in part or as a copy, and the objects beside it are', async () => {
    const objects = Object.fromEntries(
      ['whole', 'flipped', 'short', 'gone'].map((key) => [key, randomBytes(100_000)] as const),
    );
    const s3 = await storedThenDamaged(objects, {
      flipped: flip,
      short: (file) => truncateSync(file, 50_000),
      gone: (file) => rmSync(file),
    });
    try {
      const refused = { name: 'InternalError', $metadata: { httpStatusCode: 500 } };
      for (const key of ['flipped', 'short', 'gone']) {
        await expect(get(s3, key, 'bytes=0-9')).rejects.toMatchObject(refused);
        await expect(get(s3, key)).rejects.toThrow('The stored bytes of this object are damaged.');
        const copy = new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${key}` });
        await expect(s3.client({ maxAttempts: 1 }).send(copy)).rejects.toMatchObject(refused);
      }
      expect((await get(s3, 'whole')).equals(objects.whole ?? Buffer.alloc(0))).toBe(true);
    } finally {
      await s3.stop();
    }
    expect(said).toContainEqual(expect.stringMatching(/^S3: the bytes of 2 objects are missing or cut off/));
    expect(said).toContainEqual(expect.stringContaining(`The stored bytes of ${Bucket}/flipped are damaged`));
  });

  it('is compared part by part when it was joined from parts', async () => {
    const parts = [randomBytes(5 * 1024 ** 2), randomBytes(1000)];
    const first = await startLocalS3({}, { dataDir });
    const client = first.client();
    for (const Key of ['joined', 'flipped']) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const Parts = [];
      for (const [index, Body] of parts.entries()) {
        const PartNumber = index + 1;
        const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
        Parts.push({ ETag, PartNumber });
      }
      const MultipartUpload = { Parts };
      await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
      if (Key === 'joined') for (const file of blobs()) writeFileSync(`${file}.before`, '');
    }
    await first.stop();
    const own = blobs().filter((file) => !file.endsWith('.before') && !blobs().includes(`${file}.before`));
    expect(own).toHaveLength(2);
    for (const file of own.filter((each) => readFileSync(each).length === 1000)) flip(file);
    const s3 = await startLocalS3({}, { dataDir });
    try {
      expect((await get(s3, 'joined')).equals(Buffer.concat(parts))).toBe(true);
      await expect(get(s3, 'flipped')).rejects.toThrow('The stored bytes of this object are damaged.');
    } finally {
      await s3.stop();
    }
  });
});

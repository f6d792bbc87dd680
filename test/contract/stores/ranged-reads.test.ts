import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FileStore, s3Files } from '../../../functions/files/file-store.ts';
import { storedSource } from '../../../functions/shared/byte-source.ts';
import { cachedSource } from '../../../functions/shared/cached-source.ts';
import type { ContractS3 } from '../../support/drivers/s3.ts';
import { contractS3 } from '../../support/drivers/s3.ts';

const KIB = 1024;
let s3: ContractS3;
let files: FileStore;
beforeAll(async () => {
  s3 = await contractS3();
  files = s3Files(s3.bucket, s3.client());
});
afterAll(() => s3.stop());

describe('ranges of an object', () => {
  it('are the bytes that the object has there', async () => {
    const [key, bytes] = [randomUUID(), randomBytes(100)];
    await files.write(key, bytes, 'video/mp4');
    expect(Buffer.from((await files.readRange(key, 10, 5)) ?? [])).toEqual(bytes.subarray(10, 15));
    expect(Buffer.from((await files.readRange(key, 95, 50)) ?? [])).toEqual(bytes.subarray(95));
  });

  it('are undefined when the object is gone', async () => {
    expect(await files.readRange(randomUUID(), 0, 10)).toBeUndefined();
  });

  it('let a large object be looked at in few requests', async () => {
    const [key, bytes] = [randomUUID(), randomBytes(2048 * KIB)];
    await files.write(key, bytes, 'video/mp4');
    const source = cachedSource(storedSource(files, key, bytes.length), { blockSize: 64 * KIB });
    const end = bytes.length - 100;
    for (let at = 0; at < 1000; at += 8) await source.read(at, 8);
    expect(Buffer.from(await source.read(end, 200))).toEqual(bytes.subarray(end));
    expect(source.bytesRead).toBe(128 * KIB);
  });
});

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import type { LocalS3 } from '../../../support/drivers/s3.ts';
import { startLocalS3 } from '../../../support/drivers/s3.ts';

const credentials = { accessKeyId: 'OPERATORKEY', secretAccessKey: 'operator-secret' };
const script = new URL('../../../support/drivers/s3-process.ts', import.meta.url).pathname;

async function spawnServer(dataDir: string) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, endpoint: String(line).trim() };
}

const blobNames = (s3: Pick<LocalS3, 'dataDir'>) => readdir(join(s3.dataDir, 'blobs'));

describe('a server that is killed in the middle of uploads', () => {
  it('keeps every acknowledged object whole, shows no other, and still sends its notifications', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'mediashelf-s3-'));
    try {
      const { child, endpoint } = await spawnServer(dataDir);
      const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 1 });
      const bodies = new Map(
        Array.from({ length: 40 }, (_, index) => [`photo-${index}`, randomBytes(400_000 + index)]),
      );
      const acknowledged: string[] = [];
      const waiting = [...bodies];
      // Four at a time: sent all at once, they may all be acknowledged before the first answer is read.
      const lane = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [Key, Body] = next;
          await client.send(new PutObjectCommand({ Bucket: 'media-bucket', Key, Body }));
          acknowledged.push(Key);
          if (acknowledged.length === 8) child.kill('SIGKILL');
        }
      };
      await Promise.allSettled(Array.from({ length: 4 }, lane));
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      client.destroy();
      expect(acknowledged.length).toBeLessThan(40);

      const s3 = await startLocalS3({}, { dataDir });
      try {
        const { Contents = [] } = await s3.client().send(new ListObjectsV2Command({ Bucket: 'media-bucket' }));
        const visible = Contents.map((object) => object.Key ?? '');
        expect(visible).toEqual(expect.arrayContaining(acknowledged));
        for (const Key of visible) {
          const object = await s3.client().send(new GetObjectCommand({ Bucket: 'media-bucket', Key }));
          const body = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
          expect(createHash('md5').update(body).digest('hex')).toBe(
            createHash('md5')
              .update(bodies.get(Key) ?? '')
              .digest('hex'),
          );
        }
        await s3.notificationsDelivered();
        const announced = s3.delivered.map((message) => JSON.parse(message.body).Records[0].s3.object.key);
        expect(announced.sort()).toEqual([...visible].sort());
        await s3.stop();
        expect(await blobNames({ dataDir })).toHaveLength(visible.length);
      } finally {
        await s3.stop().catch(() => undefined);
      }
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});

describe('a stored file', () => {
  it('goes when its object is replaced or deleted, or when a write is refused', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'mediashelf-s3-'));
    const s3 = await startLocalS3({}, { dataDir });
    const object = { Bucket: s3.bucket, Key: 'k' };
    await s3.client().send(new PutObjectCommand({ ...object, Body: 'first' }));
    await s3.client().send(new PutObjectCommand({ ...object, Body: 'second' }));
    await expect(
      s3.client().send(new PutObjectCommand({ ...object, Body: 'x', ChecksumSHA256: `${'A'.repeat(43)}=` })),
    ).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'other', Body: 'x' }));
    await s3.client().send(new DeleteObjectCommand(object));
    expect((await s3.client().send(new ListObjectsV2Command({ Bucket: s3.bucket }))).KeyCount).toBe(1);
    await s3.stop();
    expect(await blobNames(s3)).toHaveLength(1);
    await rm(s3.dataDir, { recursive: true });
  });

  it('outlives its object while a request reads it', async () => {
    const s3 = await startLocalS3();
    const [Bucket, body] = [s3.bucket, randomBytes(16_000_000)];
    await s3.client().send(new PutObjectCommand({ Bucket, Key: 'k', Body: body }));
    const { Body } = await s3.client().send(new GetObjectCommand({ Bucket, Key: 'k' }));
    await s3.client().send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    await s3.stop();
  });

  it('that no object refers to is removed at the next start', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'mediashelf-s3-'));
    const first = await startLocalS3({}, { dataDir });
    await first.client().send(new PutObjectCommand({ Bucket: first.bucket, Key: 'k', Body: 'kept' }));
    await first.stop();
    await writeFile(join(dataDir, 'blobs', 'left-by-a-crash'), 'x');
    const second = await startLocalS3({}, { dataDir });
    const { Body } = await second.client().send(new GetObjectCommand({ Bucket: second.bucket, Key: 'k' }));
    expect(await Body?.transformToString()).toBe('kept');
    await second.stop();
    expect(await readdir(join(dataDir, 'blobs'))).not.toContain('left-by-a-crash');
    await rm(dataDir, { recursive: true });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Delivered, LocalS3 } from '../../../support/drivers/s3.ts';
import { startLocalS3 } from '../../../support/drivers/s3.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:processing';
const notifying = {
  NotificationConfiguration: {
    QueueConfigurations: [
      {
        Event: 's3:ObjectCreated:*',
        Queue: QUEUE,
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'originals/' }] } },
      },
      {
        Events: ['s3:ObjectRemoved:*'],
        QueueArn: QUEUE,
        Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'originals/' }] } },
      },
    ],
  },
};

const record = (message: Delivered | undefined) => JSON.parse(message?.body ?? '{}').Records[0];
const running: LocalS3[] = [];
const start = async (...settings: Parameters<typeof startLocalS3>) => {
  const s3 = await startLocalS3(...settings);
  running.push(s3);
  return s3;
};
afterEach(async () => {
  for (const s3 of running.splice(0)) await s3.stop();
});

describe('a notification', () => {
  it('tells of every way to create or remove an object under its prefix', async () => {
    const s3 = await start(notifying);
    const [client, Bucket] = [s3.client(), s3.bucket];
    const Key = 'originals/a b+ü.png';
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'abc' }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'renditions/x', Body: 'abc' }));
    await client.send(new CopyObjectCommand({ Bucket, Key: 'originals/copy', CopySource: `${Bucket}/renditions/x` }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'part' }));
    await client.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      }),
    );
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await s3.notificationsDelivered();

    const records = s3.delivered.map(record);
    expect(records.map((entry) => entry.eventName)).toEqual([
      'ObjectCreated:Put',
      'ObjectCreated:Copy',
      'ObjectCreated:CompleteMultipartUpload',
      'ObjectRemoved:Delete',
    ]);
    expect(records[0]).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      s3: {
        s3SchemaVersion: '1.0',
        bucket: { name: Bucket, arn: `arn:aws:s3:::${Bucket}` },
        object: { key: 'originals/a+b%2B%C3%BC.png', size: 3, eTag: ETag?.replaceAll('"', '') },
      },
    });
    expect(records[3].s3.object.size).toBeUndefined();
    const sequencers = records.map((entry) => entry.s3.object.sequencer);
    expect(sequencers).toEqual([...sequencers].sort());
    expect(new Set(sequencers).size).toBe(sequencers.length);
    expect(s3.delivered.every((message) => message.queueArn === QUEUE)).toBe(true);
  });

  it('is not sent for a write that is refused', async () => {
    const s3 = await start(notifying);
    const put = () =>
      s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'originals/x', Body: 'a', IfNoneMatch: '*' }));
    await put();
    await expect(put()).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await s3.notificationsDelivered();
    expect(s3.delivered).toHaveLength(1);
  });

  it('is sent again until its queue takes it', async () => {
    let refusals = 2;
    const taken: string[] = [];
    const s3 = await start(notifying, {
      notify: async (_queue, body) => {
        refusals -= 1;
        if (refusals >= 0) throw new Error('the queue is not there yet');
        taken.push(body);
      },
    });
    await s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'originals/x', Body: 'a' }));
    await s3.notificationsDelivered();
    expect(taken).toHaveLength(1);
  });

  it('that no queue took before a stop is delivered after the next start, once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'mediashelf-s3-'));
    try {
      const deaf = await startLocalS3(notifying, { dataDir, notify: () => Promise.reject(new Error('no queue')) });
      await deaf.client().send(new PutObjectCommand({ Bucket: deaf.bucket, Key: 'originals/kept', Body: 'a' }));
      await deaf.stop();
      for (const expected of [['originals/kept'], []]) {
        const s3 = await startLocalS3(notifying, { dataDir });
        await s3.notificationsDelivered();
        expect(s3.delivered.map((message) => record(message).s3.object.key)).toEqual(expected);
        await s3.stop();
      }
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});

describe('lifecycle rules', () => {
  it('expire objects and abort uploads of their prefix when the time has come', async () => {
    let now = new Date();
    const s3 = await start(
      {
        LifecycleConfiguration: {
          Rules: [
            { Status: 'Enabled', Prefix: 'tmp/', ExpirationInDays: 1 },
            { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } },
            { Status: 'Disabled', ExpirationInDays: 1 },
          ],
        },
      },
      { clock: () => now },
    );
    for (const Key of ['tmp/x', 'kept'])
      await s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body: 'a' }));
    await s3.client().send(new CreateMultipartUploadCommand({ Bucket: s3.bucket, Key: 'video' }));
    expect(s3.applyLifecycle()).toEqual({ expiredObjects: 0, abortedUploads: 0 });
    now = new Date(now.getTime() + 3 * 86_400_000);
    expect(s3.applyLifecycle()).toEqual({ expiredObjects: 1, abortedUploads: 1 });
    expect(s3.applyLifecycle()).toEqual({ expiredObjects: 0, abortedUploads: 0 });
  });
});

/** Runs a local S3 in a process of its own, for tests that kill it: `node s3-process.ts DIR`; prints its address. */
import { bucketFromTemplate } from '../../../local/s3/buckets.ts';
import { startS3 } from '../../../local/s3/server.ts';

const [dataDir = ''] = process.argv.slice(2);
const principal = { arn: 'arn:aws:iam::000000000000:root' };
const server = await startS3({
  dataDir,
  port: 0,
  access: { lookup: () => ({ secretAccessKey: 'operator-secret', principal }), authorize: () => undefined },
  buckets: [
    bucketFromTemplate('media-bucket', {
      NotificationConfiguration: {
        QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: 'arn:aws:sqs:us-east-1:000000000000:q' }],
      },
    }),
  ],
  // No consumer listens, so every notification has to be there after the kill.
  notify: () => new Promise(() => undefined),
});
process.stdout.write(`${server.url}\n`);

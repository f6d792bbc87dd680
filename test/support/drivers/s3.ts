import { rm } from 'node:fs/promises';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { CreateBucketCommand, PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import { it } from '@jest/globals';
import type { AccessControl, Principal } from '../../../local/ports.ts';
import { AwsError } from '../../../local/ports.ts';
import type { BucketProperties } from '../../../local/s3/buckets.ts';
import { bucketFromTemplate } from '../../../local/s3/buckets.ts';
import type { S3Options, S3Server } from '../../../local/s3/server.ts';
import { startS3 } from '../../../local/s3/server.ts';
import { memoryFolder } from './memory-folder.ts';

/*
 * The contract suite runs against the local S3 unless S3_ENDPOINT names another (with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY).
 * S3_ENGINE=ceph skips, by name, the cases that Ceph's gateway is known to lack.
 */
const EXTERNAL = process.env.S3_ENDPOINT;

/** Features that an engine may lack, and why a case for one is skipped there. */
const LACKS = {
  ceph: {
    'checksum enforcement': 'this version of Ceph stores objects without looking at x-amz-checksum-sha256',
    'unsigned header refusal': 'Ceph takes x-amz- headers that the signature does not cover',
    'conditional completion': 'this version of Ceph ignores If-None-Match when it completes an upload',
    'conditional copy': 'this version of Ceph ignores If-None-Match when it copies an object',
    'form etag': 'this version of Ceph answers a form without the header ETag',
    'partial completion': 'Ceph wants every uploaded part in the list',
    'completion etag': 'this version of Ceph answers the first completion with an empty ETag',
    'part number bounds': 'Ceph stores parts with the numbers 0 and 10,001',
    'part order': 'Ceph sorts the parts of a completion instead of refusing their order',
    'unknown upload code': 'Ceph answers some requests to unknown uploads with NoSuchKey',
  },
} as const satisfies Record<string, Record<string, string>>;

type Feature = keyof (typeof LACKS)['ceph'];

/** `it` for a case that needs a feature; where the engine lacks it, the case is skipped and its title says why. */
export function itNeeds(feature: Feature) {
  const reason: string | undefined = EXTERNAL && process.env.S3_ENGINE === 'ceph' ? LACKS.ceph[feature] : undefined;
  return (title: string, test: () => Promise<void>): void =>
    reason ? it.skip(`${title} (skipped: ${reason})`, test) : it(title, test);
}

const OPERATOR = { accessKeyId: 'OPERATORKEY', secretAccessKey: 'operator-secret' };
const READER = { accessKeyId: 'READERKEY', secretAccessKey: 'reader-secret' };

/** The operator may do everything; the reader may do what `readerMay` lists as `action resource-prefix`. */
export function testAccess(readerMay: readonly string[] = []): AccessControl {
  const operator: Principal = { arn: 'arn:aws:iam::000000000000:root' };
  const reader: Principal = { arn: 'arn:aws:iam::000000000000:role/Reader', roleLogicalId: 'Reader' };
  return {
    lookup(accessKeyId) {
      if (accessKeyId === OPERATOR.accessKeyId) return { ...OPERATOR, principal: operator };
      return accessKeyId === READER.accessKeyId ? { ...READER, principal: reader } : undefined;
    },
    authorize(principal, action, resource) {
      const allowed = readerMay.some((grant) => {
        const [grantedAction, prefix = ''] = grant.split(' ');
        return action === grantedAction && resource.startsWith(prefix);
      });
      if (principal.roleLogicalId === undefined || allowed) return;
      throw new AwsError(
        'AccessDenied',
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: "${resource}"`,
        403,
      );
    },
  };
}

/** A message in a queue. */
export interface Delivered {
  readonly queueArn: string;
  readonly body: string;
}

/** A local S3 with one bucket on a folder of its own. */
export interface LocalS3 extends S3Server {
  readonly bucket: string;
  readonly dataDir: string;
  readonly delivered: readonly Delivered[];
  client(config?: Partial<S3ClientConfig>): S3Client;
  /** A client with the credentials of the role that `readerMay` describes. */
  readerClient(): S3Client;
}

/** Makes clients of one endpoint, and closes their connections together. */
function clientsOf(endpoint: string, defaults: Partial<S3ClientConfig>) {
  const made: S3Client[] = [];
  return {
    make(config: Partial<S3ClientConfig> = {}): S3Client {
      const client = new S3Client({
        endpoint,
        region: 'us-east-1',
        forcePathStyle: true,
        maxAttempts: 1,
        ...defaults,
        ...config,
      });
      made.push(client);
      return client;
    },
    destroy() {
      for (const client of made) client.destroy();
    },
  };
}

/** Starts a local S3; with `dataDir` it uses the data of an earlier one, otherwise its folder is removed when it stops. */
export async function startLocalS3(
  properties: BucketProperties = {},
  options: Partial<S3Options> & { readerMay?: readonly string[] } = {},
): Promise<LocalS3> {
  const bucket = 'media-bucket';
  const dataDir = options.dataDir ?? memoryFolder('s3-of-tests-');
  const delivered: Delivered[] = [];
  const server = await startS3({
    dataDir,
    port: 0,
    access: testAccess(options.readerMay),
    buckets: [bucketFromTemplate(bucket, properties)],
    notify: async (queueArn, body) => void delivered.push({ queueArn, body }),
    ...options,
  });
  const clients = clientsOf(server.url, { credentials: OPERATOR });
  return {
    ...server,
    bucket,
    dataDir,
    delivered,
    client: clients.make,
    readerClient: () => clients.make({ credentials: READER }),
    async stop() {
      clients.destroy();
      await server.stop();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true });
    },
  };
}

/** The S3 that the contract suite runs against. */
export interface ContractS3 {
  readonly endpoint: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  client(config?: Partial<S3ClientConfig>): S3Client;
  stop(): Promise<void>;
}

/** CORS of the contract bucket. */
export const CONTRACT_CORS = {
  AllowedOrigins: ['https://app.example', 'https://*.preview.example'],
  AllowedMethods: ['GET', 'PUT'],
  AllowedHeaders: ['content-type', 'x-amz-*', 'if-none-match'],
  ExposedHeaders: ['ETag'],
  MaxAge: 300,
};

/** The local S3, or the one that S3_ENDPOINT names with a fresh bucket. */
export async function contractS3(): Promise<ContractS3> {
  if (!EXTERNAL) {
    const local = await startLocalS3({ CorsConfiguration: { CorsRules: [CONTRACT_CORS] } });
    return { endpoint: local.url, bucket: local.bucket, credentials: OPERATOR, client: local.client, stop: local.stop };
  }
  const credentials = {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  };
  const clients = clientsOf(EXTERNAL, { credentials });
  const client = clients.make;
  const bucket = `contract-${Date.now().toString(36)}-${process.pid}`;
  await client().send(new CreateBucketCommand({ Bucket: bucket }));
  const { ExposedHeaders, MaxAge, ...rule } = CONTRACT_CORS;
  const CORSRules = [{ ...rule, ExposeHeaders: ExposedHeaders, MaxAgeSeconds: MaxAge }];
  await client().send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules } }));
  return { endpoint: EXTERNAL, bucket, credentials, client, stop: async () => clients.destroy() };
}

/** Code in the error document of an answer. */
export async function errorCode(response: Response): Promise<string | undefined> {
  return /<Code>([^<]+)<\/Code>/.exec(await response.text())?.[1];
}

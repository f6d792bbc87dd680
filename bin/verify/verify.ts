import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findingsIn } from './findings.ts';
import { checkRanks } from './ranks.ts';
import { listObjects, oldParts, readItems } from './read-library.ts';
import { checkTerms } from './tags.ts';

/** How a library is read. */
export interface Library {
  readonly dynamo: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly table: string;
  readonly bucket: string;
}

export interface VerifyOptions {
  /** Terms and ranks are compared as well, which are most of the table. */
  readonly withSearch: boolean;
  /** Waits between the two looks, in which what is under way ends. */
  readonly settle: () => Promise<unknown>;
  readonly clock: () => Date;
}

const HOUR = 3_600_000;
/** The sweep removes objects without a record after a day. */
const YOUNG_MS = 24 * HOUR;
const OLD_PARTS_MS = 48 * HOUR;

const look = async (
  { dynamo, s3, table, bucket }: Library,
  { withSearch, clock }: VerifyOptions,
): Promise<readonly string[]> => {
  const now = clock().getTime();
  const items = await readItems(dynamo, table, { isAll: withSearch });
  const [objects, parts] = await Promise.all([
    listObjects(s3, bucket),
    oldParts(s3, bucket, new Date(now - OLD_PARTS_MS)),
  ]);
  const all = [...items];
  return [
    ...findingsIn({ items, objects, youngSince: new Date(now - YOUNG_MS) }),
    ...parts.map((key) => `an upload in parts of ${key} is older than two days`),
    ...(withSearch ? [...checkTerms(all), ...checkRanks(all)] : []),
  ];
};

/**
 * What does not add up in a running library. It is read twice, and only what both looks find counts: between the reads of a look
 * the library goes on, and what is under way looks like a fault. Nothing is written.
 */
export const verify = async (library: Library, options: VerifyOptions): Promise<readonly string[]> => {
  const first = await look(library, options);
  if (first.length === 0) return [];
  await options.settle();
  const second = new Set(await look(library, options));
  return [...new Set(first)].filter((line) => second.has(line));
};

/** The library of a deployment. */
export const openLibrary = (
  client: ConstructorParameters<typeof DynamoDBClient>[0] & object,
  { table, bucket, s3Endpoint }: { readonly table: string; readonly bucket: string; readonly s3Endpoint?: string },
): Library => ({
  dynamo: DynamoDBDocumentClient.from(new DynamoDBClient(client)),
  s3: new S3Client({ ...(client as object), ...(s3Endpoint ? { endpoint: s3Endpoint, forcePathStyle: true } : {}) }),
  table,
  bucket,
});

import { ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { ListedObject } from './findings.ts';

type Item = Record<string, unknown>;

/** Items of other parts: search, ranks, events, calls and connections. They are most of a table, and are not compared. */
const APART =
  /^(?:TERM|TERMS|RANK|CHANNEL|SEEN|RATE|IDEMPOTENCY|ATTEMPTS|CLAIMS|CONNECTION|CONNECTIONS|ENDED|ROOMS|WEBHOOK|TICKET|SESSION)#/;
/** Attributes that no check reads, and that can be long. */
const LONG = ['description', 'caption', 'alt', 'words', 'soFar', 'metadata'] as const;

const slim = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !LONG.some((each) => each === name)));

/** The items of a table, read page by page and strongly consistent. */
export const readItems = async (
  dynamo: DynamoDBDocumentClient,
  table: string,
  { isAll = false }: { readonly isAll?: boolean } = {},
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await dynamo.send(new ScanCommand({ TableName: table, ExclusiveStartKey, ConsistentRead: true }));
    const kept = (page.Items ?? []).filter(({ pk }) => isAll || !APART.test(String(pk)));
    items.push(...(isAll ? kept : kept.map(slim)));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
};

/** The object by which table and bucket know each other; it is no object of the library. */
const MARK = 'generation';

/** The objects of the library below a prefix. */
export const listObjects = async (s3: S3Client, bucket: string, prefix = ''): Promise<readonly ListedObject[]> => {
  const objects: ListedObject[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }));
    for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
      if (Key !== MARK) objects.push({ key: Key, size: Size, lastModified: LastModified });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return objects;
};

/** Keys of unfinished uploads of S3 that began before a time. */
export const oldParts = async (s3: S3Client, bucket: string, before: Date): Promise<readonly string[]> => {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.filter(({ Initiated }) => Initiated && Initiated < before).map(({ Key = '' }) => Key);
};

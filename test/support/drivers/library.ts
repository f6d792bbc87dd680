import { rm } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MediaRecord } from '../../../functions/domain/media.ts';
import { NO_RECORD_TEXTS } from '../../../functions/domain/record-fields.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { s3Files } from '../../../functions/files/file-store.ts';
import { openTable, type Table } from '../../../functions/table/table.ts';
import { s3Parts } from '../../../functions/uploads/part-store.ts';
import { startEngine } from '../../../local/dynamodb/engine.ts';
import { createEngineClient } from '../../../local/dynamodb/engine-client.ts';
import { openStreamFile } from '../../../local/dynamodb/stream-file.ts';
import { ensureTables } from '../../../local/dynamodb/tables.ts';
import { readTables } from '../../../local/template/data.ts';
import { loadStack } from '../../../local/template/stack.ts';
import { synthesize } from '../../infra/synthesized.ts';
import { memoryFolder } from './memory-folder.ts';
import { operator } from './operator.ts';
import type { Ready } from './runtime.ts';
import { startLocalS3 } from './s3.ts';

/** The library table on the real engine, as the template describes it, and a bucket beside it. */
export const startLibrary = async () => {
  const folder = memoryFolder('library-of-tests-');
  const { outdir } = await synthesize();
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  // An engine that runs already serves several test files at once: each has a table of its own there.
  const ownName = (name: string): string => (endpoint ? `${name}-${crypto.randomUUID()}` : name);
  const tables = readTables(loadStack(outdir)).map((table) => ({ ...table, name: ownName(table.name) }));
  const engine = await startEngine({ folder, onExit: () => {}, ...(endpoint ? { endpoint } : {}) });
  await ensureTables(createEngineClient(engine.url), tables);
  if (engine.file) openStreamFile(engine.file).close();
  const s3 = await startLocalS3();
  const credentials = { accessKeyId: 'OPERATORKEY', secretAccessKey: 'operator-secret' };
  const dynamo = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: engine.url, region: 'us-east-1', credentials }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  const table: Table = openTable(tables[0]?.name ?? '', dynamo);
  const ready = {
    ...credentials,
    s3: s3.url,
    dynamodb: engine.url,
    aws: engine.url,
    bucket: s3.bucket,
    region: 'us-east-1',
    table: table.name,
  };
  const client = s3.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  return {
    table,
    dynamo,
    s3,
    files: s3Files(s3.bucket, client),
    parts: s3Parts(s3.bucket, client),
    ops: operator(ready as Ready),
    /** Stores an object as a presigned PUT does, with any headers of its sender. */
    put: async (key: string, bytes: Uint8Array, said: Omit<PutObjectCommandInput, 'Bucket' | 'Key' | 'Body'>) => {
      await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: bytes, ...said }));
    },
    stop: async () => {
      await Promise.all([engine.stop(), s3.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type Library = Awaited<ReturnType<typeof startLibrary>>;

/** An active record with everything set that tests do not care about. */
export const aRecord = (fields: Partial<MediaRecord> = {}): MediaRecord => {
  const id = fields.id ?? crypto.randomUUID();
  const createdAt = fields.createdAt ?? '2026-01-01T00:00:00.000Z';
  return {
    id,
    teamId: 'team',
    userId: 'user',
    state: 'active',
    kind: 'image',
    filename: 'photo.jpg',
    fileSize: 1000,
    mimeType: 'image/jpeg',
    externalUrl: null,
    fileVersion: `version-${id}`,
    width: 40,
    height: 30,
    duration: null,
    orientation: 1,
    frames: 1,
    ...NO_RECORD_TEXTS,
    visibility: 'shared',
    checksum: `checksum-${id}`,
    thumbhash: null,
    dominantColor: null,
    focalX: null,
    focalY: null,
    tagIds: [],
    renditions: {},
    version: 1,
    createdAt,
    updatedAt: createdAt,
    deletedAt: null,
    ...fields,
  };
};

/** A pending upload session. */
export const aSession = (fields: Partial<UploadSession> = {}): UploadSession => ({
  id: crypto.randomUUID(),
  mediaId: crypto.randomUUID(),
  teamId: 'team',
  userId: 'user',
  kind: 'document',
  filename: 'a.txt',
  fileSize: 5,
  mimeType: 'text/plain',
  sha256: null,
  ...NO_RECORD_TEXTS,
  tagIds: [],
  visibility: 'shared',
  status: 'pending',
  code: null,
  message: null,
  multipart: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T01:00:00.000Z',
  ...fields,
});

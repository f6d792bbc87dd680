import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEngineClient, type EngineClient } from '../../../local/dynamodb/engine-client.ts';
import { type LaggingIndexes, startLaggingIndexes } from '../../../local/dynamodb/lagging-indexes.ts';
import type { FaultRule } from '../../../local/faults/plan.ts';
import { readTables } from '../../../local/template/data.ts';
import { loadStack } from '../../../local/template/stack.ts';
import { callService } from '../../support/drivers/local-stack/call-service.ts';
import {
  eventually,
  type LocalStack,
  runLocalStack,
  synthesize,
  temporaryFolder,
} from '../../support/drivers/local-stack/run.ts';

let stack: LocalStack;
let engine: EngineClient;
let s3: S3Client;
const plan = join(temporaryFolder(), 'plan.json');
/** Each plan has a marker of its own, by which the test sees that it is in force. */
let plans = 0;
const putInForce = async (...faults: readonly FaultRule[]): Promise<void> => {
  plans += 1;
  const marker = { service: 'secrets', call: 'ListSecrets', about: `plan-${plans}`, do: 'throttle' } as const;
  writeFileSync(plan, JSON.stringify({ seed: plans, faults: [marker, ...faults] }));
  const asked = () =>
    callService(stack.runtime, 'secretsmanager', 'secretsmanager.ListSecrets', { is: `plan-${plans}` });
  await eventually(async () => {
    const code = await asked().then(
      () => 'answered',
      ({ code: name }) => name,
    );
    return code === 'ThrottlingException' ? code : undefined;
  }, stack);
};

beforeAll(async () => {
  writeFileSync(plan, '{}');
  stack = await runLocalStack({ faults: plan });
  engine = createEngineClient(stack.runtime.engineUrl);
  const { addresses, operator } = stack.runtime;
  const shared = { region: 'us-east-1', credentials: operator, maxAttempts: 1 };
  s3 = new S3Client({ ...shared, endpoint: addresses.s3, forcePathStyle: true });
});
afterAll(() => stack.stop());

let pk: string;
beforeEach(() => {
  pk = crypto.randomUUID();
});
const table = (operation: string, input: object) =>
  callService(stack.runtime, 'dynamodb', `DynamoDB_20120810.${operation}`, {
    TableName: stack.output('TableName'),
    ...input,
  });
const key = () => ({ pk: { S: pk }, sk: { S: 'A' } });
const count = () =>
  table('UpdateItem', {
    Key: key(),
    UpdateExpression: 'ADD amount :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
const amount = async (): Promise<string | undefined> => {
  const { Item } = await engine('GetItem', { TableName: stack.output('TableName'), Key: key() });
  return (Item as { amount?: { N?: string } } | undefined)?.amount?.N;
};

describe('a call of the table', () => {
  it('is refused or throttled, and nothing is done', async () => {
    await putInForce(
      { service: 'table', call: 'UpdateItem', do: 'refuse', times: 1 },
      { service: 'table', call: 'UpdateItem', do: 'throttle', times: 1 },
    );
    await expect(count()).rejects.toMatchObject({ code: 'InternalServerError', status: 500 });
    await expect(count()).rejects.toMatchObject({ code: 'ProvisionedThroughputExceededException', status: 400 });
    expect(await amount()).toBeUndefined();
    await count();
    expect(await amount()).toBe('1');
  });

  it('is done, and its answer is lost', async () => {
    await putInForce({ service: 'table', call: 'UpdateItem', about: pk, do: 'lose-answer', times: 1 });
    await expect(count()).rejects.toThrow();
    expect(await amount()).toBe('1');
  });

  it('is done twice', async () => {
    await putInForce({ service: 'table', call: 'UpdateItem', about: pk, do: 'twice', times: 1 });
    await count();
    expect(await amount()).toBe('2');
  });
});

describe('a request to the bucket', () => {
  it('is refused, or done with its answer lost', async () => {
    const place = { Bucket: stack.output('BucketName'), Key: pk };
    await putInForce(
      { service: 'bucket', call: 'PUT', about: pk, do: 'throttle', times: 1 },
      { service: 'bucket', call: 'PUT', about: pk, do: 'lose-answer', times: 1 },
    );
    const put = () => s3.send(new PutObjectCommand({ ...place, Body: 'bytes' }));
    await expect(put()).rejects.toMatchObject({ name: 'SlowDown' });
    await expect(s3.send(new GetObjectCommand(place))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(put()).rejects.toThrow();
    const { Body } = await s3.send(new GetObjectCommand(place));
    expect(await Body?.transformToString()).toBe('bytes');
  });
});

describe('a change of the table', () => {
  it('is delivered twice, and again when the answer of the function was lost', async () => {
    const seen = async () => {
      const Key = { pk: { S: `STREAM#MEDIA#${pk}` } };
      const { Item } = await engine('GetItem', { TableName: stack.output('SeenTableName'), Key });
      return Number((Item as { times?: { N?: string } } | undefined)?.times?.N ?? 0);
    };
    await putInForce({ service: 'delivery', about: pk, do: 'twice', times: 1 });
    await table('PutItem', { Item: { pk: { S: `MEDIA#${pk}` }, sk: { S: 'x' } } });
    await eventually(async () => ((await seen()) >= 2 ? true : undefined), stack);
    expect(await seen()).toBe(2);
  });
});

describe('an index that lags', () => {
  const outdir = synthesize();
  const waiting: (() => void)[] = [];
  let indexes: LaggingIndexes;
  let copy: EngineClient;
  const tables = readTables(loadStack(outdir));
  const TableName = () => stack.output('TableName');
  const query = () => ({
    TableName: TableName(),
    IndexName: 'byName',
    KeyConditionExpression: '#name = :name',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: { ':name': { S: pk } },
  });
  const found = async () => ((await copy('Query', query())) as { Count: number }).Count;
  const write = async (operation: string, body: object) => {
    await engine(operation, { TableName: TableName(), ...body });
    indexes.answered(operation, { TableName: TableName(), ...body });
  };

  beforeAll(async () => {
    await engine('PutItem', { TableName: TableName(), Item: { ...key(), name: { S: 'from before' } } });
    indexes = await startLaggingIndexes({
      folder: temporaryFolder(),
      tables: () => tables,
      client: engine,
      lag: () => new Promise((resolve) => waiting.push(resolve)),
      onFailure: (error) => {
        throw error;
      },
    });
    copy = createEngineClient(String(indexes.addressFor('Query', query())));
  });
  afterAll(() => indexes.stop());

  it('shows an item, its change and its end later than the table', async () => {
    const next = () => waiting.shift()?.();
    await write('PutItem', { Item: { ...key(), name: { S: pk } } });
    expect(await found()).toBe(0);
    next();
    await eventually(async () => ((await found()) === 1 ? true : undefined), stack);
    await write('DeleteItem', { Key: key() });
    expect(await found()).toBe(1);
    next();
    await eventually(async () => ((await found()) === 0 ? true : undefined), stack);
  });

  it('is read in place of the table for an index alone, and has what was there before', async () => {
    expect(indexes.addressFor('Query', { TableName: TableName() })).toBeUndefined();
    expect(indexes.addressFor('GetItem', {})).toBeUndefined();
    const { Count } = await copy('Query', { ...query(), ExpressionAttributeValues: { ':name': { S: 'from before' } } });
    expect(Count).toBe(1);
  });
});

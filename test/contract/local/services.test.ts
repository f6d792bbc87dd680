import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEngineClient } from '../../../local/dynamodb/engine-client.ts';
import { expireItems } from '../../../local/dynamodb/expiry.ts';
import { openStreamFile } from '../../../local/dynamodb/stream-file.ts';
import { createStreamReader } from '../../../local/dynamodb/stream-reader.ts';
import { readTables } from '../../../local/template/data.ts';
import { loadStack } from '../../../local/template/stack.ts';
import { callService } from '../../support/drivers/local-stack/call-service.ts';
import { type LocalStack, runLocalStack, synthesize, type Template } from '../../support/drivers/local-stack/run.ts';

let stack: LocalStack;
const outdir = synthesize((template: Template) => {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::Lambda::EventSourceMapping') Properties.Enabled = false;
  }
});
beforeAll(async () => {
  stack = await runLocalStack({ outdir });
});
afterAll(() => stack.stop());

const sqs = (operation: string, input: object): Promise<Record<string, unknown>> =>
  callService(stack.runtime, 'sqs', `AmazonSQS.${operation}`, { QueueUrl: stack.output('QueueUrl'), ...input });

describe('SQS', () => {
  it('sends, receives once within the visibility timeout, and deletes', async () => {
    const sent = await sqs('SendMessage', {
      MessageBody: 'hello',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } },
    });
    expect(sent).toMatchObject({ MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });
    const { Messages } = (await sqs('ReceiveMessage', { MaxNumberOfMessages: 10 })) as {
      Messages: Record<string, unknown>[];
    };
    expect(Messages).toMatchObject([
      {
        Body: 'hello',
        MessageId: sent.MessageId,
        Attributes: { ApproximateReceiveCount: '1' },
        MessageAttributes: { kind: { StringValue: 'greeting' } },
      },
    ]);
    expect(await sqs('ReceiveMessage', {})).toEqual({});
    await sqs('DeleteMessage', { ReceiptHandle: Messages[0]?.ReceiptHandle });
    const { Attributes } = await sqs('GetQueueAttributes', { AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      VisibilityTimeout: '3',
    });
  });

  it('answers a waiting receive as soon as a message comes', async () => {
    const waiting = sqs('ReceiveMessage', { WaitTimeSeconds: 20 });
    await sqs('SendMessage', { MessageBody: 'at last' });
    expect(await waiting).toMatchObject({ Messages: [{ Body: 'at last' }] });
    await sqs('PurgeQueue', {});
  });

  it('gives a message back at once when its visibility is set to nothing, and later when it is delayed', async () => {
    await sqs('SendMessage', { MessageBody: 'again', DelaySeconds: 1 });
    expect(await sqs('ReceiveMessage', {})).toEqual({});
    const first = (await sqs('ReceiveMessage', { WaitTimeSeconds: 10 })) as { Messages: { ReceiptHandle: string }[] };
    await sqs('ChangeMessageVisibility', { ReceiptHandle: first.Messages[0]?.ReceiptHandle, VisibilityTimeout: 0 });
    expect(await sqs('ReceiveMessage', {})).toMatchObject({
      Messages: [{ Attributes: { ApproximateReceiveCount: '2' } }],
    });
    await sqs('PurgeQueue', {});
  });

  it('reports each entry of a batch', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'empty', MessageBody: '' },
    ];
    expect(await sqs('SendMessageBatch', { Entries })).toMatchObject({
      Successful: [{ Id: 'good' }],
      Failed: [{ Id: 'empty', Code: 'MissingParameter' }],
    });
    await sqs('PurgeQueue', {});
  });

  it('names a queue that does not exist', async () => {
    await expect(
      sqs('SendMessage', { QueueUrl: 'http://x/000000000000/none', MessageBody: 'a' }),
    ).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
  });
});

describe('Secrets Manager', () => {
  it('keeps the version before the current one', async () => {
    const client = new SecretsManagerClient({
      endpoint: stack.runtime.addresses.aws,
      region: 'us-east-1',
      credentials: stack.runtime.operator,
    });
    const SecretId = stack.output('SecretArn');
    const first = await client.send(new GetSecretValueCommand({ SecretId }));
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'rotated' }));
    const current = await client.send(new GetSecretValueCommand({ SecretId }));
    const previous = await client.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' }));
    const byId = await client.send(new GetSecretValueCommand({ SecretId, VersionId: first.VersionId }));
    expect(current.SecretString).toBe('rotated');
    expect(previous.SecretString).toBe(first.SecretString);
    expect(byId.SecretString).toBe(first.SecretString);
    client.destroy();
  });
});

describe('Lambda', () => {
  it('is invoked by name, and reports a failed function in a header', async () => {
    const path = `/2015-03-31/functions/${stack.output('OperationsName')}/invocations`;
    expect(await callService(stack.runtime, 'lambda', '', { do: 'echo', value: { a: 1 } }, path)).toEqual({ a: 1 });
    expect(await callService(stack.runtime, 'lambda', '', { do: 'fail', message: 'no' }, path)).toMatchObject({
      errorMessage: 'no',
    });
  });
});

describe('DynamoDB', () => {
  const put = (pk: string, more: object = {}): Promise<unknown> =>
    callService(stack.runtime, 'dynamodb', 'DynamoDB_20120810.PutItem', {
      TableName: stack.output('TableName'),
      Item: { pk: { S: pk }, sk: { S: 'x' }, ...more },
    });

  it("passes on the engine's refusals as they are", async () => {
    await expect(
      callService(stack.runtime, 'dynamodb', 'DynamoDB_20120810.PutItem', {
        TableName: stack.output('TableName'),
        Item: { pk: { S: 'a' } },
      }),
    ).rejects.toMatchObject({ code: 'ValidationException', status: 400 });
  });

  it('deletes items whose time to live has passed, and spares those of long ago', async () => {
    const client = createEngineClient(stack.runtime.engineUrl);
    const table = readTables(loadStack(outdir)).find(({ name }) => name === stack.output('TableName'));
    if (table === undefined) throw new Error('the fixture has no table');
    const now = new Date();
    const seconds = Math.floor(now.getTime() / 1000);
    await put('expired', { ttl: { N: String(seconds - 10) } });
    await put('later', { ttl: { N: String(seconds + 1000) } });
    await put('ancient', { ttl: { N: '1000' } });
    expect(await expireItems(client, table, now)).toEqual({ expired: 1, next: undefined });
    const { Items } = await client('Scan', { TableName: table.name, ProjectionExpression: 'pk' });
    expect((Items as { pk: { S: string } }[]).map(({ pk }) => pk.S).sort()).toEqual(['ancient', 'later']);
  });

  it('walks a stretch of the table at a time for them, and goes on from there', async () => {
    const client = createEngineClient(stack.runtime.engineUrl);
    const table = readTables(loadStack(outdir)).find(({ name }) => name === stack.output('TableName'));
    if (table === undefined) throw new Error('the fixture has no table');
    const now = new Date();
    const ttl = { N: String(Math.floor(now.getTime() / 1000) - 10) };
    const gone = ['w1', 'w2', 'w3', 'w4', 'w5'];
    for (const pk of gone) await put(pk, { ttl });
    const stretch = { page: 2, pages: 1 };
    let walks = 0;
    let expired = 0;
    for (let next: unknown; walks === 0 || next !== undefined; walks += 1) {
      const walk = await expireItems(client, table, now, { ...stretch, from: next });
      expect(walk.expired).toBeLessThanOrEqual(2);
      expired += walk.expired;
      next = walk.next;
    }
    expect([expired, walks > 2]).toEqual([gone.length, true]);
  });

  it('counts on after its stream was trimmed, and keeps what was not read yet', async () => {
    for (const pk of ['t1', 't2', 't3']) await put(pk);
    const client = createEngineClient(stack.runtime.engineUrl);
    const name = stack.output('TableName');
    const read = async (after: bigint): Promise<readonly bigint[]> => {
      const reader = createStreamReader(client, name, 'arn', { after, fromLatest: false });
      return (await reader.read(100)).map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
    };
    const all = await read(-1n);
    const last = all.at(-1) ?? 0n;
    const file = openStreamFile(`${stack.folder}/dynamodb.sqlite`);
    expect(file.trim(name, last - 1n, new Date())).toBe(all.length - 1);
    expect(file.trim(name, last, new Date())).toBe(0);
    file.close();
    await put('t4');
    expect(await read(-1n)).toEqual([last, last + 1n]);
    expect(await read(last)).toEqual([last + 1n]);
  });
});

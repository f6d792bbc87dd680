import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { DynamoDBClient, GetItemCommand, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');
const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');

const dynamo = new DynamoDBClient({});
const calls = { count: 0 };

const operations = {
  echo: ({ value }) => value,
  environment: () => ({ ...process.env }),
  context: (_event, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() }),
  count: () => ++calls.count,
  sleep: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms, calls.count)),
  fail: ({ message }) => {
    throw new TypeError(message);
  },
  crash: () => {
    setImmediate(() => {
      throw new Error('outside of the handler');
    });
    return new Promise(() => {});
  },
  exhaust: () => {
    const kept = [];
    for (;;) kept.push(new Array(1_000_000).fill(kept.length + 0.5));
  },
  put: async ({ item }) => {
    await dynamo.send(new PutItemCommand({ TableName: process.env.TABLE, Item: item }));
    return 'stored';
  },
  get: async ({ key }) => (await dynamo.send(new GetItemCommand({ TableName: process.env.TABLE, Key: key }))).Item,
  upload: async ({ key, body }) => {
    await new S3Client({}).send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: key, Body: body }));
    return 'uploaded';
  },
  secret: async () => {
    const { SecretString } = await new SecretsManagerClient({}).send(
      new GetSecretValueCommand({ SecretId: process.env.SECRET }),
    );
    return SecretString;
  },
  sharp: () => Object.keys(require('sharp').versions).includes('vips'),
};

export const handler = async (event, context) => {
  if (event.requestContext?.http) return { statusCode: 200, body: `hello ${event.pathParameters?.name}` };
  if (event.requestContext?.connectionId) return { statusCode: 200 };
  console.log('doing', event.do);
  return operations[event.do](event, context);
};

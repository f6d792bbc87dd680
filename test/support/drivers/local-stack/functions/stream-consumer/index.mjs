import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');

const dynamo = new DynamoDBClient({});

/** Counts in the table how often each change came; an item named "poison" always fails. */
export const handler = async ({ Records }) => {
  for (const { dynamodb, eventName } of Records) {
    const { pk } = dynamodb.Keys;
    await dynamo.send(
      new UpdateItemCommand({
        TableName: process.env.SEEN,
        Key: { pk: { S: `STREAM#${pk.S}` } },
        UpdateExpression: 'ADD times :one SET eventName = :name',
        ExpressionAttributeValues: { ':one': { N: '1' }, ':name': { S: eventName } },
      }),
    );
    if (pk.S.includes('poison')) throw new Error('cannot digest this');
  }
};

/** Handlers that make the same DynamoDB calls as the product's and nothing beyond: no credential, no schema, no log. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';

interface Event {
  readonly pathParameters?: { readonly id?: string };
}

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE;
const team = process.env.TEAM;

const activeIn = (items: readonly Record<string, unknown>[] = []): number =>
  items.reduce((sum, { activeAll }) => sum + Number(activeAll ?? 0), 0);

/** The team's totals and the newest 20 of its records. */
export const listMedia = async () => {
  const [totals, page] = await Promise.all([
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': `COUNT#${team}`, ':first': 'TOTALS', ':last': 'TOTALS\u{10ffff}' },
        ConsistentRead: true,
      }),
    ),
    client.send(
      new QueryCommand({
        TableName,
        IndexName: 'byCreated',
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'listPk' },
        ExpressionAttributeValues: { ':pk': `${team}#active` },
        ScanIndexForward: false,
        Limit: 20,
      }),
    ),
  ]);
  return { statusCode: 200, body: JSON.stringify({ data: page.Items, total: activeIn(totals.Items) }) };
};

/** One record by its id. */
export const getMedia = async ({ pathParameters }: Event) => {
  const Key = { pk: `MEDIA#${pathParameters?.id}`, sk: 'MEDIA' };
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return { statusCode: 200, body: JSON.stringify(Item) };
};

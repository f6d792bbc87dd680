import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTable } from '../../../functions/table/table.ts';
import { type LocalStack, runLocalStack, synthesize, type Template } from '../../support/drivers/local-stack/run.ts';

let stack: LocalStack;
let client: DynamoDBDocumentClient;
const outdir = synthesize((template: Template) => {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::Lambda::EventSourceMapping') Properties.Enabled = false;
  }
});
beforeAll(async () => {
  stack = await runLocalStack({ outdir, conflicts: true });
  const { operator, addresses } = stack.runtime;
  client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: addresses.dynamodb, region: 'us-east-1', credentials: operator }),
  );
});
afterAll(async () => {
  client.destroy();
  await stack.stop();
});

const ADD = { UpdateExpression: 'ADD amount :one', ExpressionAttributeValues: { ':one': 1 } };
const item = (pk: string) => ({ Key: { pk, sk: 'A' }, ...ADD });
/** As many as the SDK sends side by side. */
const AT_ONCE = 40;
/** As many as pass within the attempts of one write, on a busy machine as well: more are answered `BUSY`. */
const A_FEW = 10;

describe('writes of one item at once', () => {
  it('are refused where they meet a transaction, in both shapes that DynamoDB has', async () => {
    const TableName = stack.output('TableName');
    const transaction = () =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Update: { TableName, ...item(crypto.randomUUID()) } },
            { Update: { TableName, ...item('a') } },
          ],
        }),
      );
    const single = () => client.send(new UpdateCommand({ TableName, ...item('a') }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, (_, at) => (at % 2 === 0 ? transaction() : single())),
    );
    const errors = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    const cancelled = errors.filter(({ name }) => name === 'TransactionCanceledException');
    const refused = errors.filter(({ name }) => name === 'TransactionConflictException');
    expect(cancelled.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(cancelled.length + refused.length).toBe(errors.length);
    for (const { CancellationReasons } of cancelled) {
      expect(CancellationReasons.map(({ Code }: { Code: string }) => Code)).toEqual(['None', 'TransactionConflict']);
    }
    const counted = await openTable(TableName, client).get({ pk: 'a', sk: 'A' });
    expect(counted?.amount).toBe(AT_ONCE - errors.length);
  });

  it('are repeated by the table until all of them went through, each once', async () => {
    const table = openTable(stack.output('TableName'), client);
    const outcomes = await Promise.all(Array.from({ length: A_FEW }, () => table.transact([{ Update: item('b') }])));
    expect(outcomes.flat()).toEqual([]);
    expect((await table.get({ pk: 'b', sk: 'A' }))?.amount).toBe(A_FEW);
  });
});

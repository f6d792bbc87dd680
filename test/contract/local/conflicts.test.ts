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
/** Whether writes meet is left to the machine: rounds are repeated until both shapes were seen, and a round is enough nearly always. */
const ROUNDS = 50;
/** The more items a transaction has, the longer the engine has it. */
const ITEMS = 50;
/** As many as pass within the attempts of one write, on a busy machine as well: more are answered `BUSY`. */
const A_FEW = 10;

describe('writes of one item at once', () => {
  it('are refused where they meet a transaction, in both shapes that DynamoDB has', async () => {
    const TableName = stack.output('TableName');
    const others = () => Array.from({ length: ITEMS - 1 }, () => item(crypto.randomUUID()));
    const transaction = () =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [...others(), item('a')].map((each) => ({ Update: { TableName, ...each } })),
        }),
      );
    const single = () => client.send(new UpdateCommand({ TableName, ...item('a') }));
    const named = (wanted: string) => errors.filter(({ name }) => name === wanted);
    const errors: (Error & { CancellationReasons?: readonly { Code?: string }[] })[] = [];
    let sent = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: AT_ONCE }, (_, at) => (at % 2 === 0 ? transaction() : single())),
      );
      sent += outcomes.length;
      errors.push(...outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])));
      if (named('TransactionCanceledException').length > 0 && named('TransactionConflictException').length > 0) break;
    }
    const [cancelled, refused] = [named('TransactionCanceledException'), named('TransactionConflictException')];
    expect(cancelled.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(cancelled.length + refused.length).toBe(errors.length);
    for (const { CancellationReasons } of cancelled) {
      expect(CancellationReasons?.map(({ Code }) => Code)).toEqual([
        ...Array.from({ length: ITEMS - 1 }, () => 'None'),
        'TransactionConflict',
      ]);
    }
    const counted = await openTable(TableName, client).get({ pk: 'a', sk: 'A' });
    expect(counted?.amount).toBe(sent - errors.length);
  });

  it('are repeated by the table until all of them went through, each once', async () => {
    const table = openTable(stack.output('TableName'), client);
    const outcomes = await Promise.all(Array.from({ length: A_FEW }, () => table.transact([{ Update: item('b') }])));
    expect(outcomes.flat()).toEqual([]);
    expect((await table.get({ pk: 'b', sk: 'A' }))?.amount).toBe(A_FEW);
  });
});

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Expressions, holds, updated } from './expressions.ts';
import type { VirtualTime } from './virtual-time.ts';

type Item = Record<string, unknown>;
type Write = Expressions & { readonly Key?: Item; readonly Item?: Item };
interface Command {
  readonly constructor: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: the input of whichever command it is
  readonly input: any;
}

/** What DynamoDB takes: a transaction for a while, a single request for less, and a partition so many units a second. */
const TRANSACTION_MILLISECONDS = 10;
const SINGLE_MILLISECONDS = 4;
const UNITS_OF_PARTITION = 1000;
const UNITS_OF_WRITE = 2;

const keyOf = ({ pk, sk }: Item): string => `${pk} ${sk}`;
const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

/**
 * DynamoDB as far as the stores of uploads use it, in virtual time: transactions that meet another at an item are cancelled at
 * once, single writes that do are refused, and a partition that gets more than it takes throttles.
 */
export const simulatedTable = (time: VirtualTime) => {
  const items = new Map<string, Item>();
  const taken = new Set<string>();
  const spent = new Map<string, { at: number; units: number }>();
  const tally = { transactions: 0, conflicts: 0, throttles: 0 };

  const isThrottled = (pk: unknown): boolean => {
    const before = spent.get(String(pk)) ?? { at: 0, units: 0 };
    const units = Math.max(0, before.units - ((time.now() - before.at) / 1000) * UNITS_OF_PARTITION);
    const isOver = units + UNITS_OF_WRITE > UNITS_OF_PARTITION;
    spent.set(String(pk), { at: time.now(), units: isOver ? units : units + UNITS_OF_WRITE });
    return isOver;
  };
  const write = (verb: string, change: Write): void => {
    const key = keyOf(change.Key ?? change.Item ?? {});
    if (verb === 'Put') items.set(key, { ...change.Item });
    if (verb === 'Delete') items.delete(key);
    if (verb === 'Update') items.set(key, updated(items.get(key) ?? { ...change.Key }, change));
  };
  const cancelled = (codes: readonly string[]) =>
    named('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });

  const transact = async (changes: readonly (readonly [string, Write])[]): Promise<void> => {
    tally.transactions += 1;
    const keys = changes.map(([, { Key, Item }]) => keyOf(Key ?? Item ?? {}));
    const codes = changes.map(([, { Key, Item }], index) => {
      if (taken.has(keys[index] ?? '')) return 'TransactionConflict';
      return isThrottled((Key ?? Item)?.pk) ? 'ThrottlingError' : 'None';
    });
    if (codes.includes('TransactionConflict')) tally.conflicts += 1;
    if (codes.includes('ThrottlingError')) tally.throttles += 1;
    if (codes.some((code) => code !== 'None')) throw cancelled(codes);
    for (const key of keys) taken.add(key);
    await time.pause(TRANSACTION_MILLISECONDS);
    for (const key of keys) taken.delete(key);
    const failed = changes.map(([, change], index) =>
      holds(items.get(keys[index] ?? '') ?? {}, change) ? 'None' : 'ConditionalCheckFailed',
    );
    if (failed.includes('ConditionalCheckFailed')) throw cancelled(failed);
    for (const [verb, change] of changes) write(verb, change);
  };
  const single = async (verb: string, change: Write): Promise<object> => {
    await time.pause(SINGLE_MILLISECONDS);
    const key = keyOf(change.Key ?? change.Item ?? {});
    if (taken.has(key)) throw named('TransactionConflictException');
    if (!holds(items.get(key) ?? {}, change)) throw named('ConditionalCheckFailedException');
    write(verb, change);
    return {};
  };
  const query = async ({ IndexName, ExpressionAttributeValues: values }: Command['input']): Promise<object> => {
    await time.pause(SINGLE_MILLISECONDS);
    if (IndexName !== undefined) return { Items: [], Count: 0 };
    const isIn = ({ pk, sk }: Item): boolean =>
      pk === values[':pk'] && String(sk) >= values[':first'] && String(sk) <= values[':last'];
    return { Items: [...items.values()].filter(isIn).map((item) => ({ ...item })) };
  };

  const send = async ({ constructor: { name }, input }: Command): Promise<unknown> => {
    if (name === 'TransactWriteCommand')
      return transact(input.TransactItems.map((each: object) => Object.entries(each)[0]));
    if (name === 'UpdateCommand') return single('Update', input);
    if (name === 'PutCommand') return single('Put', input);
    if (name === 'QueryCommand') return query(input);
    if (name === 'GetCommand') {
      await time.pause(SINGLE_MILLISECONDS);
      return { Item: items.get(keyOf(input.Key)) };
    }
    if (name === 'BatchGetCommand') {
      await time.pause(SINGLE_MILLISECONDS);
      const [[table, { Keys }]] = Object.entries(input.RequestItems) as [[string, { Keys: readonly Item[] }]];
      return { Responses: { [table]: Keys.flatMap((key) => items.get(keyOf(key)) ?? []) } };
    }
    throw new Error(`${name} is not simulated`);
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, items: () => [...items.values()], tally };
};

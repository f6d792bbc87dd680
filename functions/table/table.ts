import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  type GetCommandOutput,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
  type UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { diskFull, isDiskFull, MediaError } from '../domain/errors.ts';

/** The library table, as stores use it. `keys.ts` documents its items. */
export interface Table {
  readonly name: string;
  get(key: Key, options?: { consistent?: boolean }): Promise<GetCommandOutput['Item']>;
  /** The items that are there, in any order. */
  batchGet(keys: readonly Key[], options?: { consistent?: boolean }): Promise<readonly Record<string, unknown>[]>;
  /** False when the condition did not hold. */
  put(input: Omit<PutCommandInput, 'TableName'>): Promise<boolean>;
  /** The answer of DynamoDB, or undefined when the condition did not hold. */
  update(input: Omit<UpdateCommandInput, 'TableName'>): Promise<UpdateCommandOutput | undefined>;
  query(input: Omit<QueryCommandInput, 'TableName'>): Promise<QueryCommandOutput>;
  /** One page of the whole table, only for operators' commands: it costs as much as everything stored. */
  scan(input: Omit<ScanCommandInput, 'TableName'>): Promise<ScanCommandOutput>;
  /** Empty when everything was written; otherwise the positions whose condition did not hold, and nothing was written. */
  transact(items: TransactItems, options?: { attempts?: number }): Promise<readonly number[]>;
  remove(key: Key): Promise<void>;
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type WithoutTable<T> = T extends object ? { [K in keyof T]: Omit<NonNullable<T[K]>, 'TableName'> } : T;
/** Transaction items; the table's name is filled in. */
export type TransactItem = WithoutTable<Pick<Item, 'Put' | 'Update' | 'Delete' | 'ConditionCheck'>> & {
  /** The same change at an item that fewer write to, for the attempts after a conflict. */
  readonly instead?: (table: Table, attempt: number) => Promise<TransactItem>;
};
export type TransactItems = readonly TransactItem[];

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
]);

/** Conflicts and throttles inside a transaction pass; anything else in its reasons does not. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const TRANSACTION_ATTEMPTS = 8;
/** Attempts of one that may write elsewhere: each meets others by chance alone, as the one before. */
const MOVING_ATTEMPTS = 12;

const named = (error: unknown): string => (error instanceof Error ? error.name : '');

const busy = (cause: unknown): MediaError =>
  new MediaError('BUSY', 'The library is busy, try again in a moment', { cause, retryAfter: 1 });

const translated = (error: unknown): unknown => {
  if (!THROTTLES.has(named(error))) return error;
  return isDiskFull(error) ? diskFull(error) : busy(error);
};

/** Exponential backoff with full jitter. */
export const jitteredPause = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(1000, 20 * 2 ** attempt)));

export const dynamoClient = (): DynamoDBDocumentClient => {
  const client = new DynamoDBClient({});
  // The marshaller would copy all results for a logger, and none is set.
  client.middlewareStack.remove('loggerMiddleware');
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
};

/**
 * A single write that meets a transaction at its item is refused with `TransactionConflictException`. As inside a
 * transaction, it passes, and the SDK does not try again.
 */
const pastConflicts = async <T>(send: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (named(error) !== 'TransactionConflictException') throw translated(error);
      if (attempt === TRANSACTION_ATTEMPTS) throw busy(error);
      await jitteredPause(attempt);
    }
  }
};

/** The adapter to DynamoDB that all stores share: failed conditions become answers, throttling becomes `BUSY`. */
export const openTable = (name: string, client: DynamoDBDocumentClient = dynamoClient()): Table => {
  const unlessConditionFailed = async <T>(send: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await pastConflicts(send);
    } catch (error) {
      if (named(error) === 'ConditionalCheckFailedException') return undefined;
      throw error;
    }
  };

  const table: Table = {
    name,
    get: async (key, { consistent = true } = {}) => {
      try {
        const { Item } = await client.send(new GetCommand({ TableName: name, Key: key, ConsistentRead: consistent }));
        return Item;
      } catch (error) {
        throw translated(error);
      }
    },
    batchGet: async (keys, { consistent = true } = {}) => {
      const chunks = Array.from({ length: Math.ceil(keys.length / KEYS_IN_ONE) }, (_, index) =>
        keys.slice(index * KEYS_IN_ONE, (index + 1) * KEYS_IN_ONE),
      );
      return (await Promise.all(chunks.map((chunk) => batchGetWithRetry(client, name, chunk, consistent)))).flat();
    },
    put: async (input) =>
      (await unlessConditionFailed(() => client.send(new PutCommand({ ...input, TableName: name })))) !== undefined,
    update: (input) => unlessConditionFailed(() => client.send(new UpdateCommand({ ...input, TableName: name }))),
    query: async (input) => {
      try {
        return await client.send(new QueryCommand({ ...input, TableName: name }));
      } catch (error) {
        throw translated(error);
      }
    },
    scan: async (input) => {
      try {
        return await client.send(new ScanCommand({ ...input, TableName: name }));
      } catch (error) {
        throw translated(error);
      }
    },
    transact: (
      items,
      { attempts = items.some(({ instead }) => instead) ? MOVING_ATTEMPTS : TRANSACTION_ATTEMPTS } = {},
    ) => transactWithRetry(client, table, items, attempts),
    remove: async (key) => {
      await pastConflicts(() => client.send(new DeleteCommand({ TableName: name, Key: key })));
    },
  };
  return table;
};

/** The limit of one BatchGetItem. */
const KEYS_IN_ONE = 100;

/** DynamoDB leaves keys of a batch unread when it is throttled or 16 MB are reached; they are requested again. */
const batchGetWithRetry = async (
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
  ConsistentRead: boolean,
): Promise<readonly Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let left: readonly Record<string, unknown>[] = keys.map(({ pk, sk }) => ({ pk, sk }));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: [...left], ConsistentRead } } }),
      );
      items.push(...(Responses?.[table] ?? []));
      left = UnprocessedKeys?.[table]?.Keys ?? [];
    } catch (error) {
      throw translated(error);
    }
    if (left.length === 0) return items;
    if (attempt === TRANSACTION_ATTEMPTS) throw busy(new Error(`${left.length} keys stayed unread`));
    await jitteredPause(attempt);
  }
};

const transaction = (table: Table, items: TransactItems) =>
  new TransactWriteCommand({
    ClientRequestToken: crypto.randomUUID(),
    TransactItems: items.map(
      ({ instead: _, ...item }) =>
        Object.fromEntries(
          Object.entries(item).map(([verb, input]) => [verb, { ...input, TableName: table.name }]),
        ) as Item,
    ),
  });

/**
 * Two transactions that meet at an item conflict, and DynamoDB cancels one of them with `TransactionConflict`, which the SDK
 * does not retry. With the request token, repeating a transaction that succeeded answers as the first time; one that was
 * cancelled wrote nothing, and may write elsewhere.
 */
const transactWithRetry = async (
  client: DynamoDBDocumentClient,
  table: Table,
  items: TransactItems,
  attempts: number,
): Promise<readonly number[]> => {
  let command = transaction(table, items);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(command);
      return [];
    } catch (error) {
      if (named(error) !== 'TransactionCanceledException') throw translated(error);
      const reasons = (error as { CancellationReasons?: readonly { Code?: string }[] }).CancellationReasons ?? [];
      const failed = reasons.flatMap(({ Code }, index) => (Code === 'ConditionalCheckFailed' ? [index] : []));
      if (failed.length > 0) return failed;
      if (!reasons.some(({ Code }) => Code !== undefined && PASSING.has(Code))) throw error;
      if (attempt >= attempts) throw busy(error);
      await jitteredPause(attempt);
    }
    if (!items.some(({ instead }) => instead)) continue;
    const moved = items.map((item) => item.instead?.(table, attempt + 1) ?? item);
    command = transaction(table, await Promise.all(moved));
  }
};

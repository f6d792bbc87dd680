import { AwsError, LOCAL_ACCOUNT, LOCAL_REGION } from '../ports.ts';

/** One permission that a request needs. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** The permissions of a request, and the tables that it writes. */
export interface Demand {
  readonly needs: readonly Need[];
  readonly writes: boolean;
}

/** The table facts that the proxy needs: the name of each one's partition key. */
export type PartitionKeys = ReadonlyMap<string, string>;

type Fields = Readonly<Record<string, unknown>>;

const tableArn = (nameOrArn: unknown): string => {
  if (typeof nameOrArn !== 'string') throw new AwsError('ValidationException', 'The table name is missing.');
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:aws:dynamodb:${LOCAL_REGION}:${LOCAL_ACCOUNT}:table/${nameOrArn}`;
};
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const entries = (value: unknown): readonly (readonly [string, unknown])[] => Object.entries(fields(value));
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
const SINGLE = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']);
const RANGED = new Set(['Query', 'Scan']);
const TABLE_LEVEL = new Set(['DescribeTable', 'DescribeTimeToLive', 'DescribeContinuousBackups', 'ListTagsOfResource']);
const STREAMS = new Set(['DescribeStream', 'GetShardIterator']);
const TRANSACT_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** The permissions that DynamoDB requires, operation by operation, with the partition keys as context. */
export const demandOf = (operation: string, body: Fields, keys: PartitionKeys): Demand => ({
  needs: needsOf(operation, body, keys),
  writes: WRITES.has(operation),
});

const needsOf = (operation: string, body: Fields, keys: PartitionKeys): readonly Need[] => {
  if (SINGLE.has(operation)) return [need(operation, body.TableName, [body.Item ?? body.Key], keys, body)];
  if (RANGED.has(operation)) return [rangedNeed(operation, body, keys)];
  if (TABLE_LEVEL.has(operation)) return [plain(operation, tableArn(body.TableName ?? body.ResourceArn))];
  if (STREAMS.has(operation)) return [plain(operation, String(body.StreamArn ?? ''))];
  switch (operation) {
    case 'BatchGetItem':
      return entries(body.RequestItems).map(([name, request]) =>
        need(operation, name, list(fields(request).Keys), keys),
      );
    case 'BatchWriteItem':
      return entries(body.RequestItems).map(([name, requests]) => {
        const items = list(requests).map(
          (each) => fields(fields(each).PutRequest).Item ?? fields(fields(each).DeleteRequest).Key,
        );
        return need(operation, name, items, keys);
      });
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return list(body.TransactItems).flatMap((item) =>
        entries(item).map(([kind, each]) => {
          const action = TRANSACT_ACTIONS[kind];
          if (action === undefined) throw new AwsError('ValidationException', `Unknown transaction item ${kind}.`);
          const { TableName, Item, Key } = fields(each);
          return need(action, TableName, [Item ?? Key], keys, fields(each));
        }),
      );
    case 'ListTables':
    case 'DescribeEndpoints':
    case 'DescribeLimits':
    case 'ListStreams':
      return [plain(operation, '*')];
    default:
      // An operation that is not listed here has no known resource, so only a permission for everything allows it.
      return [plain(operation, '*')];
  }
};

const plain = (operation: string, resource: string): Need => ({
  action: `dynamodb:${operation}`,
  resource,
  context: {},
});

const need = (
  operation: string,
  table: unknown,
  items: readonly unknown[],
  keys: PartitionKeys,
  written: Fields = {},
): Need => {
  const resource = tableArn(table);
  const key = keys.get(resource.replace(/^.*:table\//, ''));
  const leading = key === undefined ? [] : items.map((item) => scalar(fields(item)[key]));
  return { ...plain(operation, resource), context: { ...leadingKeys(leading), ...attributesOf(operation, written) } };
};

const WORDS_OF_EXPRESSIONS = new Set(
  'SET REMOVE ADD DELETE AND OR NOT BETWEEN IN attribute_exists attribute_not_exists attribute_type begins_with contains size if_not_exists list_append'.split(
    ' ',
  ),
);

/** The attributes that a write names, each at the top of its item: those of its key or item, and those of its expressions. */
const attributesOf = (operation: string, body: Fields): Need['context'] => {
  if (operation !== 'PutItem' && operation !== 'UpdateItem') return {};
  const names = fields(body.ExpressionAttributeNames);
  const expressions = [body.UpdateExpression, body.ConditionExpression].filter((each) => each !== undefined).join(' ');
  // Text after a dot is inside of an attribute, and a colon begins a value.
  const named = [...expressions.matchAll(/(?<![\w.:#])#?[A-Za-z_]\w*/g)]
    .map(([word]) => word)
    .filter((word) => !WORDS_OF_EXPRESSIONS.has(word))
    .map((word) => String(names[word] ?? word));
  const attributes = [...Object.keys(fields(body.Item ?? body.Key)), ...named];
  return { 'dynamodb:Attributes': [...new Set(attributes)].join('\n') };
};

const rangedNeed = (operation: string, body: Fields, keys: PartitionKeys): Need => {
  const table = tableArn(body.TableName);
  const resource = typeof body.IndexName === 'string' ? `${table}/index/${body.IndexName}` : table;
  return { ...plain(operation, resource), context: operation === 'Query' ? queryContext(body, table, keys) : {} };
};

/** The partition key of a query: the attribute compared by `=`; on an index it is the one that the expression names first. */
const queryContext = (body: Fields, table: string, keys: PartitionKeys): Need['context'] => {
  const names = fields(body.ExpressionAttributeNames);
  const values = fields(body.ExpressionAttributeValues);
  const equals = [...String(body.KeyConditionExpression ?? '').matchAll(/([#\w]+)\s*=\s*(:\w+)/g)].map(
    ([, name = '', value = '']) => [String(names[name] ?? name), scalar(values[value])] as const,
  );
  const own = keys.get(table.replace(/^.*:table\//, ''));
  const chosen = body.IndexName === undefined ? equals.find(([name]) => name === own) : equals[0];
  return chosen ? leadingKeys([chosen[1]]) : {};
};

const scalar = (value: unknown): string => String(Object.values(fields(value))[0] ?? '');
const leadingKeys = (values: readonly string[]): Need['context'] =>
  values.length === 0 ? {} : { 'dynamodb:LeadingKeys': [...new Set(values)].join('\n') };

import { AwsError } from '../ports.ts';

/** Attributes of each table's primary key. */
export type PrimaryKeys = ReadonlyMap<string, readonly string[]>;

/** What has to be called once the engine has answered. */
export type Release = () => void;

type Fields = Readonly<Record<string, unknown>>;

const ONGOING = 'Transaction is ongoing for the item';
const SINGLE_WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const nothing: Release = () => {};

/** A second call must not let go what another request has taken meanwhile. */
const once = (release: Release): Release => {
  let done = false;
  return () => {
    if (!done) release();
    done = true;
  };
};

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** A transaction that was cancelled, with a reason for each of its items, as the SDK reads them. */
export class TransactionCanceled extends AwsError {
  readonly reasons: readonly { readonly Code: string; readonly Message?: string }[];

  constructor(conflicting: readonly boolean[]) {
    const codes = conflicting.map((each) => (each ? 'TransactionConflict' : 'None'));
    super(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    );
    this.reasons = codes.map((Code) => (Code === 'None' ? { Code } : { Code, Message: ONGOING }));
  }
}

/**
 * Refuses what meets a transaction at an item, as DynamoDB does: another transaction is cancelled with `TransactionConflict` as
 * the reason for that item, a single write gets `TransactionConflictException`. The engine works requests off one after the
 * other and refuses none, so no retry would ever run here. An item is taken while the engine has the transaction; the second
 * one is refused at once and waits for nothing. Reads that are no transaction pass, as on AWS.
 */
export const createConflicts = (primaryKeys: () => PrimaryKeys) => {
  const writing = new Map<string, number>();
  const transacting = new Set<string>();

  const itemOf = (request: unknown): string => {
    const { TableName, Item, Key } = fields(request);
    const name = String(TableName).replace(/^.*:table\//, '');
    const values = fields(Key ?? Item);
    return JSON.stringify([name, ...(primaryKeys().get(name) ?? Object.keys(values)).map((key) => values[key])]);
  };
  const itemsOf = ({ TransactItems }: Fields): readonly string[] =>
    (Array.isArray(TransactItems) ? TransactItems : []).map((item) => itemOf(Object.values(fields(item))[0]));

  const transact = (items: readonly string[]): Release => {
    const conflicting = items.map((item) => transacting.has(item));
    if (conflicting.includes(true)) throw new TransactionCanceled(conflicting);
    for (const item of items) transacting.add(item);
    return once(() => {
      for (const item of items) transacting.delete(item);
    });
  };
  const write = (item: string): Release => {
    if (transacting.has(item)) throw new AwsError('TransactionConflictException', ONGOING);
    writing.set(item, (writing.get(item) ?? 0) + 1);
    return once(() => {
      const left = (writing.get(item) ?? 1) - 1;
      if (left > 0) writing.set(item, left);
      else writing.delete(item);
    });
  };
  const readTogether = (items: readonly string[]): Release => {
    const conflicting = items.map((item) => transacting.has(item) || writing.has(item));
    if (conflicting.includes(true)) throw new TransactionCanceled(conflicting);
    return nothing;
  };

  /** Takes the items that a request writes; throws where one of them is taken. */
  return (operation: string, body: Fields): Release => {
    if (operation === 'TransactWriteItems') return transact(itemsOf(body));
    if (operation === 'TransactGetItems') return readTogether(itemsOf(body));
    return SINGLE_WRITES.has(operation) ? write(itemOf(body)) : nothing;
  };
};

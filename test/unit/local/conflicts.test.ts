import { describe, expect, it } from '@jest/globals';
import { createConflicts, TransactionCanceled } from '../../../local/dynamodb/conflicts.ts';

const KEYS = new Map([['Library', ['pk', 'sk']]]);
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'A' } });
const put = (pk: string) => ({ Put: { TableName: 'Library', Item: { ...key(pk), other: { N: '1' } } } });
const update = (pk: string) => ({ Update: { TableName: 'Library', Key: key(pk) } });
const check = (pk: string) => ({ ConditionCheck: { TableName: 'Library', Key: key(pk) } });
const get = (pk: string) => ({ Get: { TableName: 'Library', Key: key(pk) } });
const single = (pk: string) => ({ TableName: 'Library', Key: key(pk) });
const enter = () => createConflicts(() => KEYS);
const reasonsOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof TransactionCanceled) return error.reasons.map(({ Code }) => Code);
    throw error;
  }
  throw new Error('nothing was cancelled');
};

describe('a transaction', () => {
  it('is cancelled where it meets another at an item, which the reasons name, and passes once that is over', () => {
    const take = enter();
    const release = take('TransactWriteItems', { TransactItems: [update('a'), put('b')] });
    const second = { TransactItems: [update('c'), check('b'), put('d')] };
    expect(reasonsOf(() => take('TransactWriteItems', second))).toEqual(['None', 'TransactionConflict', 'None']);
    // Nothing of what was cancelled stays taken.
    take('TransactWriteItems', { TransactItems: [update('c')] })();
    release();
    take('TransactWriteItems', second)();
  });

  it('has a single write at one of its items refused, and hinders no write of another', () => {
    const take = enter();
    const release = take('TransactWriteItems', { TransactItems: [put('a')] });
    for (const operation of ['UpdateItem', 'DeleteItem', 'PutItem'])
      expect(() => take(operation, single('a'))).toThrow('Transaction is ongoing for the item');
    take('UpdateItem', single('b'))();
    release();
    take('UpdateItem', single('a'))();
  });

  it('lets single reads pass, and cancels another transaction that reads its item', () => {
    const take = enter();
    take('TransactWriteItems', { TransactItems: [put('a')] });
    for (const operation of ['GetItem', 'Query', 'BatchGetItem']) take(operation, single('a'))();
    expect(reasonsOf(() => take('TransactGetItems', { TransactItems: [get('b'), get('a')] }))).toEqual([
      'None',
      'TransactionConflict',
    ]);
  });

  it('conflicts with single writes of its item, which pass side by side, and is released once', () => {
    const take = enter();
    const [first, second] = [
      take('UpdateItem', single('a')),
      take('PutItem', { TableName: 'Library', Item: key('a') }),
    ];
    expect(reasonsOf(() => take('TransactGetItems', { TransactItems: [get('a')] }))).toEqual(['TransactionConflict']);
    first();
    second();
    const release = take('TransactWriteItems', { TransactItems: [put('a')] });
    release();
    const other = take('TransactWriteItems', { TransactItems: [put('a')] });
    release();
    expect(() => take('UpdateItem', single('a'))).toThrow('ongoing');
    other();
  });
});

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { openTable, type Table } from '../../../functions/table/table.ts';

/** The embedded engine has one writer at a time and never conflicts or throttles: its answers are AWS's words here. */
const answering = (...names: readonly (string | undefined)[]) => {
  const left = [...names];
  const client = {
    send: async () => {
      const name = left.length > 1 ? left.shift() : left[0];
      if (name !== undefined) throw Object.assign(new Error(name), { name });
      return {};
    },
  };
  return openTable('library', client as unknown as DynamoDBDocumentClient);
};

const key = { pk: 'MEDIA#1', sk: 'MEDIA' };
const writes: [string, (table: Table) => Promise<unknown>][] = [
  ['a put', (table) => table.put({ Item: key })],
  ['an update', (table) => table.update({ Key: key })],
  ['a removal', (table) => table.remove(key)],
];

describe.each(writes)('%s', (_, write) => {
  it('waits for a transaction that holds its item', async () => {
    const table = answering('TransactionConflictException', 'TransactionConflictException', undefined);
    await expect(write(table)).resolves.not.toThrow();
  });

  it('is refused as busy when the transactions do not end', async () => {
    await expect(write(answering('TransactionConflictException'))).rejects.toMatchObject({
      code: 'BUSY',
      retryAfter: 1,
    });
  });

  it('is refused as busy when DynamoDB throttles', async () => {
    await expect(write(answering('ThrottlingException'))).rejects.toMatchObject({ code: 'BUSY' });
  });

  it('fails as it is on anything else', async () => {
    await expect(write(answering('ResourceNotFoundException'))).rejects.toThrow('ResourceNotFoundException');
  });
});

it('a failed condition is an answer, also behind a conflict', async () => {
  const answers = ['TransactionConflictException', 'ConditionalCheckFailedException'];
  expect(await answering(...answers).put({ Item: key })).toBe(false);
  expect(await answering(...answers).update({ Key: key })).toBeUndefined();
});

it('a full disk of the local engine is named, and not called busy', async () => {
  const error = Object.assign(new Error('backend: database or disk is full'), { name: 'InternalServerError' });
  const client = { send: () => Promise.reject(error) };
  const table = openTable('library', client as unknown as DynamoDBDocumentClient);
  const full = { code: 'BUSY', message: expect.stringContaining('disk of this library is full') };
  await expect(table.put({ Item: key })).rejects.toMatchObject(full);
  await expect(table.transact([{ Put: { Item: key } }])).rejects.toMatchObject(full);
});

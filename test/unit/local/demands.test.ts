import { describe, expect, it } from '@jest/globals';
import { demandOf } from '../../../local/dynamodb/requests.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Library';
const KEYS = new Map([['Library', 'pk']]);

const needs = (operation: string, body: Record<string, unknown>): string[] =>
  demandOf(operation, body, KEYS).needs.map(({ action, resource, context }) => {
    const leading = context['dynamodb:LeadingKeys'];
    return `${action} ${resource.replace(TABLE, 'TABLE')}${leading === undefined ? '' : ` ${leading.split('\n')}`}`;
  });

describe('what a DynamoDB request needs', () => {
  it('names the table and the partition key of a single item', () => {
    expect(needs('GetItem', { TableName: 'Library', Key: { pk: { S: 'a' } } })).toEqual(['dynamodb:GetItem TABLE a']);
    expect(needs('PutItem', { TableName: TABLE, Item: { pk: { S: 'b' } } })).toEqual(['dynamodb:PutItem TABLE b']);
  });

  it('names the index of a query, and the key that it asks for', () => {
    const query = {
      TableName: 'Library',
      KeyConditionExpression: '#p = :p AND begins_with(sk, :s)',
      ExpressionAttributeNames: { '#p': 'pk' },
      ExpressionAttributeValues: { ':p': { S: 'TEAM#1' }, ':s': { S: 'x' } },
    };
    expect(needs('Query', query)).toEqual(['dynamodb:Query TABLE TEAM#1']);
    expect(needs('Query', { ...query, IndexName: 'byName' })).toEqual(['dynamodb:Query TABLE/index/byName TEAM#1']);
  });

  it('asks once for each table of a batch', () => {
    const RequestItems = {
      Library: [{ PutRequest: { Item: { pk: { S: 'a' } } } }, { DeleteRequest: { Key: { pk: { S: 'b' } } } }],
      Other: [],
    };
    expect(needs('BatchWriteItem', { RequestItems })).toEqual([
      'dynamodb:BatchWriteItem TABLE a,b',
      'dynamodb:BatchWriteItem arn:aws:dynamodb:us-east-1:000000000000:table/Other',
    ]);
  });

  it('asks for each part of a transaction', () => {
    const part = { TableName: 'Library', Key: { pk: { S: 'a' } } };
    const TransactItems = [
      { Put: { TableName: 'Library', Item: part.Key } },
      { Update: part },
      { ConditionCheck: part },
    ];
    expect(needs('TransactWriteItems', { TransactItems })).toEqual([
      'dynamodb:PutItem TABLE a',
      'dynamodb:UpdateItem TABLE a',
      'dynamodb:ConditionCheckItem TABLE a',
    ]);
  });

  it('names the attributes that a write gives or names, each at the top of its item', () => {
    const attributes = (operation: string, body: Record<string, unknown>) =>
      demandOf(operation, { TableName: 'Library', ...body }, KEYS).needs.map(({ context }) =>
        context['dynamodb:Attributes']?.split('\n'),
      );
    const Item = { pk: { S: 'a' }, role: { S: 'owner' } };
    const update = {
      Key: { pk: { S: 'a' }, sk: { S: 'b' } },
      UpdateExpression:
        'SET #r = if_not_exists(counts.#n, :zero) + :role, held[0].role = :x REMOVE gone ADD total :one',
      ConditionExpression: 'attribute_exists(pk) AND NOT size(#s) > :n',
      ExpressionAttributeNames: { '#r': 'rest', '#n': 'inner', '#s': 'state' },
    };
    expect(attributes('PutItem', { Item, ConditionExpression: 'attribute_not_exists(other)' })).toEqual([
      ['pk', 'role', 'other'],
    ]);
    expect(attributes('UpdateItem', update)).toEqual([
      ['pk', 'sk', 'rest', 'counts', 'held', 'gone', 'total', 'state'],
    ]);
    expect(attributes('TransactWriteItems', { TransactItems: [{ Put: { TableName: 'Library', Item } }] })).toEqual([
      ['pk', 'role'],
    ]);
    expect(attributes('GetItem', { Key: Item })).toEqual([undefined]);
  });

  it('asks for everything when it does not know the operation', () => {
    expect(needs('DeleteTable', { TableName: 'Library' })).toEqual(['dynamodb:DeleteTable *']);
  });
});

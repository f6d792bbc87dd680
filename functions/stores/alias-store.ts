import type { MediaRecord } from '../domain/media.ts';
import { aliasCounterKey, aliasKey, mediaKey } from './keys.ts';
import type { Table, TransactItem } from './table.ts';

/**
 * Numbers for records, for the API whose ids are numbers. One counter for the table hands them out; a number whose record
 * then was not written is lost, so none is ever given twice. A record has its number as `alias`, and beside it lies the way
 * back, written and removed in the transactions that make and remove the record.
 */
export const nextAlias = async (table: Table): Promise<number> => {
  const answer = await table.update({
    Key: aliasCounterKey,
    UpdateExpression: 'ADD #last :one',
    ExpressionAttributeNames: { '#last': 'last' },
    ExpressionAttributeValues: { ':one': 1 },
    ReturnValues: 'UPDATED_NEW',
  });
  return Number(answer?.Attributes?.last);
};

/** The way from the number of a record to its id, for the transaction that writes the number. */
export const putAlias = (mediaId: string, alias: number): TransactItem => ({
  Put: { Item: { ...aliasKey(alias), mediaId }, ConditionExpression: 'attribute_not_exists(pk)' },
});

/** The end of a number, for the transaction that removes its record. */
export const removeAlias = ({ alias }: MediaRecord): readonly TransactItem[] =>
  alias === undefined ? [] : [{ Delete: { Key: aliasKey(alias) } }];

export interface AliasStore {
  /** The record that has this number, whatever became of it; undefined when none has. */
  mediaId(alias: number): Promise<string | undefined>;
  /** The number of a record that was made before there were numbers. Undefined when the record is gone. */
  allot(mediaId: string): Promise<number | undefined>;
}

export const dynamoAliases = (table: Table): AliasStore => ({
  mediaId: async (alias) => (await table.get(aliasKey(alias)))?.mediaId as string | undefined,

  allot: async (mediaId) => {
    const alias = await nextAlias(table);
    const failed = await table.transact([
      {
        Update: {
          Key: mediaKey(mediaId),
          UpdateExpression: 'SET alias = :alias',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(alias)',
          ExpressionAttributeValues: { ':alias': alias },
        },
      },
      putAlias(mediaId, alias),
    ]);
    if (failed.length === 0) return alias;
    return (await table.get(mediaKey(mediaId)))?.alias as number | undefined;
  },
});

import { randomInt } from 'node:crypto';
import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { aliasKey, mediaKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';

/** Below lie the numbers that a counter gave before numbers were drawn. */
const FIRST = 2 ** 31;
/** As far as `randomInt` draws evenly; well below 2^53, up to which JSON's numbers are whole everywhere. */
const END = 2 ** 48;

/**
 * Draws a number for a record, for the API whose ids are numbers. A record has it as `alias`, and beside it lies the way
 * back, written and removed in the transactions that make and remove the record. The transaction fails where the number is
 * taken; its caller then draws another.
 *
 * Numbers are drawn, not counted: a number that is one more than the last would tell each team how much all others store.
 */
export const drawAlias = (): number => randomInt(FIRST, END);

/** The way from the number of a record to its id, for the transaction that writes the number. */
export const putAlias = (mediaId: string, alias: number): TransactItem => ({
  Put: { Item: { ...aliasKey(alias), mediaId }, ConditionExpression: 'attribute_not_exists(pk)' },
});

/** The end of a number, for the transaction that removes its record. */
export const removeAlias = ({ alias }: MediaRecord): readonly TransactItem[] =>
  alias === undefined ? [] : [{ Delete: { Key: aliasKey(alias) } }];

const ATTEMPTS = 8;

export interface AliasStore {
  /** The record that has this number, whatever became of it; undefined when none has. */
  mediaId(alias: number): Promise<string | undefined>;
  /** The number of a record that was made before there were numbers. Undefined when the record is gone. */
  allot(mediaId: string): Promise<number | undefined>;
}

export const dynamoAliases = (table: Table): AliasStore => ({
  mediaId: async (alias) => (await table.get(aliasKey(alias)))?.mediaId as string | undefined,

  allot: async (mediaId) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const alias = drawAlias();
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
      if (failed.includes(0)) return (await table.get(mediaKey(mediaId)))?.alias as number | undefined;
    }
    throw new MediaError('BUSY', 'No free number was found for this media', { retryAfter: 1 });
  },
});

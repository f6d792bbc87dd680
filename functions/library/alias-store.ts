import { randomInt } from 'node:crypto';
import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { aliasKey, mediaKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';

/** Numbers below this come from the former counter. */
const FIRST = 2 ** 31;
/** The largest range of `randomInt`; well below 2^53, up to which JSON's numbers are exact. */
const END = 2 ** 48;

/**
 * Draws a random number for a record, for the API whose ids are numbers. A record has it as `alias`, and a second item maps it
 * back; both are written and removed in the transactions that make and remove the record. The transaction fails if the number
 * is in use; its caller then draws another.
 *
 * Numbers are random, not sequential: a sequence would tell each team how much all others store.
 */
export const drawAlias = (): number => randomInt(FIRST, END);

/** The mapping from the number of a record to its id, for the transaction that writes the number. */
export const putAlias = (mediaId: string, alias: number): TransactItem => ({
  Put: { Item: { ...aliasKey(alias), mediaId }, ConditionExpression: 'attribute_not_exists(pk)' },
});

/** The end of a number, for the transaction that removes its record. */
export const removeAlias = ({ alias }: MediaRecord): readonly TransactItem[] =>
  alias === undefined ? [] : [{ Delete: { Key: aliasKey(alias) } }];

const ATTEMPTS = 8;

export interface AliasStore {
  /** The record with this number, in any state; undefined when none has it. */
  mediaId(alias: number): Promise<string | undefined>;
  /** The number of a record that was made before numbers existed. Undefined when the record is gone. */
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

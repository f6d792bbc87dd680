import type { MediaKind } from '../domain/media.ts';
import type { OrderBy } from '../domain/ports.ts';
import { isWhole } from '../domain/terms.ts';
import { tagRange } from '../table/index-keys.ts';
import { ABOVE, termPk } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table } from '../table/table.ts';
import { countItems } from './count-items.ts';
import { mediaIdIn, sortKeyIn } from './media-list.ts';
import { entryFields, entrySortKey } from './term-entry.ts';

/** One record under one term or tag: enough to filter by kind and to sort without reading the record. */
export interface Entry {
  readonly id: string;
  readonly teamId: string;
  readonly kind: MediaKind;
  /** Its position in the requested order. */
  readonly sortKey: string;
  /** Whether the word is in the file name itself. */
  readonly isOfName: boolean;
}

/** Entries by the id of their record. */
export type Entries = ReadonlyMap<string, Entry>;

/** The entries of one word: the first ones, and all of them. */
export interface WordEntries {
  readonly first: Entries;
  /** Whether the first read returned all. */
  readonly ended: boolean;
  /** All of them; undefined when there are more than `most`. */
  whole(most: number): Promise<Entries | undefined>;
}

/** Reads what search is answered from. */
export interface TermStore {
  /** The records of a team with a term that begins with a word; short words must equal it. */
  withWord(teamId: string, word: string, orderBy: OrderBy): Promise<WordEntries>;
  /** The active records that carry a tag. */
  withTag(teamId: string, tagId: string, orderBy: OrderBy): Promise<Entries>;
}

/** Most searches match less; a word that matches more is counted before its entries are read in vain. */
const FIRST_LOOK = 50;

type RangeQuery = Parameters<Table['query']>[0];
type Item = Record<string, unknown>;

export const dynamoTerms = (table: Table): TermStore => ({
  withWord: async (teamId, word, orderBy) => {
    const range: RangeQuery = {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': termPk(teamId, word), ...boundsOf(word) },
    };
    const entries = { ...range, ...entryFields(orderBy) };
    const { Items = [], LastEvaluatedKey } = await table.query({ ...entries, Limit: FIRST_LOOK });
    const entriesIn = (items: readonly Item[]): Map<string, Entry> =>
      mapOf(items, teamId, (item, id) => entrySortKey(item, orderBy, id));
    const first = entriesIn(Items);
    const rest = { ExclusiveStartKey: LastEvaluatedKey };
    return {
      first,
      ended: !LastEvaluatedKey,
      whole: async (most) => {
        if (!LastEvaluatedKey) return first.size > most ? undefined : first;
        const left = most - Items.length;
        if (left < 0 || (await countItems(table, { ...range, ...rest }, left + 1)) > left) return undefined;
        return entriesIn([...Items, ...(await allItems(table, { ...entries, ...rest }))]);
      },
    };
  },

  withTag: async (teamId, tagId, orderBy) =>
    mapOf(
      await allItems(table, {
        IndexName: 'byCreated',
        KeyConditionExpression: 'listPk = :pk',
        ExpressionAttributeValues: { ':pk': tagRange(tagId, 'active') },
      }),
      teamId,
      (item) => sortKeyIn(item, orderBy),
    ),
});

/** `begins_with` would mean the same for longer words, but is slower on some engines. */
const boundsOf = (word: string): Record<':first' | ':last', string> =>
  isWhole(word)
    ? { ':first': `${word}#`, ':last': `${word}#${ABOVE}` }
    : { ':first': word, ':last': `${word}${ABOVE}` };

/** Several terms of one record can begin with a word: it is of the name when one of them is. */
const mapOf = (
  items: readonly Item[],
  teamId: string,
  sortKeyOf: (item: Item, id: string) => string,
): Map<string, Entry> => {
  const entries = new Map<string, Entry>();
  for (const item of items) {
    const id = mediaIdIn(item);
    const isOfName = item.beside !== true || entries.get(id)?.isOfName === true;
    entries.set(id, { id, teamId, kind: item.kind as MediaKind, sortKey: sortKeyOf(item, id), isOfName });
  }
  return entries;
};

import type { MediaKind, MediaRecord } from '../domain/media.ts';
import { SHORTEST_PART } from '../domain/terms.ts';
import { ABOVE, listingKeys, tagRange, termKey, termPk, termsKey } from './keys.ts';
import { mediaIdIn } from './media-list.ts';
import type { Table, TransactItem } from './table.ts';

/** One record under one term or tag: enough to filter by kind and to sort in any order without reading the record. */
export interface Entry {
  readonly id: string;
  readonly teamId: string;
  readonly kind: MediaKind;
  readonly createdSk: string;
  readonly filenameSk: string;
  readonly sizeSk: string;
}

/** Entries by the id of their record. */
export type Entries = ReadonlyMap<string, Entry>;

/** The entries of one word: a first look at them, and all of them. */
export interface WordEntries {
  readonly first: Entries;
  /** Whether the first look saw all. */
  readonly ended: boolean;
  /** All of them; undefined when there are more than `most`. */
  whole(most: number): Promise<Entries | undefined>;
}

/** Reads what search is answered from. */
export interface TermStore {
  /** The records of a team with a term that begins with a word; short words are compared whole. */
  withWord(teamId: string, word: string): Promise<WordEntries>;
  /** The active records that carry a tag. */
  withTag(teamId: string, tagId: string): Promise<Entries>;
}

/** Most searches match less; a word that matches more is counted before its entries are read in vain. */
const FIRST_LOOK = 100;

type RangeQuery = Parameters<Table['query']>[0];
type Item = Record<string, unknown>;

export const dynamoTerms = (table: Table): TermStore => ({
  withWord: async (teamId, word) => {
    const range: RangeQuery = {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': termPk(teamId, word), ...boundsOf(word) },
    };
    const { Items = [], LastEvaluatedKey } = await table.query({ ...range, Limit: FIRST_LOOK });
    const first = entriesIn(Items, teamId);
    const rest = { ...range, ExclusiveStartKey: LastEvaluatedKey };
    return {
      first,
      ended: !LastEvaluatedKey,
      whole: async (most) => {
        if (!LastEvaluatedKey) return first.size > most ? undefined : first;
        const left = most - Items.length;
        if (left < 0 || (await countUpTo(table, rest, left + 1)) > left) return undefined;
        return new Map([...first, ...entriesIn(await itemsOf(table, rest), teamId)]);
      },
    };
  },

  withTag: async (teamId, tagId) =>
    entriesIn(
      await itemsOf(table, {
        IndexName: 'byCreated',
        KeyConditionExpression: 'listPk = :pk',
        ExpressionAttributeValues: { ':pk': tagRange(tagId, 'active') },
      }),
      teamId,
    ),
});

/** `begins_with` would mean the same for longer words, and is slower on some engines. */
const boundsOf = (word: string): Record<':first' | ':last', string> =>
  [...word].length < SHORTEST_PART
    ? { ':first': `${word}#`, ':last': `${word}#${ABOVE}` }
    : { ':first': word, ':last': `${word}${ABOVE}` };

const entriesIn = (items: readonly Item[], teamId: string): Map<string, Entry> =>
  new Map(
    items.map((item) => {
      const { kind, createdSk, filenameSk, sizeSk } = item as unknown as Entry;
      const id = mediaIdIn(item);
      return [id, { id, teamId, kind, createdSk, filenameSk, sizeSk }];
    }),
  );

const countUpTo = async (table: Table, range: RangeQuery, most: number): Promise<number> => {
  let count = 0;
  let start = range.ExclusiveStartKey;
  do {
    const page = await table.query({ ...range, Select: 'COUNT', Limit: most - count, ExclusiveStartKey: start });
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start && count < most);
  return count;
};

const itemsOf = async (table: Table, range: RangeQuery): Promise<Item[]> => {
  const items: Item[] = [];
  let start = range.ExclusiveStartKey;
  do {
    const page = await table.query({ ...range, ExclusiveStartKey: start });
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
};

/** What the index holds of one record: exactly these terms, under this place. */
export interface IndexedTerms {
  readonly teamId: string;
  readonly terms: readonly string[];
  /** Kind and sort keys as the entries have them. */
  readonly place: string;
  /** Changes with every write; whoever read an older one starts over. */
  readonly turn: string;
}

/** The writing side of search. */
export interface TermIndex {
  indexed(mediaId: string): Promise<IndexedTerms | undefined>;
  /**
   * Brings the entries of a record to these terms; `undefined` as record means that it is no longer listed. False when
   * somebody else did so meanwhile. With `again`, entries are written though they should be there.
   */
  index(change: TermsChange): Promise<boolean>;
}

export interface TermsChange {
  readonly mediaId: string;
  readonly before: IndexedTerms | undefined;
  readonly record: MediaRecord | undefined;
  readonly terms: readonly string[];
  readonly again?: boolean;
}

/** A transaction holds 100 items, one of them the list of terms. */
const ENTRIES_IN_ONE = 99;

/**
 * Entries and the list of them change in one transaction, under the condition that the list is as it was read. So the list
 * always says exactly what is there, and batches that come twice, late or in another order end in the same state.
 */
export const dynamoTermIndex = (table: Table): TermIndex => ({
  indexed: async (mediaId) => {
    const item = await table.get(termsKey(mediaId));
    return item as IndexedTerms | undefined;
  },

  index: async ({ mediaId, before, record, terms, again = false }) => {
    const teamId = record?.teamId ?? before?.teamId;
    if (teamId === undefined) return true;
    const { createdSk, filenameSk, sizeSk } = record ? listingKeys(record) : {};
    const entry = { kind: record?.kind, createdSk, filenameSk, sizeSk };
    const place = record ? JSON.stringify(entry) : '';
    const known = new Set(before?.terms);
    const rewritten = again || place !== before?.place;
    const puts = terms.filter((term) => rewritten || !known.has(term));
    const wanted = new Set(terms);
    const steps = [
      ...[...known].filter((term) => !wanted.has(term)).map((term) => ({ term, put: false })),
      ...puts.map((term) => ({ term, put: true })),
    ];
    let turn = before?.turn;
    for (let at = 0; at < steps.length; at += ENTRIES_IN_ONE) {
      const chunk = steps.slice(at, at + ENTRIES_IN_ONE);
      const isLast = at + ENTRIES_IN_ONE >= steps.length;
      for (const { term, put } of chunk) put ? known.add(term) : known.delete(term);
      const next = crypto.randomUUID();
      const list = { teamId, terms: [...known], place: isLast ? place : '', turn: next };
      const failed = await table.transact([
        known.size === 0 && isLast ? dropList(mediaId, turn) : putList(mediaId, list, turn),
        ...chunk.map(
          ({ term, put }): TransactItem =>
            put
              ? { Put: { Item: { ...termKey(teamId, term, mediaId), ...entry } } }
              : { Delete: { Key: termKey(teamId, term, mediaId) } },
        ),
      ]);
      if (failed.length > 0) return false;
      turn = next;
    }
    return true;
  },
});

/** The condition that nobody wrote the terms of a record since they were read. */
export const asItWas = (turn: string | undefined) =>
  turn === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#turn = :turn',
        ExpressionAttributeNames: { '#turn': 'turn' },
        ExpressionAttributeValues: { ':turn': turn },
      };

const putList = (mediaId: string, list: IndexedTerms, turn: string | undefined): TransactItem => ({
  Put: { Item: { ...termsKey(mediaId), ...list }, ...asItWas(turn) },
});

const dropList = (mediaId: string, turn: string | undefined): TransactItem => ({
  Delete: { Key: termsKey(mediaId), ...asItWas(turn) },
});

import type { MediaRecord } from '../domain/media.ts';
import { TERM_RULES, termsOfName } from '../domain/terms.ts';
import { listingKeys } from '../table/index-keys.ts';
import { termKey, termPk, termsKey } from '../table/keys.ts';
import { slices } from '../table/slices.ts';
import type { Table, TransactItem } from '../table/table.ts';
import type { IndexedTerms } from './indexed-terms.ts';
import type { RankedPlace } from './rank-buckets.ts';
import { type RankMove, type RankWriter, rankWriter } from './rank-writer.ts';
import { termEntry } from './term-entry.ts';

/** The writing side of search. */
export interface TermIndex {
  indexed(mediaIds: readonly string[]): Promise<ReadonlyMap<string, IndexedTerms>>;
  /**
   * Updates the entries of records to these terms. Answers the records that another call wrote meanwhile, or that shared a
   * transaction with one of these; `alone` gives each a separate transaction.
   */
  index(changes: readonly TermsChange[], alone?: boolean): Promise<readonly string[]>;
}

export interface TermsChange {
  readonly mediaId: string;
  readonly before: IndexedTerms | undefined;
  /** Undefined when it is no longer listed. */
  readonly record: MediaRecord | undefined;
  readonly terms: readonly string[];
  /** Entries are written though they should be there, and the record is counted in this generation of ranks. */
  readonly rebuild?: string | undefined;
}

/** The limit of one transaction. */
const ITEMS_IN_ONE = 100;
/** The list of terms of a record, its moves between ranks, and the totals of ranks. */
const ITEMS_BESIDE = 8;
/** One for each order, and the totals of the team. */
const RANKS_OF_MOVE = 4;
/** Concurrent transactions. Those of a team conflict on its counts, so more would only wait for each other. */
const CONCURRENCY = 4;

/** A part of a change that has to be in one transaction: the list of terms under its condition, some entries, ranks. */
interface Step {
  readonly mediaId: string;
  readonly items: readonly TransactItem[];
  readonly moves: readonly RankMove[];
}

/**
 * Entries and their list change in one transaction, on the condition that the list is unchanged since it was read. So the list
 * always names exactly the existing entries, and batches that arrive twice, late or in another order have the same result.
 * Small changes of several records share a transaction.
 */
export const dynamoTermIndex = (table: Table, ranks: RankWriter = rankWriter(table)): TermIndex => ({
  indexed: async (mediaIds) => {
    const items = await table.batchGet(mediaIds.map(termsKey));
    return new Map(items.map((item) => [String(item.pk).slice('TERMS#'.length), item as unknown as IndexedTerms]));
  },

  index: async (changes, alone = false) => {
    const lost = new Set<string>();
    const plans = await Promise.all(changes.map((change) => stepsOf(change, ranks)));
    const packs = packed(plans, alone).values();
    const lane = async (): Promise<void> => {
      for (const pack of packs) {
        for (const steps of pack) {
          const moves = steps.flatMap((step) => step.moves);
          const failed = await table.transact([...steps.flatMap(({ items }) => items), ...(await ranks.items(moves))]);
          if (failed.length === 0) {
            await ranks.moved(moves);
            continue;
          }
          for (const { mediaId } of steps) lost.add(mediaId);
          for (const { teamId } of moves) ranks.forget(teamId);
          break;
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, lane));
    await ranks.settle();
    return [...lost];
  },
});

/** Sequences of transactions, each waiting for the one before. Short plans share one, a long plan has its own. */
const packed = (plans: readonly (readonly Step[])[], alone: boolean): readonly (readonly (readonly Step[])[])[] => {
  const rows = plans.filter(({ length }) => length > 1).map((steps) => steps.map((step) => [step]));
  let open: Step[] = [];
  let size = 0;
  for (const step of plans.flatMap((steps) => (steps.length === 1 ? steps : []))) {
    const items = step.items.length + step.moves.length * RANKS_OF_MOVE;
    if (open.length === 0 || alone || size + items > ITEMS_IN_ONE) {
      open = [];
      size = 0;
      rows.push([open]);
    }
    open.push(step);
    size += items;
  }
  return rows;
};

const stepsOf = async (change: TermsChange, ranks: RankWriter): Promise<readonly Step[]> => {
  const { mediaId, before, record, terms, rebuild } = change;
  const teamId = record?.teamId ?? before?.teamId;
  if (teamId === undefined) return [];
  const listed = record && placeOf(record);
  const place = listed ? JSON.stringify(listed) : '';
  const nameTerms = new Set(record && termsOfName(record.filename));
  const generation = await ranks.generation(teamId, rebuild);
  const counted = before?.ranked === generation ? before.place : '';
  const rules = before ? rulesOf(before) : TERM_RULES;
  const known = new Set(before?.terms);
  const wanted = new Set(terms);
  const gone = [...known].filter((term) => !wanted.has(term) || termPk(teamId, term, rules) !== termPk(teamId, term));
  const rewritten =
    rebuild !== undefined || rules !== TERM_RULES || place !== before?.place || record?.filename !== before?.filename;
  const puts = terms.filter((term) => rewritten || !known.has(term));
  if (gone.length + puts.length === 0 && counted === place && (record || !before)) return [];

  const edits = {
    gone: gone.map((term) => ({ term, put: false })),
    puts: puts.map((term) => ({ term, put: true })),
  };
  const parts = partsOf(edits.gone, edits.puts, rules);
  let goneLeft = gone.length;
  const isLong = parts.length > 1;
  let turn = before?.turn;
  return parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    for (const { term, put } of part) put ? known.add(term) : known.delete(term);
    goneLeft -= part.filter(({ put }) => !put).length;
    const next = crypto.randomUUID();
    const end = isLast && record ? { place, ranked: generation } : { place: '' };
    const note =
      isLast && !record
        ? dropList(mediaId, turn)
        : putList(
            mediaId,
            {
              teamId,
              terms: [...known],
              rules: goneLeft === 0 ? TERM_RULES : rules,
              filename: record?.filename,
              ...end,
              turn: next,
            },
            turn,
          );
    turn = next;
    const move = (at: string, by: 1 | -1): RankMove[] =>
      at === '' ? [] : [{ teamId, place: JSON.parse(at) as RankedPlace, by }];
    return {
      mediaId,
      items: [
        note,
        ...part.map(({ term, put }) =>
          put && listed
            ? {
                Put: {
                  Item: { ...termKey(teamId, term, mediaId), ...termEntry(listed, mediaId, nameTerms.has(term)) },
                },
              }
            : { Delete: { Key: termKey(teamId, term, mediaId, rules) } },
        ),
      ],
      moves:
        isLong || counted !== place
          ? [...(index === 0 ? move(counted, -1) : []), ...(isLast ? move(place, 1) : [])]
          : [],
    };
  });
};

const placeOf = (record: MediaRecord): RankedPlace => {
  const { createdSk = '', filenameSk = '', sizeSk = '' } = listingKeys(record);
  return { kind: record.kind, createdSk, filenameSk, sizeSk };
};

interface TermEdit {
  readonly term: string;
  readonly put: boolean;
}

/**
 * The items of each transaction. A list names the rules by which its entries were placed, so entries of older rules that need a
 * separate transaction are removed before the first new one is written.
 */
const partsOf = (
  gone: readonly TermEdit[],
  puts: readonly TermEdit[],
  rules: number,
): readonly (readonly TermEdit[])[] => {
  const most = ITEMS_IN_ONE - ITEMS_BESIDE;
  const isApart = rules !== TERM_RULES && gone.length > 0 && puts.length > 0 && gone.length + puts.length > most;
  return isApart ? [...slices(gone, most), ...slices(puts, most)] : slices([...gone, ...puts], most);
};

/** The rules that a list of terms was made by. */
export const rulesOf = ({ rules = 1 }: Pick<IndexedTerms, 'rules'>): number => rules;

/** The condition that the terms of a record were not written since they were read. */
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

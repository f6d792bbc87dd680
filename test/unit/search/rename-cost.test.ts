import { describe, expect, it } from '@jest/globals';
import { MOST_TERMS, TERM_RULES, termsOf } from '../../../functions/domain/terms.ts';
import type { IndexedTerms } from '../../../functions/library/indexed-terms.ts';
import type { RankWriter } from '../../../functions/library/rank-writer.ts';
import { dynamoTermIndex } from '../../../functions/library/term-index.ts';
import { listingKeys } from '../../../functions/table/index-keys.ts';
import type { Table, TransactItem } from '../../../functions/table/table.ts';
import { aRecord } from '../../support/drivers/library.ts';

const ranks: RankWriter = {
  generation: async () => 'generation',
  items: async () => [],
  moved: async () => {},
  forget: () => {},
  settle: async () => {},
};

/** What is written of a record with this text when its tag gets another name. */
const writtenFor = async (alt: string) => {
  const written: TransactItem[] = [];
  const table = {
    transact: async (items: readonly TransactItem[]) => {
      written.push(...items);
      return [];
    },
  } as unknown as Table;
  const record = aRecord({ filename: 'a.jpg', alt });
  const { createdSk = '', filenameSk = '', sizeSk = '' } = listingKeys(record);
  const before: IndexedTerms = {
    teamId: record.teamId,
    terms: termsOf(record, ['Harbour']),
    rules: TERM_RULES,
    filename: record.filename,
    place: JSON.stringify({ kind: record.kind, createdSk, filenameSk, sizeSk }),
    ranked: 'generation',
    turn: 'turn',
  };
  const change = { mediaId: record.id, before, record, terms: termsOf(record, ['Quay']) };
  expect(await dynamoTermIndex(table, ranks).index([change])).toEqual([]);
  return { written: written.length, terms: before.terms.length };
};

describe('a tag with another name', () => {
  it('costs each of its records the words of both names, however many terms the record has', async () => {
    const few = await writtenFor('sea');
    const words = Array.from(
      { length: MOST_TERMS - 20 },
      (_, at) => `word${String.fromCharCode(97 + (at % 26))}${at}x`,
    );
    const many = await writtenFor(words.slice(0, 60).join(' '));
    expect(many.terms).toBeGreaterThan(10 * few.terms);
    expect(many.written).toBe(few.written);
    // The list of its terms, one entry that is gone and one that is new.
    expect(few.written).toBe(3);
  });
});

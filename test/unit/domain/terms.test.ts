import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NO_RECORD_TEXTS } from '../../../functions/domain/record-fields.ts';
import {
  MOST_TERMS,
  matchesTerm,
  queryWords,
  type Searchable,
  termPrefix,
  termsOf,
} from '../../../functions/domain/terms.ts';
import { processorTime } from '../../support/drivers/processor-time.ts';

const nothing: Searchable = { filename: '_', ...NO_RECORD_TEXTS };
const termsIn = (texts: Partial<Searchable>, tagNames: readonly string[] = []) => [
  ...termsOf({ ...nothing, ...texts }, tagNames),
];
const finds = (texts: Partial<Searchable>, query: string) => {
  const terms = termsIn(texts);
  return queryWords(query).every((word) => matchesTerm(terms, word));
};

describe('terms', () => {
  it('are words and their ends in a file name, whole words elsewhere', () => {
    expect(termsIn({ filename: 'Beach.png' })).toEqual(['beachpng', 'png', 'each', 'ach']);
    expect(termsIn({ alt: 'A quiet beach' }, ['Sea'])).toEqual(['a', 'quiet', 'beach', 'sea']);
  });

  it.each([
    ['DSC_0042', ['dsc0042', '0042', '042']],
    ['myPhoto', ['myphoto', 'my', 'photo', 'yphoto', 'hoto', 'oto']],
    ['Ünïcödé', ['unicode', 'nicode', 'icode', 'code', 'ode']],
    ['№５', ['no5', 'no', '5']],
    ['海辺', ['海辺', '辺']],
    ['海辺_7', ['海辺7', '7', '辺7']],
    ['👍🏽👩‍🚀🇳🇴', ['👍🏽', '👍', '👩‍🚀', '👩', '🇳🇴']],
    ['', []],
  ])('of %j are %j', (filename, terms) => expect(termsIn({ filename })).toEqual(terms));

  it('are at most 200, file name and title before the rest', () => {
    const words = Array.from(
      { length: 300 },
      (_, index) => `word${String.fromCharCode(97 + (index % 26))}${'x'.repeat(index / 26)}`,
    );
    const terms = termsIn({ filename: 'last.jpg', alt: words.join(' ') });
    expect(terms).toHaveLength(MOST_TERMS);
    expect(terms).toEqual(expect.arrayContaining(['lastjpg', 'jpg', 'ast']));
  });

  it.each(['a1', 'aA', 'a.', '海1', '海.', 'a👍', 'é1'])(
    'cost little, however short the pieces of a text are: %s',
    async (piece) => {
      const of = (text: string): Searchable => ({
        filename: text.slice(0, 250),
        ...NO_RECORD_TEXTS,
        title: text.slice(0, 250),
        alt: text.slice(0, 500),
        caption: text.slice(0, 1000),
        description: text.slice(0, 5000),
      });
      const cost = (text: string, beside: string) =>
        processorTime(() => {
          for (let record = 0; record < 10; record += 1) termsOf(of(text), [beside]);
        });
      const prose = 'The harbour of a small town lies behind its lighthouse, where boats wait for the tide. '.repeat(
        250,
      );
      await cost(prose, prose);
      const hostile = piece.repeat(10_000);
      expect(await cost(hostile, hostile)).toBeLessThan(5 * (await cost(prose, prose)) + 250);
    },
  );

  it('fit a sort key, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 255 }),
        fc.string({ unit: 'binary', maxLength: 1000 }),
        (filename, alt) => {
          for (const term of termsIn({ filename, alt })) {
            expect(term).not.toMatch(/#|\s/);
            expect(Buffer.byteLength(term)).toBeLessThanOrEqual(256);
            expect(term.startsWith(termPrefix(term))).toBe(true);
            expect(term.isWellFormed()).toBe(true);
          }
        },
      ),
    );
  });
});

describe('a query', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'abcdeéFGß12 _-.'), minLength: 1, maxLength: 40 });

  it('finds a record by any of its words, in any case', () => {
    fc.assert(
      fc.property(letters, letters, (filename, alt) => {
        for (const word of [...filename.split(/[ _.-]/), ...alt.split(/[ _.-]/)]) {
          expect(finds({ filename, alt }, word.toUpperCase())).toBe(true);
          expect(finds({ filename, alt }, word)).toBe(true);
        }
      }),
    );
  });

  it('finds a run of digits and letters whose letters change case on the way', () => {
    expect(finds({ filename: '1aaaG' }, '1AAAG')).toBe(true);
    expect(finds({ filename: 'x.jpg', alt: 'at 4mapIt' }, '4MAPIT')).toBe(true);
  });

  it('finds a file by any three letters of a word of its name', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcxyz'), minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(word, fc.nat(57), (name, at) => {
        const part = name.slice(Math.min(at, name.length - 3)).slice(0, 3);
        expect(finds({ filename: `${name}.jpg` }, part)).toBe(true);
      }),
    );
  });

  it.each([
    ['IMG_2', ['img2']],
    ['IMG_2034_5', ['img', '20345']],
    ['v1.5', ['v15']],
    ['1.5', ['1', '5']],
    ["l'été", ['lete']],
    ['rock-n-roll', ['rockn', 'roll']],
    ['海辺_7', ['海辺7']],
    ['a海辺', ['a', '海辺']],
    ['🍷2', ['🍷', '2']],
  ])('of %j asks for %j', (query, words) => expect(queryWords(query)).toEqual(words));

  it('takes wildcards and quotes for what separates words', () => {
    expect(queryWords('%_"\'*')).toEqual([]);
    expect(queryWords('50% "off"')).toEqual(['50', 'off']);
  });

  it('means every word once', () => expect(queryWords('Sun sun SUN')).toEqual(['sun']));
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NO_RECORD_TEXTS } from '../../../functions/domain/record-fields.ts';
import {
  MOST_QUERY_WORDS,
  MOST_TERMS,
  matchesTerm,
  queryWords,
  type Searchable,
  termsOf,
} from '../../../functions/domain/terms.ts';
import {
  CASED_SCRIPTS,
  MARKED_SCRIPTS,
  markedPair,
  POINTED_SCRIPTS,
  type Script,
  wordOf,
} from '../../support/fixtures/scripts.ts';

const nothing: Searchable = { filename: '_', ...NO_RECORD_TEXTS };
const finds = (texts: Partial<Searchable>, query: string, beside: readonly string[] = []): boolean => {
  const [terms, words] = [termsOf({ ...nothing, ...texts }, beside), queryWords(query)];
  return words.length > 0 && words.every((word) => matchesTerm(terms, word));
};
const UNSPACED: readonly Script[] = [
  { name: 'Han', letters: '海辺山川田中花火春夏秋冬东西南北门马鸟鱼龙凤', marks: '' },
  { name: 'Hangul', letters: '가나다라마바사아자차카타파하서울부산여행', marks: '' },
  ...MARKED_SCRIPTS.filter(({ name }) => /gana|kana|Thai|Lao|Khmer|Burmese/.test(name)),
];
const SPACED = [
  ...CASED_SCRIPTS,
  ...MARKED_SCRIPTS.filter(({ name }) => /Devanagari|Bengali|Tamil|Gujarati|Telugu|Malayalam|Sinhala/.test(name)),
];

describe('a word in a script without spaces', () => {
  it.each(UNSPACED)('is found wherever it stands, in names and texts ($name)', (script) => {
    const [before, word, after] = [wordOf(script, 0, 20), wordOf(script, 1, 40), wordOf(script, 0, 20)];
    fc.assert(
      fc.property(before, word, after, (start, inside, end) => {
        const whole = start + inside + end;
        expect(finds({ filename: `${whole}2024.jpg` }, inside)).toBe(true);
        expect(finds({ description: `ab ${whole}。` }, inside)).toBe(true);
        expect(finds({ title: whole.normalize('NFD') }, inside.normalize('NFD'))).toBe(true);
      }),
    );
  });

  it.each([
    ['春の海辺にて', '海辺'],
    ['부산여행사진', '여행'],
    ['ทะเลสวยงาม', 'สวย'],
    ['ﾋﾞｰﾁﾊﾟﾗｿﾙ', 'パラソル'],
    ['㍿海辺', '株式会社'],
    ['第3回花火大会', '3回'],
  ])('of %s is %s', (text, word) => {
    expect(finds({ filename: `${text}.jpg` }, word)).toBe(true);
    expect(finds({ caption: text }, word)).toBe(true);
    expect(finds({}, word, [text])).toBe(true);
  });

  it('of 200 letters does not ask for more words than a query may have', () =>
    expect(queryWords('海'.repeat(200)).length).toBeLessThan(MOST_QUERY_WORDS));
});

describe('a word in a script with spaces', () => {
  it.each(SPACED)('is found in any case, and by its beginnings of three letters ($name)', (script) => {
    fc.assert(
      fc.property(wordOf(script, 1, 20), wordOf(script, 3, 20), (other, word) => {
        const letters = [...word];
        const texts = [{ filename: `${other}_${word}.jpg` }, { description: `${other} ${word}, 2` }];
        for (const text of texts) {
          expect(finds(text, word.toUpperCase())).toBe(true);
          for (let length = 3; length <= letters.length; length += 1)
            expect(finds(text, letters.slice(0, length).join(''))).toBe(true);
        }
      }),
    );
  });
});

describe('a mark that makes another letter or vowel', () => {
  it.each(MARKED_SCRIPTS)('makes another word ($name)', (script) => {
    fc.assert(
      fc.property(markedPair(script, 3), wordOf(script, 1, 1), ([word, marked], last) => {
        const [bare, other] = [word + last, (marked + last).normalize('NFC')];
        expect(finds({ filename: `${bare}.jpg` }, other)).toBe(false);
        expect(finds({ filename: `${other}.jpg`, alt: other }, other)).toBe(true);
        if (!other.includes(bare)) expect(finds({ filename: `${other}.jpg` }, bare)).toBe(false);
      }),
    );
  });

  it.each([
    ['パパ', 'ハハ'],
    ['かぎ', 'かき'],
    ['दीन', 'दिन'],
    ['เสื้อ', 'เสือ'],
    ['мой', 'мои'],
    ['їжа', 'іжа'],
    ['서울', '서운'],
  ])('keeps %s from being found by %s', (word, other) => {
    expect(finds({ filename: `${word}.jpg`, description: word }, other)).toBe(false);
    expect(finds({ filename: `${other}.jpg`, description: other }, word)).toBe(false);
  });
});

describe('what readers leave out when they search', () => {
  it.each(POINTED_SCRIPTS)('are marks: with them and without, a word is one word ($name)', (script) => {
    const mark = fc.string({ unit: fc.constantFrom(...script.marks), maxLength: 2 });
    const letters = fc.array(fc.tuple(fc.constantFrom(...script.letters), mark), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(letters, (pairs) => {
        const [pointed, bare] = [pairs.flat().join('').normalize('NFC'), pairs.map(([letter]) => letter).join('')];
        expect(finds({ filename: `${pointed}.jpg` }, bare)).toBe(true);
        expect(finds({ description: bare }, pointed)).toBe(true);
      }),
    );
  });

  it.each([
    ['Łódź', 'lodz'],
    ['Tromsø', 'tromso'],
    ['Œuvre', 'oeuvre'],
    ['Æble', 'aeble'],
    ['Straße', 'strasse'],
    ['STRASSE', 'straße'],
    ['ışık', 'isik'],
    ['IŞIK', 'ışık'],
    ['İzmir', 'izmir'],
    ['Đắk Lắk', 'dak lak'],
    ['Þingvellir', 'thingvellir'],
    ['Reykjavíkurborð', 'reykjavikurbord'],
    ['Ħamrun', 'hamrun'],
    ['Kárášjohka ŋuolla', 'nuolla'],
    ['ΑΘΗΝΑ', 'αθήνα'],
    ['Ὀδυσσεύς', 'οδυσσευσ'],
    ['Ещё', 'еще'],
    ['كِتَاب', 'كتاب'],
    ['أحمد', 'احمد'],
    ['שָׁלוֹם', 'שלום'],
    ['ＳＵＭＭＥＲ', 'summer'],
    ['ﬁnal', 'final'],
  ])('finds %s by %s', (word, query) => {
    expect(finds({ filename: `${word}.jpg` }, query)).toBe(true);
    expect(finds({ description: word }, query)).toBe(true);
  });
});

describe('an emoji', () => {
  it.each([
    ['🍷', '🍷'],
    ['wine🍷bar', '🍷'],
    ['👍🏽', '👍'],
    ['👩‍🚀', '👩‍🚀'],
    ['❤️', '❤'],
    ['🇳🇴', '🇳🇴'],
    ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ])('in %s is found by %s', (text, query) => {
    expect(finds({ filename: `${text}.jpg` }, query)).toBe(true);
    expect(finds({ description: `at ${text}!` }, query)).toBe(true);
  });

  it.each([
    ['🍷', '🍺'],
    ['🇳🇴', '🇳🇱'],
    ['👍🏽', '👍🏿'],
  ])('%s is not %s', (text, query) => expect(finds({ filename: `${text}.jpg` }, query)).toBe(false));
});

describe('a beginning that reaches over a separator', () => {
  it.each(['IMG_2', 'IMG_20', 'IMG_203', 'IMG_2034', 'IMG_2034.', 'IMG_2034.j', 'IMG_2034.jp', 'img-20', 'img20'])(
    '%s finds IMG_2034.jpg',
    (query) => expect(finds({ filename: 'IMG_2034.jpg' }, query)).toBe(true),
  );

  it('finds any name by any of its beginnings, from three letters on', () => {
    const part = fc.oneof(wordOf(CASED_SCRIPTS[0] as Script, 1, 6), fc.nat(99_999).map(String));
    const name = fc.array(part, { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(name, fc.constantFrom('_', '-', '.', '+'), (parts, separator) => {
        const filename = `${parts.join(separator)}.jpg`;
        for (let length = 3; length <= filename.length; length += 1) {
          const query = filename.slice(0, length);
          const pieces = query.split(/[^\p{L}\p{N}]/u).join('').length;
          if (pieces >= 3) expect([query, finds({ filename }, query)]).toEqual([query, true]);
        }
      }),
    );
  });

  it.each([
    ['DSC_10', 'DSC_2034.jpg'],
    ['IMG_20', 'IMG_1920.jpg'],
    ['scan-3', 'scan-12-4.pdf'],
  ])('%s does not find %s', (query, filename) => expect(finds({ filename }, query)).toBe(false));
});

it('long texts keep names, titles and the first words of all others', () => {
  const long = Array.from({ length: 900 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('');
  const terms = termsOf({ ...nothing, filename: 'plan.pdf', title: '花火', description: long }, ['Zeppelin']);
  expect(terms).toHaveLength(MOST_TERMS);
  expect(terms).toEqual(expect.arrayContaining(['planpdf', '花火', 'zeppelin']));
});

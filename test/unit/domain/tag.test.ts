import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { freeSlug, inTagOrder, isTagName, slugOf, type Tag, tagIdentity } from '../../../functions/domain/tag.ts';
import { CASED_SCRIPTS, MARKED_SCRIPTS, markedPair, wordOf } from '../../support/fixtures/scripts.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 100 });

describe('names of one tag', () => {
  it.each([
    ['Café', 'CAFE'],
    ['ÅNGSTRÖM', 'angstrom'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['ДОМ', 'дом'],
    ['tiếng Việt', 'tieng viet'],
    [' two  words ', 'Two Words'],
    ['ﾃﾞｰﾀ', 'データ'],
    ['ＡＢＣ', 'abc'],
    ['❤️', '❤'],
  ])('are %j and %j', (one, other) => expect(tagIdentity(one)).toBe(tagIdentity(other)));

  it.each(CASED_SCRIPTS)('differ in case alone ($name)', (script) => {
    fc.assert(
      fc.property(wordOf(script), (word) => {
        expect(tagIdentity(word.toUpperCase())).toBe(tagIdentity(word));
      }),
    );
  });

  it('may have any accents on Latin letters', () => {
    const accents = fc.string({
      unit: fc.constantFrom(...'\u0300\u0301\u0302\u0303\u0304\u0308\u030a\u0323\u0328'),
      maxLength: 3,
    });
    const letters = fc.array(fc.tuple(fc.constantFrom(...'aceiouyzACEIOUYZ'), accents), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(letters, (pairs) => {
        const bare = pairs.map(([letter]) => letter).join('');
        expect(tagIdentity(pairs.flat().join(''))).toBe(tagIdentity(bare));
      }),
    );
  });

  it('have one identity in any form that Unicode calls the same', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(tagIdentity(name.normalize('NFD'))).toBe(tagIdentity(name));
        expect(tagIdentity(name.normalize('NFC'))).toBe(tagIdentity(name));
        expect(tagIdentity(tagIdentity(name))).toBe(tagIdentity(name));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('names of two tags', () => {
  it.each([
    ['かき', 'かぎ'],
    ['ビル', 'ピル'],
    ['दिन', 'दीन'],
    ['เสือ', 'เสื้อ'],
    ['мир', 'мйр'],
    ['все', 'всё'],
    ['كتب', 'كُتُب'],
    ['G', 'G+'],
    ['J', 'J#'],
    ['2.4', '2-4'],
    ['NET', '.NET'],
    ['sea-view', 'sea view'],
    ['m²', 'm2'],
    ['kıl', 'kil'],
    ['🍷', '🍺'],
    ['👍', '👍🏽'],
    ['👩‍🚀', '👨‍🚀'],
    ['🇳🇴', '🇳🇱'],
    ['서울', '서운'],
  ])('are %j and %j', (one, other) => expect(tagIdentity(one)).not.toBe(tagIdentity(other)));

  it.each(MARKED_SCRIPTS)('differ in a mark ($name)', (script) => {
    fc.assert(
      fc.property(markedPair(script), ([word, marked]) => {
        expect(tagIdentity(word)).not.toBe(tagIdentity(marked));
        expect(isTagName(word) && isTagName(marked)).toBe(true);
      }),
    );
  });

  it('differ in a sign before, inside or behind them', () => {
    const sign = fc.constantFrom(...'+#.-_&@!?*/%=~^$€');
    fc.assert(
      fc.property(wordOf(CASED_SCRIPTS[0] as never, 2), fc.nat(), sign, (word, at, mark) => {
        const index = at % (word.length + 1);
        expect(tagIdentity(word)).not.toBe(tagIdentity(word.slice(0, index) + mark + word.slice(index)));
      }),
    );
  });

  it('differ in a letter', () => {
    const script = fc
      .constantFrom(...CASED_SCRIPTS, ...MARKED_SCRIPTS)
      .chain((each) => fc.tuple(wordOf(each), wordOf(each)));
    fc.assert(
      fc.property(script, ([one, other]) => {
        const bare = (word: string) => word.replaceAll('ς', 'σ').replaceAll('ß', 'ss');
        expect(tagIdentity(one) === tagIdentity(other)).toBe(bare(one) === bare(other));
      }),
    );
  });
});

describe('the name of a tag', () => {
  it.each(['🍷', '❤️', '👩‍🚀', '‼️', '1️⃣', '★', '€', '京', '.NET', 'C++'])('can be %s', (name) =>
    expect(isTagName(name)).toBe(true),
  );

  it.each(['', ' ', '!!!', '++', '\u200b', '\u200d', '\u0301', '\ufe0f', '-'])('cannot be %j', (name) =>
    expect(isTagName(name)).toBe(false),
  );

  it('has an identity that fits a sort key, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (name) => {
        expect(Buffer.byteLength(tagIdentity(name.toWellFormed().slice(0, 100).toWellFormed()))).toBeLessThan(1000);
      }),
    );
    expect(Buffer.byteLength(tagIdentity('ΐ'.repeat(100)))).toBeLessThan(1000);
    expect(Buffer.byteLength(tagIdentity('𐐀'.repeat(50)))).toBeLessThan(1000);
  });
});

describe('a slug', () => {
  it.each([
    ['Product Photos', 'product-photos'],
    ['  Élan -- vital! ', 'elan-vital'],
    ['写真', '写真'],
    ['パパ', 'パパ'],
    ['काम', 'काम'],
    ['C++', 'c-plus-plus'],
    ['C#', 'c-sharp'],
    ['.NET', 'dot-net'],
    ['#sea', 'sea'],
    ['Beer 🍺', 'beer-🍺'],
    ['👩‍🚀', '👩‍🚀'],
    ['!?', ''],
  ])('of %j is %j', (name, slug) => expect(slugOf(name)).toBe(slug));

  it('is the same when made again, and safe in an address', () => {
    fc.assert(
      fc.property(text, (name) => {
        const slug = slugOf(name);
        expect(slugOf(slug)).toBe(slug);
        expect(slug).not.toMatch(/[\s/?#%&,;:'"\\]|^-|-$|--/);
        expect(slug.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(slug)).toBeLessThan(900);
      }),
      { numRuns: 1000 },
    );
  });

  it('has a number where another tag has it', () => {
    expect(freeSlug('1-5', new Set(['1-5', '1-5-2']))).toBe('1-5-3');
    expect(freeSlug('1-5', new Set(['1-5-2']))).toBe('1-5');
  });
});

it('tags of one order are listed by name, and by their marks where letters agree', () => {
  const tags = ['ビル', 'ヒル', 'apple', 'ピル', 'Über'].map(
    (name, at) => ({ name, order: 0, slug: `s${9 - at}` }) as Tag,
  );
  expect(tags.sort(inTagOrder).map(({ name }) => name)).toEqual(['apple', 'Über', 'ヒル', 'ビル', 'ピル']);
});

it('tags are listed by their order, whatever their names are', () => {
  const tags = [
    { name: 'apple', order: 2, slug: 'apple' },
    { name: 'pear', order: 0, slug: 'pear' },
    { name: 'zebra', order: -1, slug: 'zebra' },
    { name: 'banana', order: 1, slug: 'banana' },
  ].map((tag) => tag as Tag);
  expect(tags.sort(inTagOrder).map(({ name }) => name)).toEqual(['zebra', 'pear', 'banana', 'apple']);
});

it('tags of one name are listed by their slugs', () => {
  const tags = ['b', 'c', 'a'].map((slug) => ({ name: 'Same', order: 0, slug }) as Tag);
  expect(tags.sort(inTagOrder).map(({ slug }) => slug)).toEqual(['a', 'b', 'c']);
});

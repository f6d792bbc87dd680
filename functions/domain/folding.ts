/** Letters that Unicode's case folding distinguishes from their upper case: dotless ı is no i. */
const OWN_CASE = /ı/u;

const foldLetter = (letter: string): string =>
  OWN_CASE.test(letter) ? letter : letter.toLowerCase().toUpperCase().toLowerCase();

/**
 * Full case folding, as Unicode defines it: `ß` and `ẞ` are `ss`, the final sigma is a sigma. It does not depend on a language,
 * so `ı` and `İ` of Turkish stay two letters.
 */
export const foldCase = (text: string): string =>
  /^[ -~]*$/.test(text) ? text.toLowerCase() : [...text].map(foldLetter).join('').replaceAll('ς', 'σ');

/**
 * Takes the accents off Latin letters of a text in NFD. Marks of other scripts stay: in kana, in the scripts of India and
 * South East Asia and in Cyrillic they make another letter or another vowel.
 */
export const dropLatinAccents = (text: string): string => text.replace(/(\p{Script=Latin})\p{Mn}+/gu, '$1');

/** Marks that Greek readers leave out in capitals, as Latin ones. */
const LATIN_AND_GREEK = /([\p{Script=Latin}\p{Script=Greek}])\p{Mn}+/gu;
/** Russian writes `е` for `ё`, and stress marks only in dictionaries; other marks make other Cyrillic letters. */
const CYRILLIC_OPTIONAL = /(?<=[еЕ])\u0308|(?<=[аеиоуыэюяАЕИОУЫЭЮЯ])[\u0300\u0301]/gu;
/** Vowel points of Hebrew and Arabic, hamza and madda on a letter, and the stroke that stretches Arabic words. */
const POINTS =
  /[\u0591-\u05bd]|\u05bf|\u05c1|\u05c2|\u05c4|\u05c5|\u05c7|[\u0610-\u061a]|\u0640|[\u064b-\u065f]|\u0670|[\u06d6-\u06dc]|[\u06df-\u06e8]|[\u06ea-\u06ed]/gu;
/** Invisible characters: soft hyphens, choices between text and emoji style, joiners within a word. */
const UNSEEN = /\u00ad|\u034f|\u200b|\u2060|\ufe0e|\ufe0f|(?<=[\p{L}\p{M}])\u200d|\u200c(?=\p{M})/gu;

/**
 * A text as search compares it, except for case: widths and ligatures are decomposed, and marks are removed that readers leave
 * out when they search. Marks that make another letter or vowel stay, in kana, Devanagari, Thai and all other scripts.
 */
export const foldMarks = (text: string): string =>
  /^[ -~]*$/.test(text)
    ? text
    : text
        .normalize('NFKD')
        .replace(LATIN_AND_GREEK, '$1')
        .replace(CYRILLIC_OPTIONAL, '')
        .replace(POINTS, '')
        .replace(UNSEEN, '')
        .normalize('NFC');

/** Latin letters that Unicode does not take apart, as people write them where a keyboard lacks them. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ...lettersOf('a', 'ⱥᶏɐɑ'),
  ...lettersOf('b', 'ƀɓƃ'),
  ...lettersOf('c', 'ȼƈ'),
  ...lettersOf('d', 'đðɖɗƌ'),
  ...lettersOf('e', 'ɇəǝɛ'),
  ...lettersOf('f', 'ƒ'),
  ...lettersOf('g', 'ǥɠɡ'),
  ...lettersOf('h', 'ħⱨ'),
  ...lettersOf('i', 'ıɨɩ'),
  ...lettersOf('j', 'ȷɉ'),
  ...lettersOf('k', 'ƙⱪꝁĸ'),
  ...lettersOf('l', 'łƚⱡɫ'),
  ...lettersOf('n', 'ŋƞɲꞑ'),
  ...lettersOf('o', 'øɔɵ'),
  ...lettersOf('p', 'ƥꝑ'),
  ...lettersOf('q', 'ɋ'),
  ...lettersOf('r', 'ɍɽ'),
  ...lettersOf('s', 'ȿ'),
  ...lettersOf('t', 'ŧƭʈⱦ'),
  ...lettersOf('u', 'ʉʊ'),
  ...lettersOf('v', 'ʋ'),
  ...lettersOf('w', 'ⱳ'),
  ...lettersOf('y', 'ɏƴ'),
  ...lettersOf('z', 'ƶȥⱬ'),
  ...lettersOf('ae', 'æ'),
  ...lettersOf('oe', 'œ'),
  ...lettersOf('th', 'þ'),
};

function lettersOf(plain: string, letters: string): Record<string, string> {
  return Object.fromEntries([...letters].map((letter) => [letter, plain]));
}

/** A text of small letters without strokes, hooks and ligatures: `łódź` is `lodz` once its marks are gone, `œuvre` is `oeuvre`. */
export const foldLetters = (text: string): string =>
  /^[ -~]*$/.test(text) ? text : [...text].map((letter) => PLAIN_LETTERS[letter] ?? letter).join('');

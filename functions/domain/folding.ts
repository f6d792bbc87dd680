/** Letters that Unicode's case folding keeps apart from their upper case: dotless ı is no i. */
const OWN_CASE = /ı/u;

const foldLetter = (letter: string): string =>
  OWN_CASE.test(letter) ? letter : letter.toLowerCase().toUpperCase().toLowerCase();

/**
 * Full case folding, as Unicode defines it: `ß` and `ẞ` are `ss`, the final sigma is a sigma. It does not depend on a
 * language, so it leaves `ı` and `İ` of Turkish what they are everywhere else.
 */
export const foldCase = (text: string): string =>
  /^[ -~]*$/.test(text) ? text.toLowerCase() : [...text].map(foldLetter).join('').replaceAll('ς', 'σ');

/**
 * Takes the accents off Latin letters of a text in NFD. Marks of other scripts stay: in kana, in the scripts of India and
 * South East Asia and in Cyrillic they make another letter or another vowel.
 */
export const dropLatinAccents = (text: string): string => text.replace(/(\p{Script=Latin})\p{Mn}+/gu, '$1');

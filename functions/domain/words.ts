import { foldCase, foldLetters, foldMarks } from './folding.ts';

/**
 * The pieces into which search splits a text: letters of one case, digits, an emoji, or an unbroken run of a script without
 * spaces.
 */
export interface Piece {
  readonly text: string;
  readonly kind: 'letters' | 'digits' | 'unspaced' | 'emoji';
  /** False within one run of letters, where only the case shows a border. */
  readonly endsRun: boolean;
}

/** Letters of scripts without spaces between words, or with attached particles, such as Korean. */
const UNSPACED =
  '[[\\p{L}\\p{Nl}]&&[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Bopo}\\p{scx=Hang}\\p{scx=Yiii}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}\\p{scx=Lana}\\p{scx=Java}]]';
const PICTURE = '[\\p{Extended_Pictographic}--[©®]]\\p{EMod}?[\\u{e0020}-\\u{e007f}]*';
const RUN = new RegExp(
  `(?<emoji>\\p{RI}\\p{RI}|${PICTURE}(?:\\u200d${PICTURE})*)|(?<unspaced>(?:${UNSPACED}\\p{M}*)+)|(?<letters>(?:[\\p{L}--${UNSPACED}]\\p{M}*)+)|(?<digits>\\p{N}+)`,
  'gv',
);
const STARTS_UNSPACED = new RegExp(`^${UNSPACED}`, 'v');
const CASE_BORDER = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/** Whether a word begins in a script without spaces. */
export const startsUnspaced = (word: string): boolean => STARTS_UNSPACED.test(word);

/** The pieces of a text, in order; separators, signs and spaces are between them. */
export const piecesIn = (text: string): readonly Piece[] =>
  [...foldMarks(text).matchAll(RUN)].flatMap(({ 0: run, groups }): Piece[] => {
    if (groups?.letters === undefined) {
      const kind = groups?.emoji ? 'emoji' : groups?.digits ? 'digits' : 'unspaced';
      return [{ text: run, kind, endsRun: true }];
    }
    const parts = run.split(CASE_BORDER).map((part) => foldLetters(foldCase(part)));
    return parts.map((part, index) => ({ text: part, kind: 'letters', endsRun: index === parts.length - 1 }));
  });

/** A letter with its marks: no word begins inside one. */
export const clustersOf = (text: string): readonly string[] => text.match(/\P{M}\p{M}*|^\p{M}+/gu) ?? [];

import { MediaError } from '../domain/errors.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** Passwords with fewer different characters are quickly guessed, at any length. */
const LEAST_CHARACTERS = 5;

/** Common sequences: digits, the alphabet and the rows of keyboards. */
const ROWS = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm', 'qwertzuiopasdfghjklyxcvbnm'];
const RUNS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))].map((row) => row + row);

/** Words that people lengthen with digits and signs, or repeat. */
const STEMS = new Set(
  'password passwort motdepasse qwerty qwertz azerty letmein welcome welkom iloveyou admin administrator changeme secret mediashelf'.split(
    ' ',
  ),
);

const REPEATED = /^(.{1,8})\1+$/su;
const ENDING = /[\P{L}]+$/u;

const isKnown = (word: string): boolean => COMMON_PASSWORDS.has(word) || STEMS.has(word);

/**
 * Whether guessers try a password first: common ones of leaks, runs of keys, one repeated piece, few characters, or the
 * person's own address. Upper case, and digits and signs after a word, make no difference.
 */
export const isCommonPassword = (password: string, email: string | null): boolean => {
  const folded = password.normalize('NFKC').trim().toLowerCase();
  if (new Set(folded).size < LEAST_CHARACTERS) return true;
  const stem = folded.replace(ENDING, '');
  const own = email === null ? [] : [email, email.split('@')[0] ?? ''];
  const candidates = [folded, stem, REPEATED.exec(folded)?.[1] ?? ''];
  if (REPEATED.test(folded) || RUNS.some((run) => run.includes(folded))) return true;
  return candidates.some((each) => isKnown(each) || own.includes(each));
};

/** Throws `VALIDATION`, naming the field, for a password that guessers try first (NIST SP 800-63B, section 3.1.1.2). */
export const refuseCommonPassword = (password: string, email: string | null, field: string): void => {
  if (!isCommonPassword(password, email)) return;
  const message = 'This password is among those that are tried first; choose another';
  throw new MediaError('VALIDATION', 'Invalid request body', { fields: [{ code: 'custom', path: [field], message }] });
};

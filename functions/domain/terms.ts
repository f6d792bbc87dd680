import type { MediaRecord } from './media.ts';

/**
 * The words of search. Case and accents do not count; words end at whatever is neither letter nor digit, between letters
 * and digits, and inside `camelCase`. What is indexed are terms, and a word of a query is looked for at their beginning:
 *
 *     file name, title         each word, and each end of it that has 3 letters: found inside words
 *     any other text           each word: found from its start
 *     words of 1 or 2 letters  found as whole words alone
 */
export type Searchable = Pick<MediaRecord, 'filename' | 'title' | 'alt' | 'caption' | 'description'>;

/** Terms of one record; whatever has more text is found by its first words, file name and title before the rest. */
export const MOST_TERMS = 200;
/** Shorter words are compared whole: nearly every record has a word that begins with any one letter. */
export const SHORTEST_PART = 3;
/** Words agree when their first 64 letters do; a sort key could not hold longer ones of any script. */
const LONGEST_TERM = 64;
export const MOST_QUERY_WORDS = 10;
export const LONGEST_QUERY = 200;

const RUN = /\p{L}+|\p{N}+/gu;
const CASE_BORDER = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const MARKS = /\p{M}+/gu;

/** One unbroken run of letters or digits, folded, in the parts that its case shows. */
type Run = readonly string[];

const fold = (text: string): string =>
  text.toLowerCase().normalize('NFKD').replace(MARKS, '').replaceAll('ς', 'σ').replaceAll('ß', 'ss');

const runsIn = (text: string): readonly Run[] =>
  [...text.normalize('NFKD').replace(MARKS, '').matchAll(RUN)].map(([run]) =>
    run
      .split(CASE_BORDER)
      .map(fold)
      .filter((part) => part !== ''),
  );

const lengthOf = (word: string): number => [...word].length;
const cut = (word: string): string => [...word].slice(0, LONGEST_TERM).join('');

/** From the start of each part to the end of the run; short parts stand for themselves as well. */
const startsOf = (run: Run): readonly string[] => [
  ...run.map((_, index) => run.slice(index).join('')),
  ...run.filter((part) => lengthOf(part) < SHORTEST_PART),
];

const endsOf = (run: Run): readonly string[] => {
  const letters = [...run.join('')];
  return letters
    .slice(0, Math.max(0, letters.length - SHORTEST_PART + 1))
    .map((_, index) => letters.slice(index).join(''));
};

/**
 * The terms under which a record is found, the most telling first. `beside` is what its item does not hold: the names of its
 * tags, and the words of its file's text.
 */
export const termsOf = (record: Searchable, beside: readonly string[]): readonly string[] => {
  const inside = [record.filename, record.title ?? ''].flatMap(runsIn);
  const outside = [record.alt, record.caption, record.description, ...beside].flatMap((text) => runsIn(text ?? ''));
  const terms = new Set<string>();
  for (const list of [inside.flatMap(startsOf), inside.flatMap(endsOf), outside.flatMap(startsOf)]) {
    for (const term of list) {
      if (terms.size === MOST_TERMS) return [...terms];
      if (term !== '') terms.add(cut(term));
    }
  }
  return [...terms];
};

/** The words of a query, each once; all of them have to match. */
export const queryWords = (query: string): readonly string[] => {
  const words = runsIn(query).flatMap((run) =>
    run.every((part) => lengthOf(part) >= SHORTEST_PART) ? run : [run.join('')],
  );
  return [...new Set(words.map(cut))];
};

/** Whether a word of a query matches one of these terms. */
export const matchesTerm = (terms: readonly string[], word: string): boolean =>
  lengthOf(word) < SHORTEST_PART ? terms.includes(word) : terms.some((term) => term.startsWith(word));

/** The first letters of a term: postings that share them share a partition. */
export const termPrefix = (term: string): string => [...term].slice(0, SHORTEST_PART).join('');

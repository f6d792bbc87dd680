import type { MediaRecord } from './media.ts';
import { NO_RECORD_TEXTS, RECORD_TEXTS, TEXT_NAMES, type TextName } from './record-fields.ts';
import { clustersOf, type Piece, piecesIn, startsUnspaced } from './words.ts';

/**
 * The words of search. Case, accents and width do not count; words end at whatever is neither letter nor digit, between
 * letters and digits, between scripts with and without spaces, and inside `camelCase`. What is indexed are terms, and a
 * word of a query is looked for at their beginning:
 *
 *     file name, titles        each word, and each end of it that has 3 letters: found inside words
 *     any other text           each word: found from its start
 *     scripts without spaces   from each letter of a run on, in all texts: found everywhere
 *     words of 1 or 2 letters  found as whole words, or behind the word before them: `IMG_2` finds IMG_2034
 *     emoji                    each whole, and the emoji that its skin tone or its joined others stand on
 *
 * Behind a word its term has the next one, so that a beginning may reach over a separator.
 */
export type Searchable = Pick<MediaRecord, 'filename' | TextName>;

const TITLES = TEXT_NAMES.filter((name) => RECORD_TEXTS[name].found === 'inside words');
const OTHERS = TEXT_NAMES.filter((name) => !TITLES.includes(name));

/** Counts the rules of this file: entries that were written by others are written anew. */
export const TERM_RULES = 2;
/** Terms of one record; whatever has more text is found by its first words, file name and title before the rest. */
export const MOST_TERMS = 200;
/** Shorter words are compared whole: nearly every record has a word that begins with any one letter. */
export const SHORTEST_PART = 3;
/** Words agree when their first 64 letters do; a sort key could not hold longer ones of any script. */
const LONGEST_TERM = 64;
/** Where each letter begins a term, terms are shorter; a longer word of a query is looked for in parts. */
const LONGEST_UNSPACED = 16;
export const MOST_QUERY_WORDS = 10;
export const LONGEST_QUERY = 200;

const lengthOf = (word: string): number => [...word].length;
const cutTo = (longest: number, word: string): string => [...word].slice(0, longest).join('');
const isShort = ({ kind, text }: Piece): boolean =>
  (kind === 'letters' || kind === 'digits') && lengthOf(text) < SHORTEST_PART;

/** The rest of a run of letters, as far as a term holds it. */
const restOf = (pieces: readonly Piece[], at: number): string => {
  let rest = '';
  for (let index = at; pieces[index]?.endsRun === false && rest.length <= LONGEST_TERM * 2; index += 1)
    rest += pieces[index + 1]?.text ?? '';
  return rest;
};

/** What stands behind a piece without a gap: the rest of its run, short pieces, and the run of the first that is not short. */
const reachOf = (pieces: readonly Piece[], at: number): string => {
  let [text, index, inRun] = ['', at, pieces[at]?.endsRun === false];
  // More than a term holds is never looked at.
  while (text.length <= LONGEST_TERM * 2) {
    index += 1;
    const piece = pieces[index];
    if (!piece || piece.kind === 'emoji') return text;
    text += piece.text;
    if (!inRun && !isShort(piece)) return text + restOf(pieces, index);
    inRun &&= !piece.endsRun;
  }
  return text;
};

/** Terms that begin where words do; short words, and runs that are short as a whole, stand for themselves as well. */
const startsOf = (pieces: readonly Piece[]): readonly string[] =>
  pieces.flatMap((piece, at) => {
    const { text, kind } = piece;
    const term = text + reachOf(pieces, at);
    if (kind === 'emoji') return [text, cutTo(1, text)].slice(0, /^\p{RI}/u.test(text) ? 1 : 2);
    if (kind === 'unspaced') return [cutTo(LONGEST_UNSPACED, term)];
    const run = text + restOf(pieces, at);
    return [cutTo(LONGEST_TERM, term), ...[text, run].filter((word) => lengthOf(word) < SHORTEST_PART)];
  });

/** A run from one of its letters on, as far as a term holds it. */
const from = (clusters: readonly string[], at: number): string => clusters.slice(at, at + LONGEST_TERM).join('');

/** Terms that begin at the other letters of runs without spaces. */
const unspacedEndsOf = (pieces: readonly Piece[]): readonly string[] =>
  pieces.flatMap(({ text, kind }, at) => {
    if (kind !== 'unspaced') return [];
    const clusters = clustersOf(text);
    const reach = reachOf(pieces, at);
    return clusters.slice(1).map((_, index) => cutTo(LONGEST_UNSPACED, from(clusters, index + 1) + reach));
  });

/** Ends of runs of letters or digits, but for those at which a word begins. */
const endsOf = (pieces: readonly Piece[]): readonly string[] =>
  pieces.flatMap(({ text, kind }, at) => {
    if (kind !== 'letters' && kind !== 'digits') return [];
    const clusters = clustersOf(text);
    const rest = restOf(pieces, at);
    return clusters
      .slice(1)
      .map((_, index) => from(clusters, index + 1) + rest)
      .filter((end) => lengthOf(end) >= SHORTEST_PART)
      .map((end) => cutTo(LONGEST_TERM, end));
  });

/** In texts a space ends what is joined; a name is one whole. */
const chunksOf = (text: string): readonly (readonly Piece[])[] => text.split(/\s+/u).map(piecesIn);

/**
 * The terms under which a record is found, the most telling first. `beside` is what its item does not hold: the names of its
 * tags, and the words of its file's text.
 */
export const termsOf = (record: Searchable, beside: readonly string[]): readonly string[] => {
  const names = [record.filename, ...TITLES.map((name) => record[name] ?? '')].map(piecesIn);
  const texts = [...OTHERS.map((name) => record[name] ?? ''), ...beside].flatMap(chunksOf);
  const lists = [
    () => names.flatMap(startsOf),
    () => names.flatMap((pieces) => [...endsOf(pieces), ...unspacedEndsOf(pieces)]),
    () => texts.flatMap(startsOf),
    () => texts.flatMap(unspacedEndsOf),
  ];
  const terms = new Set<string>();
  for (const list of lists) {
    for (const term of list()) {
      if (terms.size === MOST_TERMS) return [...terms];
      terms.add(term);
    }
  }
  return [...terms];
};

/** The terms of a file name alone. */
export const termsOfName = (filename: string): readonly string[] => termsOf({ filename, ...NO_RECORD_TEXTS }, []);

/** The words of a query, each once; all of them have to match. */
export const queryWords = (query: string): readonly string[] => [
  ...new Set(query.split(/\s+/u).flatMap((chunk) => groupsIn(piecesIn(chunk)).flatMap(wordsOf))),
];

/** What stands without a gap in a query. */
interface Group {
  readonly shorts: readonly string[];
  readonly long: Piece | undefined;
  readonly behind: readonly string[];
}

/** A long piece with the short ones behind it, and those before the first. */
const groupsIn = (pieces: readonly Piece[]): readonly Group[] => {
  const groups: Group[] = [];
  let open: Group = { shorts: [], long: undefined, behind: [] };
  for (const piece of pieces) {
    const isLong = !isShort(piece);
    if (isLong && open.long) {
      groups.push(open);
      open = { shorts: [], long: piece, behind: [] };
    } else if (isLong) open = { ...open, long: piece };
    else if (open.long) open = { ...open, behind: [...open.behind, piece.text] };
    else open = { ...open, shorts: [...open.shorts, piece.text] };
  }
  return [...groups, open];
};

/** Short pieces are looked for together with the long one beside them: alone, they match whole words and nothing else. */
const wordsOf = ({ shorts, long, behind }: Group): readonly string[] => {
  const joined = shorts.join('');
  const alone = shorts.length === 1 || lengthOf(joined) < SHORTEST_PART ? shorts : [cutTo(LONGEST_TERM, joined)];
  if (!long) return alone;
  const { text, kind } = long;
  if (kind === 'emoji') return [...alone, text, ...behind];
  if (kind === 'unspaced') {
    const word = text + behind.join('');
    const fits = lengthOf(word) <= LONGEST_UNSPACED;
    return [...alone, ...(fits ? [word] : [...partsOf(text), ...behind])];
  }
  const after = behind.length > 0 ? [text + behind.join('')] : [];
  const words = shorts.length > 0 ? [joined + text, ...after] : after.length > 0 ? after : [text];
  return words.map((word) => cutTo(LONGEST_TERM, word));
};

/** A run without spaces in parts that terms can begin with, as far as words count. */
const partsOf = (run: string): readonly string[] => {
  const parts: string[] = [];
  let part = '';
  for (const cluster of clustersOf(cutTo(LONGEST_TERM, run))) {
    if (part !== '' && lengthOf(part + cluster) > LONGEST_UNSPACED) {
      parts.push(part);
      part = '';
    }
    part += cluster;
  }
  return [...parts, part].map((each) => cutTo(LONGEST_UNSPACED, each));
};

/** Whether a word of a query has to be a whole term. */
export const isWhole = (word: string): boolean => lengthOf(word) < SHORTEST_PART && !startsUnspaced(word);

/** Whether a word of a query matches one of these terms. */
export const matchesTerm = (terms: readonly string[], word: string): boolean =>
  isWhole(word) ? terms.includes(word) : terms.some((term) => term.startsWith(word));

/**
 * The first letters of a term: postings that share them share a partition. Where single letters are looked for, it is
 * one. By the first rules it was three in all scripts.
 */
export const termPrefix = (term: string, rules = TERM_RULES): string =>
  cutTo(rules > 1 && startsUnspaced(term) ? 1 : SHORTEST_PART, term);

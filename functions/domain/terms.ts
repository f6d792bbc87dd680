import type { MediaRecord } from './media.ts';
import { NO_RECORD_TEXTS, RECORD_TEXTS, TEXT_NAMES, type TextName } from './record-fields.ts';
import { clustersOf, type Piece, piecesIn, startsUnspaced } from './words.ts';

/**
 * The words of search. Case, accents and width do not count; words end at characters that are neither letter nor digit, between
 * letters and digits, between scripts with and without spaces, and inside `camelCase`. The index has terms, and a word of a
 * query is compared with their beginning:
 *
 *     file name, titles        each word, and each suffix of it that has 3 letters: found inside words
 *     any other text           each word: found from its start
 *     scripts without spaces   from each letter of a run, in all texts: found everywhere
 *     words of 1 or 2 letters  found as whole words, or after the word before them: `IMG_2` finds IMG_2034
 *     emoji                    each whole, and the base emoji of its skin tone or joined sequence
 *
 * A term continues with the next word, so that a query may reach over a separator.
 */
export type Searchable = Pick<MediaRecord, 'filename' | TextName>;

const TITLES = TEXT_NAMES.filter((name) => RECORD_TEXTS[name].found === 'inside words');
const OTHERS = TEXT_NAMES.filter((name) => !TITLES.includes(name));

/** The version of the rules in this file: entries of other versions are rewritten. */
export const TERM_RULES = 2;
/** Terms of one record; longer texts are found by their first words, file name and title before the rest. */
export const MOST_TERMS = 200;
/** Terms are made from this many words: a repetitive text has few, and its record is indexed by its beginning. */
export const MOST_CANDIDATES = 1000;
/** Shorter words are compared as a whole: nearly every record has a word that begins with any one letter. */
export const SHORTEST_PART = 3;
/** Words are equal when their first 64 letters are; a sort key could not hold longer ones of any script. */
const LONGEST_TERM = 64;
/** Terms are shorter in scripts where each letter begins a term; a longer word of a query is searched in parts. */
const LONGEST_UNSPACED = 16;
export const MOST_QUERY_WORDS = 10;
export const LONGEST_QUERY = 200;

const lengthOf = (word: string): number => [...word].length;
const cutTo = (longest: number, word: string): string =>
  // No letter takes more than two units of UTF-16.
  word.length <= longest ? word : [...word.slice(0, longest * 2)].slice(0, longest).join('');
const isShort = ({ kind, text }: Piece): boolean =>
  (kind === 'letters' || kind === 'digits') && lengthOf(text) < SHORTEST_PART;

/** Pieces without a space between them, each with the length that a term from it can have. */
interface Chunk {
  readonly pieces: readonly Piece[];
  /** The text after a piece in its run of letters, as far as a term holds it. */
  readonly restOf: (at: number) => string;
  /** The text after a piece without a gap: the rest of its run, short pieces, and the run of the first that is not short. */
  readonly reachOf: (at: number) => string;
}

/** Later text of a chunk without a space is not indexed: a text of a record is shorter, the words of a file may be longer. */
const LONGEST_CHUNK = 5000;

const chunkOf = (text: string): Chunk => {
  const pieces = piecesIn(text.slice(0, LONGEST_CHUNK));
  const all = pieces.map((piece) => piece.text).join('');
  const ends: number[] = [];
  for (const { text } of pieces) ends.push((ends.at(-1) ?? 0) + text.length);
  // From the last piece backwards, so that each is visited once: the end of its run, and the end of the text that may follow a
  // run.
  const runEnds: number[] = new Array(pieces.length);
  const followers: number[] = new Array(pieces.length);
  for (let at = pieces.length - 1; at >= 0; at -= 1) {
    const piece = pieces[at] as Piece;
    runEnds[at] = piece.endsRun ? at : (runEnds[at + 1] ?? at);
    if (piece.kind === 'emoji') followers[at] = at - 1;
    else followers[at] = isShort(piece) ? (followers[at + 1] ?? at) : (runEnds[at] ?? at);
  }
  const behind = (at: number, last: number): string => {
    const from = ends[at] ?? 0;
    return all.slice(from, Math.min(ends[last] ?? from, from + LONGEST_TERM * 2));
  };
  return {
    pieces,
    restOf: (at) => behind(at, runEnds[at] ?? at),
    reachOf: (at) => {
      const runEnd = runEnds[at] ?? at;
      return behind(at, followers[runEnd + 1] ?? runEnd);
    },
  };
};

/** Terms at the start of words; short words, and short runs, are terms as a whole as well. */
function* startsOf({ pieces, restOf, reachOf }: Chunk): Generator<string> {
  for (const [at, { text, kind }] of pieces.entries()) {
    if (kind === 'emoji') {
      yield text;
      if (!/^\p{RI}/u.test(text)) yield cutTo(1, text);
      continue;
    }
    yield cutTo(kind === 'unspaced' ? LONGEST_UNSPACED : LONGEST_TERM, text + reachOf(at));
    if (kind === 'unspaced') continue;
    for (const word of [text, text + restOf(at)]) if (lengthOf(word) < SHORTEST_PART) yield word;
  }
}

/** A run from one of its letters, as far as a term holds it. */
const from = (clusters: readonly string[], at: number): string => clusters.slice(at, at + LONGEST_TERM).join('');

/** Terms that begin at the other letters of runs without spaces. */
function* unspacedEndsOf({ pieces, reachOf }: Chunk): Generator<string> {
  for (const [at, { text, kind }] of pieces.entries()) {
    if (kind !== 'unspaced') continue;
    const clusters = clustersOf(text);
    const reach = reachOf(at);
    for (let index = 1; index < clusters.length; index += 1)
      yield cutTo(LONGEST_UNSPACED, from(clusters, index) + reach);
  }
}

/** Suffixes of runs of letters or digits, except those at which a word begins. */
function* endsOf({ pieces, restOf }: Chunk): Generator<string> {
  for (const [at, { text, kind }] of pieces.entries()) {
    if (kind !== 'letters' && kind !== 'digits') continue;
    const clusters = clustersOf(text);
    const rest = restOf(at);
    for (let index = 1; index < clusters.length; index += 1) {
      const end = from(clusters, index) + rest;
      if (lengthOf(end) >= SHORTEST_PART) yield cutTo(LONGEST_TERM, end);
    }
  }
}

/** In texts a space ends a joined chunk; a name is one chunk. A chunk is parsed once, on its first use. */
const chunksOf = (texts: readonly string[]): Iterable<Chunk> => {
  const known: Chunk[] = [];
  return {
    *[Symbol.iterator]() {
      yield* known;
      for (const text of texts.slice(known.length)) {
        known.push(chunkOf(text));
        yield known.at(-1) as Chunk;
      }
    },
  };
};

/** Every term of a record, the most telling first, some more than once. */
function* candidatesOf(record: Searchable, beside: readonly string[]): Generator<string> {
  const names = chunksOf([record.filename, ...TITLES.map((name) => record[name] ?? '')]);
  for (const name of names) yield* startsOf(name);
  for (const name of names) {
    yield* endsOf(name);
    yield* unspacedEndsOf(name);
  }
  const texts = [...OTHERS.map((name) => record[name] ?? ''), ...beside];
  const chunks = chunksOf(texts.flatMap((text) => text.split(/\s+/u)));
  for (const chunk of chunks) yield* startsOf(chunk);
  for (const chunk of chunks) yield* unspacedEndsOf(chunk);
}

/**
 * The terms under which a record is found, the most specific first. `beside` has the texts that its item does not contain: the
 * names of its tags, and the words of its file's text.
 */
export const termsOf = (record: Searchable, beside: readonly string[]): readonly string[] => {
  const terms = new Set<string>();
  let looked = 0;
  for (const term of candidatesOf(record, beside)) {
    terms.add(term);
    looked += 1;
    if (terms.size === MOST_TERMS || looked === MOST_CANDIDATES) break;
  }
  return [...terms];
};

/** Only the terms of a file name. */
export const termsOfName = (filename: string): readonly string[] => termsOf({ filename, ...NO_RECORD_TEXTS }, []);

/** The words of a query, each once; all of them must match. */
export const queryWords = (query: string): readonly string[] => [
  ...new Set(query.split(/\s+/u).flatMap((chunk) => groupsIn(piecesIn(chunk)).flatMap(wordsOf))),
];

/** The chunks of a query that have no gap. */
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

/** Short pieces are searched together with the long one beside them: alone, they only match whole words. */
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

/** A run without spaces, split into parts that terms can begin with, up to the compared length. */
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

/** Whether a word of a query must equal a whole term. */
export const isWhole = (word: string): boolean => lengthOf(word) < SHORTEST_PART && !startsUnspaced(word);

/** Whether a word of a query matches one of these terms. */
export const matchesTerm = (terms: readonly string[], word: string): boolean =>
  isWhole(word) ? terms.includes(word) : terms.some((term) => term.startsWith(word));

/**
 * The first letters of a term: postings with the same ones share a partition. One letter in scripts where single letters are
 * searched. By the first rules it was three in all scripts.
 */
export const termPrefix = (term: string, rules = TERM_RULES): string =>
  cutTo(rules > 1 && startsUnspaced(term) ? 1 : SHORTEST_PART, term);

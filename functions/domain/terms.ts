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
/** Terms that are made for these: a text that says the same again and again has few, and its record is indexed by its beginning. */
export const MOST_CANDIDATES = 1000;
/** Shorter words are compared whole: nearly every record has a word that begins with any one letter. */
export const SHORTEST_PART = 3;
/** Words agree when their first 64 letters do; a sort key could not hold longer ones of any script. */
const LONGEST_TERM = 64;
/** Where each letter begins a term, terms are shorter; a longer word of a query is looked for in parts. */
const LONGEST_UNSPACED = 16;
export const MOST_QUERY_WORDS = 10;
export const LONGEST_QUERY = 200;

const lengthOf = (word: string): number => [...word].length;
const cutTo = (longest: number, word: string): string =>
  // No letter takes more than two units of UTF-16.
  word.length <= longest ? word : [...word.slice(0, longest * 2)].slice(0, longest).join('');
const isShort = ({ kind, text }: Piece): boolean =>
  (kind === 'letters' || kind === 'digits') && lengthOf(text) < SHORTEST_PART;

/** Pieces that stand without a space between them, each with how far a term that begins at it can reach. */
interface Chunk {
  readonly pieces: readonly Piece[];
  /** What stands behind a piece in its run of letters, as far as a term holds it. */
  readonly restOf: (at: number) => string;
  /** What stands behind a piece without a gap: the rest of its run, short pieces, and the run of the first that is not short. */
  readonly reachOf: (at: number) => string;
}

/** In a chunk without a space, whatever follows is not looked at: a text of a record holds no more, the words of a file may. */
const LONGEST_CHUNK = 5000;

const chunkOf = (text: string): Chunk => {
  const pieces = piecesIn(text.slice(0, LONGEST_CHUNK));
  const all = pieces.map((piece) => piece.text).join('');
  const ends: number[] = [];
  for (const { text } of pieces) ends.push((ends.at(-1) ?? 0) + text.length);
  // From the last piece on, so that each is looked at once: where its run ends, and where what may follow a run ends.
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

/** Terms that begin where words do; short words, and runs that are short as a whole, stand for themselves as well. */
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

/** A run from one of its letters on, as far as a term holds it. */
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

/** Ends of runs of letters or digits, but for those at which a word begins. */
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

/** In texts a space ends what is joined; a name is one whole. A chunk is read when a term of it is asked for, and once. */
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
 * The terms under which a record is found, the most telling first. `beside` is what its item does not hold: the names of its
 * tags, and the words of its file's text.
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

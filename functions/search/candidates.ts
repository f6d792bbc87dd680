import type { MediaRecord } from '../domain/media.ts';
import { matchesTerm, termsOf, termsOfName } from '../domain/terms.ts';
import type { Entries, Entry } from '../library/term-store.ts';
import type { SearchDeps, SearchQuery, SearchScope } from './search-query.ts';

/** What may match. Unless `areSure`, the records have to say whether they have what was too common to be read. */
export interface Candidates {
  readonly entries: readonly Entry[];
  readonly areSure: boolean;
}

/**
 * All possible matches, or undefined when in some team every word and tag has more than `most`. Up to `checked` records are
 * read to be sure.
 */
export const candidatesOf = async (
  query: SearchQuery,
  most: number,
  checked: number,
  deps: SearchDeps,
): Promise<Candidates | undefined> => {
  const parts: TeamCandidates[] = [];
  for (const part of await Promise.all(query.scopes.map((scope) => candidatesIn(scope, query, most, checked, deps)))) {
    if (!part) return undefined;
    parts.push(part);
  }
  const open = parts.filter(({ words, tagIds }) => words.length + tagIds.length > 0);
  const areSure = open.reduce((sum, { entries }) => sum + entries.length, 0) <= checked;
  const entries = await Promise.all(parts.map((part) => (areSure ? sureOf(part, query, deps) : part.entries)));
  return { entries: entries.flat(), areSure };
};

/** Candidates of one team, and the words and tags that they were not held against. */
interface TeamCandidates {
  readonly entries: readonly Entry[];
  readonly words: readonly string[];
  readonly tagIds: readonly string[];
}

const candidatesIn = async (
  { teamId, tags }: SearchScope,
  { words, within, kind, orderBy }: SearchQuery,
  most: number,
  checked: number,
  deps: SearchDeps,
): Promise<TeamCandidates | undefined> => {
  const bySize = tags.toSorted((one, other) => one.count.active.all - other.count.active.all);
  // Several words share the read limit, so that more of them cost no more.
  const share = Math.floor(most / Math.max(1, words.length));
  const sides = await sidesOf({ teamId, words, orderBy, share, most }, deps);
  const wordSides = sides.filter((side) => side !== undefined);
  const smallest = Math.min(...wordSides.map(({ size }) => size), bySize[0]?.count.active.all ?? most + 1);
  if (smallest > most) return undefined;
  // For a few records a tag need not be read; the records have their tags. Those that are read share the read limit.
  let left = most;
  const readTags = bySize.filter(({ count }, index) => {
    const size = count.active.all;
    const isOfUse = index === 0 ? size === smallest || smallest > checked : smallest > checked;
    if (!isOfUse || size > left) return false;
    left -= size;
    return true;
  });
  const tagSides = await Promise.all(readTags.map(({ id }) => deps.terms.withTag(teamId, id, orderBy)));
  const [base, ...others] = [...wordSides, ...tagSides].sort((one, other) => one.size - other.size);
  const inAll = (id: string): boolean => others.every((side) => side.has(id));
  const isNamed = (id: string): boolean =>
    within === undefined || wordSides.every((side) => side.get(id)?.isOfName === true);
  const entries = [...(base?.values() ?? [])].filter(
    (entry) => (kind === undefined || entry.kind === kind) && inAll(entry.id) && isNamed(entry.id),
  );
  return {
    entries,
    words: words.filter((_, index) => sides[index] === undefined),
    tagIds: tags.filter((tag) => !readTags.includes(tag)).map(({ id }) => id),
  };
};

/** The entries of each word, or undefined if they are too many, or need not be read beside a rare word. */
const sidesOf = async (
  {
    teamId,
    words,
    orderBy,
    share,
    most,
  }: Pick<SearchQuery, 'words' | 'orderBy'> & { teamId: string; share: number; most: number },
  { terms }: SearchDeps,
): Promise<readonly (Entries | undefined)[]> => {
  const looks = await Promise.all(words.map((word) => terms.withWord(teamId, word, orderBy)));
  const hasRare = looks.some(({ ended, first }) => ended && first.size <= most);
  if (hasRare) return Promise.all(looks.map((look) => (look.ended ? look.whole(most) : undefined)));
  const sides = await Promise.all(looks.map((look) => look.whole(share)));
  // Beside a word that was read, the others have the same limit each, so that the total is exact.
  const isNarrow = sides.some((side) => side !== undefined);
  return isNarrow ? Promise.all(looks.map((look, index) => sides[index] ?? look.whole(most))) : sides;
};

const sureOf = async (
  { entries, words, tagIds }: TeamCandidates,
  { within }: SearchQuery,
  deps: SearchDeps,
): Promise<readonly Entry[]> => {
  if (entries.length === 0 || words.length + tagIds.length === 0) return entries;
  const records = await deps.records(entries.map(({ id }) => id));
  const tagged = records.filter((record) => tagIds.every((id) => record.tagIds.includes(id)));
  const matching = new Set((await matchingOf(tagged, { words, within }, deps)).map(({ id }) => id));
  return entries.filter(({ id }) => matching.has(id));
};

/** The records that all words match. Texts beside a record are only read if its own do not match. */
export const matchingOf = async (
  records: readonly MediaRecord[],
  { words, within }: Pick<SearchQuery, 'words' | 'within'>,
  { tagNames }: Pick<SearchDeps, 'tagNames'>,
): Promise<readonly MediaRecord[]> => {
  const matches = (terms: readonly string[]): boolean => words.every((word) => matchesTerm(terms, word));
  if (words.length === 0) return records;
  if (within === 'filename') return records.filter(({ filename }) => matches(termsOfName(filename)));
  const found = new Set(records.filter((record) => matches(termsOf(record, []))));
  const others = records.filter((record) => !found.has(record));
  const names = await tagNames(others);
  for (const [index, record] of others.entries()) {
    const beside = names[index] ?? [];
    if (beside.length > 0 && matches(termsOf(record, beside))) found.add(record);
  }
  return records.filter((record) => found.has(record));
};

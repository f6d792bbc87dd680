import type { Entries } from '../library/term-store.ts';
import type { SearchDeps } from './search-query.ts';

/** What one query counts as that reads fewer entries: twenty queries are a call, and so are a thousand entries. */
const LEAST_OF_QUERY = 50;

/** Counts the entries and records that a search reads, so that it can be charged for them. */
export const metered = (deps: SearchDeps): { readonly deps: SearchDeps; readonly read: () => number } => {
  let read = 0;
  const note = (entries: number): void => {
    read += Math.max(LEAST_OF_QUERY, entries);
  };
  const noted = <Found extends Entries | undefined>(found: Found, most = 0): Found => {
    note(found?.size ?? most);
    return found;
  };
  const counted: SearchDeps = {
    ...deps,
    terms: {
      withWord: async (...word) => {
        const look = await deps.terms.withWord(...word);
        noted(look.first);
        if (look.ended) return look;
        return { ...look, whole: async (most) => noted(await look.whole(most), most) };
      },
      withTag: async (...tag) => noted(await deps.terms.withTag(...tag)),
    },
    records: (ids) => {
      note(ids.length);
      return deps.records(ids);
    },
    tagNames: (records) => {
      note(records.length);
      return deps.tagNames(records);
    },
    walk: (query) => {
      const next = deps.walk(query);
      return (count) => {
        note(count);
        return next(count);
      };
    },
  };
  return { deps: counted, read: () => read };
};

import * as z from 'zod/mini';
import { LONGEST_QUERY, MOST_QUERY_WORDS, queryWords } from '../../domain/terms.ts';

/** Words to search for, in a query string. */
export const search = z.optional(
  z.string().check(
    z.maxLength(LONGEST_QUERY),
    z.refine((text) => queryWords(text).length <= MOST_QUERY_WORDS, `At most ${MOST_QUERY_WORDS} words`),
  ),
);

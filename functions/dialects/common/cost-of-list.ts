import { callsOf, callsOfOffset, READ_OF_A_SEARCH, ROWS_OF_A_CALL } from '../../http/cost.ts';
import type { ListedMedia, ListMedia } from '../../media/list-media.ts';

type Listed = Pick<ListMedia, 'offset' | 'words' | 'tagIds' | 'tagSlugs'>;

/** The number of calls that a page of the library counts as. Stored counts lead to an offset, but not behind tags or in a search. */
export const costOfList = ({ offset, words, tagIds = [], tagSlugs = [] }: Listed): number =>
  words !== undefined || tagIds.length + tagSlugs.length > 0 ? callsOfOffset(offset) : 1;

type Page = Pick<ListedMedia, 'offset' | 'read'> & { readonly items: readonly unknown[] };

/** The number of calls that a found page counts as: by its rows, or by what a search read beside the offset, which counted before. */
export const costOfPage = ({ items, offset, read = 0 }: Page): number =>
  Math.max(callsOf(items.length, ROWS_OF_A_CALL), callsOf(read - offset, READ_OF_A_SEARCH));

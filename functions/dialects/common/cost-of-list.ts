import { callsOfOffset } from '../../http/cost.ts';
import type { ListMedia } from '../../media/list-media.ts';

type Listed = Pick<ListMedia, 'offset' | 'words' | 'tagIds' | 'tagSlugs'>;

/** The number of calls that a page of the library counts as. Stored counts lead to an offset, but not behind tags or in a search. */
export const costOfList = ({ offset, words, tagIds = [], tagSlugs = [] }: Listed): number =>
  words !== undefined || tagIds.length + tagSlugs.length > 0 ? callsOfOffset(offset) : 1;

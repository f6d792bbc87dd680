import type { Words } from '../words/en.ts';

export type Kind = 'image' | 'video';
export type Sort = keyof Words['gallery']['sorts'];
export const SORTS = [
  'createdAt-desc',
  'createdAt-asc',
  'filename-asc',
  'filename-desc',
  'fileSize-desc',
  'fileSize-asc',
] as const satisfies readonly Sort[];

/** The state of the gallery, which is its address; what is left out has its usual value. */
export interface GallerySearch {
  readonly q?: string;
  readonly kind?: Kind;
  readonly sort?: Sort;
  readonly view?: 'list';
  /** The slug of a tag. */
  readonly tag?: string;
  /** The open file. */
  readonly item?: string;
  /** The open part of the file's page. */
  readonly part?: string;
}

const ID = /^[\w-]{1,64}$/;
const LONGEST_QUERY = 200;

const oneOf = <T extends string>(given: unknown, ...values: readonly T[]): T | undefined =>
  values.find((value) => value === given);
const text = (given: unknown): string | undefined => {
  const trimmed = typeof given === 'string' || typeof given === 'number' ? String(given).slice(0, LONGEST_QUERY) : '';
  return trimmed === '' ? undefined : trimmed;
};
const id = (given: unknown): string | undefined => (typeof given === 'string' && ID.test(given) ? given : undefined);

/** Reads an address as people may have written it: what is no state of the gallery is left out. */
export const readGallerySearch = (given: Readonly<Record<string, unknown>>): GallerySearch =>
  ({
    q: text(given.q),
    kind: oneOf(given.kind, 'image', 'video'),
    sort: oneOf(given.sort, ...SORTS.slice(1)),
    view: oneOf(given.view, 'list'),
    tag: id(given.tag),
    item: id(given.item),
    part: id(given.part),
  }) as GallerySearch;

/** What decides which files are shown, and in which order. */
export type Filter = Pick<GallerySearch, 'q' | 'kind' | 'sort' | 'tag'>;

export const filterKey = ({ q, kind, sort, tag }: Filter): string => JSON.stringify([q, kind, sort, tag]);

/** The parameters by which the API answers these files. */
export const queryOf = ({ q, kind, sort = 'createdAt-desc', tag }: Filter) => {
  const [orderBy, orderDir] = sort.split('-') as ['createdAt' | 'filename' | 'fileSize', 'asc' | 'desc'];
  return {
    orderBy,
    orderDir,
    ...(kind ? { type: kind } : {}),
    ...(q ? { search: q } : {}),
    ...(tag ? { tagSlugs: [tag] } : {}),
  };
};

/** The same files for an action on all of them, which has no order. */
export const selectionQueryOf = ({ q, kind, tag }: Filter) => ({
  ...(kind ? { type: kind } : {}),
  ...(q ? { search: q } : {}),
  ...(tag ? { tagSlugs: [tag] } : {}),
});

import type { MediaKind, TagReference } from './media.ts';
import { foldName } from './names.ts';

/** A tag of a team. The slug is made from the first name and stays; everything else may change. */
export interface Tag extends TagReference {
  readonly teamId: string;
  readonly description: string | null;
  readonly icon: string | null;
  readonly color: string | null;
  readonly order: number;
  readonly isActive: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type TagEdit = Partial<Pick<Tag, 'name' | 'description' | 'icon' | 'color' | 'order' | 'isActive'>>;

/** How many records carry a tag. */
export interface TagCount {
  readonly active: Readonly<Record<MediaKind | 'all', number>>;
  readonly deleted: number;
}

export type CountedTag = Tag & { readonly count: TagCount };

/**
 * A record that moves between library and trash takes its tags along in one transaction of at most 100 items: two for
 * each tag, and a few for the record and the totals.
 */
export const MOST_TAGS_OF_RECORD = 40;
export const MOST_TAGS_OF_TEAM = 1000;
/** Tags that one request may filter by. */
export const MOST_TAGS_ASKED = 20;
export const TAG_NAME_LENGTH = 100;

/** Letters of one name can stand for many when they are folded, and the sort key of a tag holds 1,024 bytes. */
const SLUG_LENGTH = 200;

/** The part of a name that addresses can carry; empty when nothing of it is left. */
export const slugOf = (name: string): string =>
  [...foldName(name).replace(/[^\p{L}\p{N}]+/gu, '-')]
    .slice(0, SLUG_LENGTH)
    .join('')
    .replace(/^-+|-+$/g, '');

/** Tags as people list them: by their order, then by name. */
export const inTagOrder = (one: Tag, other: Tag): number =>
  one.order - other.order || compare(foldName(one.name), foldName(other.name)) || compare(one.slug, other.slug);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

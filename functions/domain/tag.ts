import { dropLatinAccents, foldCase } from './folding.ts';
import type { MediaKind, TagReference } from './media.ts';
import { foldName } from './names.ts';

/** A tag of a team. The slug is made from the first name and stays; everything else may change. No two tags of a team have names of one identity. */
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

/** Forms of letters by their width, which keyboards of East Asia offer: the same letters to their readers. */
const WIDTH_FORMS = /[\u3000\uff01-\uff9f\uffe0\uffe1\uffe5\uffe6]/gu;
/** Soft hyphens, spaces of no width, and marks that choose between text and emoji style. */
const INVISIBLE = /\u00ad|\u034f|\u200b|\u2060|\ufe0e|\ufe0f/gu;
/** Joiners between letters or emoji change how these look; any other joiner shows nothing. */
const IDLE_JOINERS =
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{EMod}])[\u200c\u200d]+|(?<=\p{Script=Latin})[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{Extended_Pictographic}])/gu;

/**
 * Names of one tag have one identity. It folds case, accents of Latin letters, widths and runs of spaces: `Café` is `CAFE`.
 * Marks of other scripts and signs distinguish names: ハハ and パパ, `C` and `C++`, `1.5` and `1-5`.
 */
export const tagIdentity = (name: string): string => {
  const letters = name.replace(WIDTH_FORMS, (form) => form.normalize('NFKC')).replace(INVISIBLE, '');
  const folded = dropLatinAccents(foldCase(letters.normalize('NFD')).normalize('NFD'));
  return folded.replace(IDLE_JOINERS, '').normalize('NFC').replace(/\s+/gu, ' ').trim();
};

/** Whether a tag can have this name: it needs a letter, a digit, an emoji or another symbol. */
export const isTagName = (name: string): boolean =>
  /[\p{L}\p{N}\p{Extended_Pictographic}]|[\p{S}--\p{ASCII}]/v.test(tagIdentity(name)) && slugOf(name) !== '';

/** The sort key of a tag holds 1,024 bytes. */
const SLUG_LENGTH = 190;
/** Characters allowed in addresses: letters with their marks, digits, emoji and symbols, and the joiners inside them. */
const SLUG_PART =
  /(?:[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\u{e0020}-\u{e007f}]|[\p{S}--\p{ASCII}]|[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}]))+/gv;

/** The readable part of a tag's address; empty when no character of the name is allowed. Several names can have the same one. */
export const slugOf = (name: string): string => {
  const spelled = tagIdentity(name)
    .replace(/(?<=[\p{L}\p{M}\p{N}+])\+/gu, '-plus-')
    .replace(/(?<=[\p{L}\p{M}\p{N}])#/gu, '-sharp-')
    .replace(/(?<![\p{L}\p{M}\p{N}])\.(?=\p{L})/gu, 'dot-');
  const slug = [...(spelled.match(SLUG_PART) ?? []).join('-')].slice(0, SLUG_LENGTH).join('');
  return slug.replace(/^[-\u200c\u200d]+|[-\u200c\u200d]+$/gu, '');
};

/** The slug of a name, with a number behind it where another tag has that slug. */
export const freeSlug = (name: string, taken: ReadonlySet<string>): string => {
  const slug = slugOf(name);
  let free = slug;
  for (let number = 2; taken.has(free); number += 1) free = `${slug}-${number}`;
  return free;
};

/** Tags as people list them: by their order, then by name. */
export const inTagOrder = (one: Tag, other: Tag): number =>
  one.order - other.order ||
  compare(foldName(one.name), foldName(other.name)) ||
  compare(one.name, other.name) ||
  compare(one.slug, other.slug);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

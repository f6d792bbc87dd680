import { MediaError } from '../domain/errors.ts';
import type { MediaRecord, ShownMedia } from '../domain/media.ts';
import { NO_RECORD_TEXTS } from '../domain/record-fields.ts';
import { type CountedTag, freeSlug, MOST_TAGS_OF_TEAM, type Tag, type TagEdit, tagIdentity } from '../domain/tag.ts';
import { termsOf } from '../domain/terms.ts';
import { type Bound, makeWithin, oneLess } from '../table/bounded-count.ts';
import { tagKey, tagsKey, tagWorkKey, teamTagKey } from '../table/keys.ts';
import type { Key, Table, TransactItem } from '../table/table.ts';
import { enterName, holderOfName, leaveName, tagIn, tagsByName, tagsOfTeam } from './tag-names.ts';
import { countsOf } from './totals.ts';

/** Tags of teams. Each is written by id, by team and slug, and as an entry of its name, in one transaction. */
export interface TagStore {
  /** All tags of a team, by slug. */
  list(teamId: string): Promise<readonly Tag[]>;
  get(ids: readonly string[]): Promise<readonly CountedTag[]>;
  bySlug(teamId: string, slugs: readonly string[]): Promise<readonly Tag[]>;
  /** The tags whose names have the identity of one of these. */
  byName(teamId: string, names: readonly string[]): Promise<readonly Tag[]>;
  /** Undefined when a tag has this name. Throws `CONFLICT` when the team has as many tags as a team may have. */
  create(tag: Omit<Tag, 'slug'>): Promise<Tag | undefined>;
  /**
   * Undefined when the tag is gone, or no longer has the name `onlyAs`. Throws `CONFLICT` when another tag has the new name.
   * Search must find the new name, so the records of the tag are updated.
   */
  edit(tag: Tag, edit: TagEdit, at: string, onlyAs?: string): Promise<Tag | undefined>;
  /** False when it was gone already. It disappears at once; its records are updated afterwards. */
  remove(tag: Tag): Promise<boolean>;
}

/** The remaining work on the records of a tag, and its progress. */
export interface TagBackfill {
  /** The team in whose lane it is done; absent in items of older versions. */
  readonly teamId?: string;
  readonly kind: 'renamed' | 'removed';
  readonly run: string;
  /** The sort key of the last updated record. */
  readonly after: string | null;
}

/** Each failed attempt is one that another writer of the same tag or name won. */
const ATTEMPTS = 10;

/** Bytes that a sort key may have. */
const LONGEST_SORT_KEY = 1024;

const work = (tag: Tag, kind: TagBackfill['kind']): TransactItem => ({
  Put: {
    Item: {
      ...tagWorkKey(tag.id),
      teamId: tag.teamId,
      kind,
      run: crypto.randomUUID(),
      after: null,
    } satisfies TagBackfill & object,
  },
});

const tooManyTags = () => new MediaError('CONFLICT', `A team can have ${MOST_TAGS_OF_TEAM} tags`);

const tagsOf = (table: Table, teamId: string): Bound => ({
  key: tagsKey(teamId),
  most: MOST_TAGS_OF_TEAM,
  count: async () => (await tagsOfTeam(table, teamId)).length,
});

export const dynamoTags = (table: Table): TagStore => ({
  list: (teamId) => tagsOfTeam(table, teamId),

  get: async (ids) => {
    const items = await table.batchGet([...new Set(ids)].map(tagKey));
    return items.map((item) => ({ ...tagIn(item), count: countsOf(item) }));
  },

  bySlug: async (teamId, slugs) => {
    // Slugs were once stored in NFKD; a text longer than a sort key has never been one.
    const forms = new Set(slugs.flatMap((slug) => [slug, slug.normalize('NFC'), slug.normalize('NFKD')]));
    const keys = [...forms].map((slug) => teamTagKey(teamId, slug));
    return (await table.batchGet(keys.filter(({ sk }) => Buffer.byteLength(sk) <= LONGEST_SORT_KEY))).map(tagIn);
  },

  byName: (teamId, names) => tagsByName(table, teamId, names),

  create: async (made) => {
    const tags = await tagsOfTeam(table, made.teamId);
    if (tags.some(({ name }) => tagIdentity(name) === tagIdentity(made.name))) return undefined;
    if (tags.length >= MOST_TAGS_OF_TEAM) throw tooManyTags();
    const holder = await holderOfName(table, made.teamId, made.name);
    if (holder && !holder.isLeft) return undefined;
    const tag: Tag = { ...made, slug: freeSlug(made.name, new Set(tags.map(({ slug }) => slug))) };
    const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
    const failed = await makeWithin(table, tagsOf(table, tag.teamId), [
      { Put: { Item: { ...teamTagKey(tag.teamId, tag.slug), ...tag }, ...isNew } },
      { Put: { Item: { ...tagKey(tag.id), ...tag }, ...isNew } },
      ...enterName(tag, holder),
    ]);
    if (failed === 'full') throw tooManyTags();
    return failed.length === 0 ? tag : undefined;
  },

  edit: async ({ id }, edit, at, onlyAs) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const item = await table.get(tagKey(id));
      if (!item) return undefined;
      if (onlyAs !== undefined && tagIdentity(String(item.name)) !== tagIdentity(onlyAs)) return undefined;
      const edited = await editOnce(table, tagIn(item), edit, at);
      if (edited) return edited;
    }
    throw new MediaError('BUSY', 'This tag keeps changing', { retryAfter: 1 });
  },

  remove: async ({ id }) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const item = await table.get(tagKey(id));
      if (!item) return false;
      const tag = tagIn(item);
      const failed = await table.transact([
        { Delete: { Key: teamTagKey(tag.teamId, tag.slug), ...stillNamed(tag) } },
        { Delete: { Key: tagKey(id), ...stillNamed(tag) } },
        ...leaveName(tag, await holderOfName(table, tag.teamId, tag.name)),
        work(tag, 'removed'),
        oneLess(tagsKey(tag.teamId)),
      ]);
      if (failed.length === 0) return true;
    }
    throw new MediaError('BUSY', 'This tag keeps changing', { retryAfter: 1 });
  },
});

/** The condition of both items of a tag that it was not renamed or removed since it was read. */
const stillNamed = ({ id, name }: Tag) => ({
  ConditionExpression: 'id = :asIs AND #asIs = :named',
  ExpressionAttributeNames: { '#asIs': 'name' },
  ExpressionAttributeValues: { ':asIs': id, ':named': name },
});

/** Undefined when the tag or the entry of a name changed meanwhile. Throws `CONFLICT` when the name is another tag's. */
const editOnce = async (table: Table, tag: Tag, edit: TagEdit, at: string): Promise<Tag | undefined> => {
  const fields = Object.entries({ ...edit, updatedAt: at }).filter(([, value]) => value !== undefined);
  const edited: Tag = { ...tag, ...(Object.fromEntries(fields) as TagEdit), updatedAt: at };
  const asItIs = stillNamed(tag);
  const change = (key: Key): TransactItem => ({
    Update: {
      Key: key,
      UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: asItIs.ConditionExpression,
      ExpressionAttributeNames: {
        ...asItIs.ExpressionAttributeNames,
        ...Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ...asItIs.ExpressionAttributeValues,
        ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
      },
    },
  });
  const failed = await table.transact([
    change(teamTagKey(tag.teamId, tag.slug)),
    change(tagKey(tag.id)),
    ...(sameTerms(edited.name, tag.name) ? [] : [work(tag, 'renamed')]),
    ...(await nameChange(table, tag, edited)),
  ]);
  return failed.length === 0 ? edited : undefined;
};

const termsOfTag = (name: string): string => termsOf({ filename: '', ...NO_RECORD_TEXTS }, [name]).join(' ');

/** Whether search finds the same by both names, as when only case or accents change: then no record has to be updated. */
const sameTerms = (one: string, other: string): boolean => termsOfTag(one) === termsOfTag(other);

/** The entries that a rename removes and adds; none if only case or accents change. */
const nameChange = async (table: Table, tag: Tag, edited: Tag): Promise<readonly TransactItem[]> => {
  if (tagIdentity(edited.name) === tagIdentity(tag.name)) return [];
  const isAnothers = () => new MediaError('CONFLICT', 'Another tag has this name');
  const [known] = await tagsByName(table, tag.teamId, [edited.name]);
  if (known && known.id !== tag.id) throw isAnothers();
  const [before, after] = await Promise.all([
    holderOfName(table, tag.teamId, tag.name),
    holderOfName(table, tag.teamId, edited.name),
  ]);
  // Another tag may have taken the name since the first look; only what a former holder left behind is taken over.
  if (after && !after.isLeft && after.tagId !== tag.id) throw isAnothers();
  return [...leaveName(tag, before), ...enterName(edited, after)];
};

/** Joins in the names of tags as they are now; a record without tags costs nothing. */
export type ShowTags = (records: readonly MediaRecord[]) => Promise<readonly ShownMedia[]>;

export const showTags =
  (table: Table): ShowTags =>
  async (records) => {
    const ids = [...new Set(records.flatMap(({ tagIds }) => tagIds))];
    const items = ids.length === 0 ? [] : await table.batchGet(ids.map(tagKey));
    const known = new Map(items.map((item) => [item.id, tagIn(item)]));
    return records.map((record) => ({
      ...record,
      tags: record.tagIds.flatMap((id) => {
        const tag = known.get(id);
        return tag && tag.teamId === record.teamId ? [{ id, slug: tag.slug, name: tag.name }] : [];
      }),
    }));
  };

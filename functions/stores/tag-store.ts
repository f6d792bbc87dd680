import { MediaError } from '../domain/errors.ts';
import type { MediaRecord, ShownMedia } from '../domain/media.ts';
import { type CountedTag, MOST_TAGS_OF_TEAM, type Tag, type TagEdit } from '../domain/tag.ts';
import { ABOVE, tagKey, tagWorkKey, teamKey, teamTagKey } from './keys.ts';
import type { Table, TransactItem } from './table.ts';
import { countsOf } from './totals.ts';

/** Tags of teams. Each is written twice, by id and by team and slug, in one transaction. */
export interface TagStore {
  /** All tags of a team, by slug. */
  list(teamId: string): Promise<readonly Tag[]>;
  get(ids: readonly string[]): Promise<readonly CountedTag[]>;
  bySlug(teamId: string, slugs: readonly string[]): Promise<readonly Tag[]>;
  /** False when the slug is taken. Throws `CONFLICT` when the team has as many tags as a team may have. */
  create(tag: Tag): Promise<boolean>;
  /** Undefined when the tag is gone. A new name is to be found by search: the records of the tag are gone through. */
  edit(tag: Tag, edit: TagEdit, at: string): Promise<Tag | undefined>;
  /** False when it was gone already. It vanishes at once; its records are gone through afterwards. */
  remove(tag: Tag): Promise<boolean>;
}

/** What is left to be done with the records of a tag, and how far it came. */
export interface TagWork {
  readonly kind: 'renamed' | 'removed';
  readonly run: string;
  /** The sort key of the last record that was seen to. */
  readonly after: string | null;
}

const FIELDS = ['id', 'teamId', 'slug', 'name', 'description', 'icon', 'color', 'order', 'isActive'] as const;

/** The tag in either of its items. */
export const tagIn = (item: Record<string, unknown>): Tag =>
  Object.fromEntries([...FIELDS, 'createdAt', 'updatedAt'].map((field) => [field, item[field]])) as unknown as Tag;

const work = (tag: Tag, kind: TagWork['kind']): TransactItem => ({
  Put: { Item: { ...tagWorkKey(tag.id), kind, run: crypto.randomUUID(), after: null } satisfies TagWork & object },
});

export const dynamoTags = (table: Table): TagStore => ({
  list: async (teamId) => (await slugRange(table, teamId)).map(tagIn),

  get: async (ids) => {
    const items = await table.batchGet([...new Set(ids)].map(tagKey));
    return items.map((item) => ({ ...tagIn(item), count: countsOf(item) }));
  },

  bySlug: async (teamId, slugs) => {
    const items = await table.batchGet([...new Set(slugs)].map((slug) => teamTagKey(teamId, slug)));
    return items.map(tagIn);
  },

  create: async (tag) => {
    const room = (await slugRange(table, tag.teamId)).length < MOST_TAGS_OF_TEAM;
    if (!room) throw new MediaError('CONFLICT', `A team can have ${MOST_TAGS_OF_TEAM} tags`);
    const failed = await table.transact([
      {
        Put: {
          Item: { ...teamTagKey(tag.teamId, tag.slug), ...tag },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Put: { Item: { ...tagKey(tag.id), ...tag }, ConditionExpression: 'attribute_not_exists(pk)' } },
    ]);
    return failed.length === 0;
  },

  edit: async (tag, edit, at) => {
    const fields = Object.entries({ ...edit, updatedAt: at }).filter(([, value]) => value !== undefined);
    const change = (key: { pk: string; sk: string }): TransactItem => ({
      Update: {
        Key: key,
        UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: 'id = :id',
        ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ':id': tag.id,
          ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
        },
      },
    });
    const renamed = edit.name !== undefined && edit.name !== tag.name;
    const failed = await table.transact([
      change(teamTagKey(tag.teamId, tag.slug)),
      change(tagKey(tag.id)),
      ...(renamed ? [work(tag, 'renamed')] : []),
    ]);
    if (failed.length > 0) return undefined;
    return { ...tag, ...(Object.fromEntries(fields) as TagEdit), updatedAt: at };
  },

  remove: async (tag) => {
    const gone = (key: { pk: string; sk: string }): TransactItem => ({
      Delete: { Key: key, ConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': tag.id } },
    });
    const failed = await table.transact([
      gone(teamTagKey(tag.teamId, tag.slug)),
      gone(tagKey(tag.id)),
      work(tag, 'removed'),
    ]);
    return failed.length === 0;
  },
});

const slugRange = async (table: Table, teamId: string): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': teamKey(teamId).pk, ':first': 'TAG#', ':last': `TAG#${ABOVE}` },
      ConsistentRead: true,
      ExclusiveStartKey: start,
    });
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
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

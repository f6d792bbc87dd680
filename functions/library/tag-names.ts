import { slugOf, type Tag, tagIdentity } from '../domain/tag.ts';
import { ABOVE, tagKey, tagNameKey, teamKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table, TransactItem } from '../table/table.ts';

const FIELDS = ['id', 'teamId', 'slug', 'name', 'description', 'icon', 'color', 'order', 'isActive'] as const;

/** The tag in its item by id, or in its copy by team and slug. */
export const tagIn = (item: Record<string, unknown>): Tag =>
  Object.fromEntries([...FIELDS, 'createdAt', 'updatedAt'].map((field) => [field, item[field]])) as unknown as Tag;

/** All tags of a team, by slug. */
export const tagsOfTeam = async (table: Table, teamId: string): Promise<readonly Tag[]> => {
  const items = await allItems(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':pk': teamKey(teamId).pk, ':first': 'TAG#', ':last': `TAG#${ABOVE}` },
    ConsistentRead: true,
  });
  return items.map(tagIn);
};

/** Older tags may share a name; the one whose slug comes from it takes precedence. */
const firstOfName = (tags: readonly Tag[], identity: string): Tag | undefined => {
  const named = tags.filter(({ name }) => tagIdentity(name) === identity);
  return named.find(({ name, slug }) => slugOf(name) === slug) ?? named[0];
};

/**
 * The tags that have these names. Entries lead to them; a tag without one, from before there were entries, is found in the
 * list of the team's tags, which is read when a name has no entry.
 */
export const tagsByName = async (table: Table, teamId: string, names: readonly string[]): Promise<readonly Tag[]> => {
  const wanted = new Map(names.map((name) => [tagIdentity(name), tagNameKey(teamId, name)]));
  const entries = await table.batchGet([...wanted.values()]);
  const items = await table.batchGet([...new Set(entries.map(({ id }) => String(id)))].map(tagKey));
  const found = new Map(
    items
      .map(tagIn)
      .filter((tag) => tag.teamId === teamId)
      .map((tag) => [tagIdentity(tag.name), tag]),
  );
  const missing = [...wanted.keys()].filter((identity) => !found.has(identity));
  const all = missing.length === 0 ? [] : await tagsOfTeam(table, teamId);
  return [...wanted.keys()].flatMap((identity) => found.get(identity) ?? firstOfName(all, identity) ?? []);
};

/**
 * The tag that the entry of a name leads to, and the name that this tag has, if it is there; `isLeft` when that is another name.
 * Undefined when the name is free.
 */
export type NameHolder =
  | { readonly tagId: string; readonly named: string | undefined; readonly isLeft: boolean }
  | undefined;

/** The entry of a name, and whether its tag still has the name. */
export const holderOfName = async (table: Table, teamId: string, name: string): Promise<NameHolder> => {
  const entry = await table.get(tagNameKey(teamId, name));
  if (!entry) return undefined;
  const item = await table.get(tagKey(String(entry.id)));
  const isHeld = item?.teamId === teamId && tagIdentity(String(item.name)) === tagIdentity(name);
  return { tagId: String(entry.id), named: item && String(item.name), isLeft: !isHeld };
};

/**
 * Leads a name to a tag, under the condition that its entry is as it was read, and that the tag which left it has not come back:
 * then the entry is the same again.
 */
export const enterName = ({ teamId, id, name }: Tag, holder: NameHolder): readonly TransactItem[] => [
  { Put: { Item: { ...tagNameKey(teamId, name), id }, ...heldBy(holder) } },
  ...(holder && holder.tagId !== id ? [stillLeft(holder)] : []),
];

const stillLeft = ({ tagId, named }: NonNullable<NameHolder>): TransactItem => ({
  ConditionCheck: {
    Key: tagKey(tagId),
    ...(named === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#name = :named',
          ExpressionAttributeNames: { '#name': 'name' },
          ExpressionAttributeValues: { ':named': named },
        }),
  },
});

/** Removes the entry of a name, when it leads to this tag. */
export const leaveName = ({ teamId, id, name }: Tag, holder: NameHolder): readonly TransactItem[] =>
  holder?.tagId === id ? [{ Delete: { Key: tagNameKey(teamId, name), ...heldBy(holder) } }] : [];

const heldBy = (holder: NameHolder) =>
  holder
    ? { ConditionExpression: 'id = :holder', ExpressionAttributeValues: { ':holder': holder.tagId } }
    : { ConditionExpression: 'attribute_not_exists(pk)' };

import type { MediaRecord } from '../domain/media.ts';
import type { Tag } from '../domain/tag.ts';
import { mediaRecord } from '../library/media-item.ts';
import { dropGoneTag } from '../library/retag.ts';
import { enterName, holderOfName, tagIn } from '../library/tag-names.ts';
import { partitionTags } from '../library/tagging.ts';
import { countOf } from '../library/totals.ts';
import { listingKeys, taggedPlace } from '../table/index-keys.ts';
import { ABOVE, mediaKey, taggedKey, tagKey, tagNameKey, teamTagKey } from '../table/keys.ts';
import { pagesOf } from '../table/pages.ts';
import type { Key, Table, TransactItem } from '../table/table.ts';

/** Repairs the items that are derived from records and tags. Each answers how many items it changed; all may be repeated. */
export interface TagHealStore {
  /** The entries of a record in the lists, and in those of its tags. */
  places(mediaIds: readonly string[], at: string): Promise<number>;
  /** Places in the list of a tag that no record has. */
  superfluous(places: readonly Key[]): Promise<number>;
  /** The counters of a tag, its copy by slug, and the entry of its name. */
  tag(tagId: string): Promise<number>;
  /** Removes a copy by slug whose tag is gone. */
  slug(key: Key): Promise<number>;
  /** Removes the entry of a name that its tag no longer has. */
  name(key: Key): Promise<number>;
}

const ATTEMPTS = 10;
/** The limit of one BatchGetItem. */
const AT_ONCE = 100;

export const dynamoTagHeal = (table: Table): TagHealStore => ({
  places: async (mediaIds, at) => {
    let healed = 0;
    for (let start = 0; start < mediaIds.length; start += AT_ONCE) {
      const items = await table.batchGet(mediaIds.slice(start, start + AT_ONCE).map(mediaKey));
      for (const item of items.filter(({ state }) => state !== 'purging')) healed += await healPlaces(table, item, at);
    }
    return healed;
  },

  superfluous: async (places) => {
    let removed = 0;
    for (const key of places) {
      const mediaId = key.sk.slice('MEDIA#'.length);
      const item = await table.get(mediaKey(mediaId));
      const tagIds = (item?.tagIds as readonly string[] | undefined) ?? [];
      if (tagIds.includes(key.pk.slice('TAG#'.length))) continue;
      const failed = await table.transact([{ Delete: { Key: key } }, stillSo(mediaId, item?.version)]);
      if (failed.length === 0) removed += 1;
    }
    return removed;
  },

  tag: async (tagId) => {
    let healed = 0;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const item = await table.get(tagKey(tagId));
      if (!item) return healed;
      const counted = await countPlaces(table, tagId);
      const moved = Object.entries(counted).filter(([name, count]) => Number(item[name] ?? 0) !== count);
      if (moved.length === 0) return healed + (await healSlug(table, item)) + (await healName(table, tagIn(item)));
      const isSet = await table.update({
        Key: tagKey(tagId),
        UpdateExpression: `SET ${moved.map(([name], index) => `${name} = :${index}`).join(', ')} ADD changes :one`,
        ConditionExpression:
          item.changes === undefined ? 'attribute_exists(pk) AND attribute_not_exists(changes)' : 'changes = :changes',
        ExpressionAttributeValues: {
          ':one': 1,
          ...(item.changes === undefined ? {} : { ':changes': item.changes }),
          ...Object.fromEntries(moved.map(([, count], index) => [`:${index}`, count])),
        },
      });
      if (isSet) healed += 1;
    }
    return healed;
  },

  slug: async (key) => {
    const copy = await table.get(key);
    if (!copy || (await table.get(tagKey(String(copy.id))))) return 0;
    const gone: TransactItem = {
      ConditionCheck: { Key: tagKey(String(copy.id)), ConditionExpression: 'attribute_not_exists(pk)' },
    };
    return (await table.transact([{ Delete: { Key: key } }, gone])).length === 0 ? 1 : 0;
  },

  name: async (key) => {
    const entry = await table.get(key);
    const item = entry && (await table.get(tagKey(String(entry.id))));
    if (!entry || (item && tagNameKey(String(item.teamId), String(item.name)).sk === key.sk)) return 0;
    const asRead: TransactItem = { Delete: { Key: key, ...idIs(entry.id) } };
    return (await table.transact([asRead, unchanged(String(entry.id), item)])).length === 0 ? 1 : 0;
  },
});

const idIs = (id: unknown) => ({ ConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': id } });

/** The condition that a tag is unchanged since it was read, or still missing. */
const unchanged = (tagId: string, item: Record<string, unknown> | undefined): TransactItem => ({
  ConditionCheck: {
    Key: tagKey(tagId),
    ...(item
      ? { ConditionExpression: 'updatedAt = :at', ExpressionAttributeValues: { ':at': item.updatedAt } }
      : { ConditionExpression: 'attribute_not_exists(pk)' }),
  },
});

/** Leads the name of a tag to it, where no other tag has the name. */
const healName = async (table: Table, tag: Tag): Promise<number> => {
  const holder = await holderOfName(table, tag.teamId, tag.name);
  if (holder && !holder.isLeft) return 0;
  return (await table.transact([...enterName(tag, holder), unchanged(tag.id, { ...tag })])).length === 0 ? 1 : 0;
};

/** The condition that a record is unchanged since it was read, or still missing. */
const stillSo = (mediaId: string, version: unknown): TransactItem => ({
  ConditionCheck: {
    Key: mediaKey(mediaId),
    ...(version === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } }),
  },
});

/** A record that changes meanwhile writes its own entries, or the next run repairs them. */
const healPlaces = async (table: Table, item: Record<string, unknown>, at: string): Promise<number> => {
  const record = mediaRecord(item);
  const { known, gone } = await partitionTags(table, record.teamId, record.tagIds);
  for (const tagId of gone) await dropGoneTag(table)(record.id, tagId, at);
  const version = record.version + gone.length;
  const { listPk, kindPk, createdSk, filenameSk, sizeSk } = listingKeys(listed(record));
  const own = { listPk, kindPk, createdSk, filenameSk, sizeSk };
  let healed = gone.length;
  if (!holds(item, own)) {
    const names = Object.keys(own);
    const isSet = await table.update({
      Key: mediaKey(record.id),
      UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: {
        ':version': version,
        ...Object.fromEntries(Object.entries(own).map(([name, value]) => [`:${name}`, value])),
      },
    });
    if (isSet) healed += 1;
  }
  const rows = known.length === 0 ? [] : await table.batchGet(known.map((tagId) => taggedKey(tagId, record.id)));
  const byTag = new Map(rows.map((row) => [String(row.pk).slice('TAG#'.length), row]));
  for (const tagId of known) {
    const place = { kind: record.kind, ...taggedPlace(tagId, listed(record)) };
    if (holds(byTag.get(tagId), place)) continue;
    const put: TransactItem = { Put: { Item: { ...taggedKey(tagId, record.id), ...place } } };
    if ((await table.transact([put, stillSo(record.id, version)])).length === 0) healed += 1;
  }
  return healed;
};

/** The trash is listed by the time of deletion. */
const listed = (record: MediaRecord): MediaRecord => ({ ...record, createdAt: record.deletedAt ?? record.createdAt });

const holds = (item: Record<string, unknown> | undefined, values: object): boolean =>
  Object.entries(values).every(([name, value]) => item?.[name] === value);

/** The copy by team and slug, when it is not as the tag. */
const healSlug = async (table: Table, item: Record<string, unknown>): Promise<number> => {
  const tag = tagIn(item);
  const key = teamTagKey(tag.teamId, tag.slug);
  if (holds(await table.get(key), tag)) return 0;
  const failed = await table.transact([
    {
      Put: {
        Item: { ...key, ...tag },
        ConditionExpression: 'attribute_not_exists(pk) OR id = :id',
        ExpressionAttributeValues: { ':id': tag.id },
      },
    },
    unchanged(tag.id, { ...tag }),
  ]);
  return failed.length === 0 ? 1 : 0;
};

const countPlaces = async (table: Table, tagId: string): Promise<Record<string, number>> => {
  const counted: Record<string, number> = {
    activeAll: 0,
    activeImage: 0,
    activeVideo: 0,
    activeAudio: 0,
    activeDocument: 0,
    deletedAll: 0,
  };
  const pages = pagesOf(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':pk': tagKey(tagId).pk, ':first': 'MEDIA#', ':last': `MEDIA#${ABOVE}` },
    ConsistentRead: true,
  });
  for await (const page of pages) {
    for (const { listPk, kind } of page) {
      const state = String(listPk).endsWith('#active') ? 'active' : 'deleted';
      for (const name of Object.keys(countOf(state, kind as MediaRecord['kind'], 1)))
        counted[name] = (counted[name] ?? 0) + 1;
    }
  }
  return counted;
};

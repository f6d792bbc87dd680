import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import {
  type Collection,
  MOST_COLLECTED,
  MOST_COLLECTIONS,
  type OrderedCollection,
  placed,
  without,
} from '../domain/collection.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord, ShownMedia } from '../domain/media.ts';
import type { Clock } from '../domain/ports.ts';
import { admitTo, type Principal } from '../domain/principal.ts';
import type { ShowTags } from '../library/tag-store.ts';
import type { CollectionStore } from './collection-store.ts';

export interface CollectionsDeps {
  readonly collections: CollectionStore;
  /** Records of these ids, in this order, in whatever state. */
  readonly records: (ids: readonly string[]) => Promise<readonly MediaRecord[]>;
  readonly show: ShowTags;
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface CollectionPage {
  readonly items: readonly ShownMedia[];
  readonly total: number;
  readonly nextCursor: string | undefined;
}

const WHAT = 'Collection';
/** Changes of one collection by several people at once meet at its version. */
const ATTEMPTS = 8;

const findCollection = async (
  { collections }: Pick<CollectionsDeps, 'collections'>,
  principal: Principal,
  id: string,
): Promise<OrderedCollection> => {
  const collection = await collections.get(id);
  if (!collection) throw notFound(WHAT);
  admitTo(principal, collection.teamId, WHAT);
  return collection;
};

/** Refuses records that are not in the library of the team. One of another team is answered as a missing one. */
const requireRecords = async (
  { records }: Pick<CollectionsDeps, 'records'>,
  teamId: string,
  ids: readonly string[],
): Promise<void> => {
  const wanted = new Set(ids);
  const found = (await records([...wanted])).filter((record) => record.teamId === teamId && record.state === 'active');
  if (found.length < wanted.size) throw notFound();
};

const full = (): MediaError => new MediaError('CONFLICT', `A collection has at most ${MOST_COLLECTED} records`);

/** Changes a collection as it is now, again if another call comes first. An edit that changes nothing writes nothing. */
const change = async (
  deps: Pick<CollectionsDeps, 'collections' | 'clock'>,
  principal: Principal,
  id: string,
  edit: (collection: OrderedCollection) => Pick<OrderedCollection, 'name' | 'mediaIds'>,
): Promise<Collection> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const collection = await findCollection(deps, principal, id);
    const { name, mediaIds } = edit(collection);
    if (mediaIds.length > Math.max(MOST_COLLECTED, collection.mediaIds.length)) throw full();
    if (name === collection.name && mediaIds.join() === collection.mediaIds.join()) return collection;
    const updatedAt = deps.clock().toISOString();
    const { version } = collection;
    const changed = { ...collection, name, mediaIds, count: mediaIds.length, updatedAt, version: version + 1 };
    if (await deps.collections.change(changed, version)) return changed;
  }
  throw new MediaError('BUSY', 'The collection is being changed by others, try again in a moment', { retryAfter: 1 });
};

/** Makes a collection for the team, with or without records. */
export const createCollection =
  (deps: CollectionsDeps) =>
  async ({ input, principal, keyed }: Call<{ name: string; mediaIds: readonly string[] }>): Promise<Collection> => {
    const { collections, newId, clock } = deps;
    const { teamId, userId } = principal;
    const id = idsOf({ keyed }, newId)();
    const before = await madeBefore({ keyed }, () => collections.get(id));
    if (before) return before;
    const mediaIds = [...new Set(input.mediaIds)];
    await requireRecords(deps, teamId, mediaIds);
    const tooMany = () => new MediaError('CONFLICT', `A team has at most ${MOST_COLLECTIONS} collections`);
    if ((await collections.list(teamId)).length >= MOST_COLLECTIONS) throw tooMany();
    const createdAt = clock().toISOString();
    const made = { teamId, createdBy: userId, createdAt, updatedAt: createdAt, version: 1 };
    const collection = { id, name: input.name, mediaIds, count: mediaIds.length, ...made };
    await collections.create(collection);
    // Counted again after it was made: concurrent calls may all have seen room.
    if ((await collections.list(teamId)).length > MOST_COLLECTIONS) {
      await collections.remove(teamId, collection.id);
      throw tooMany();
    }
    return collection;
  };

/** The collections of the team, by name. */
export const listCollections =
  ({ collections }: Pick<CollectionsDeps, 'collections'>) =>
  async ({ principal }: Call<undefined>): Promise<readonly Collection[]> =>
    (await collections.list(principal.teamId)).toSorted((one, other) => one.name.localeCompare(other.name));

/** One collection, without its records. */
export const getCollection =
  (deps: Pick<CollectionsDeps, 'collections'>) =>
  ({ input, principal }: Call<{ id: string }>): Promise<Collection> =>
    findCollection(deps, principal, input.id);

export const renameCollection =
  (deps: Pick<CollectionsDeps, 'collections' | 'clock'>) =>
  ({ input: { id, name }, principal }: Call<{ id: string; name: string }>): Promise<Collection> =>
    change(deps, principal, id, ({ mediaIds }) => ({ name, mediaIds }));

/** Ends a collection; its records stay in the library. */
export const deleteCollection =
  (deps: Pick<CollectionsDeps, 'collections'>) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    const { teamId, id } = await findCollection(deps, principal, input.id);
    if (!(await deps.collections.remove(teamId, id))) throw notFound(WHAT);
  };

/** Puts records before another one of the collection, or at its end: new ones come in, those that are there move. */
export const placeInCollection =
  (deps: CollectionsDeps) =>
  async ({
    input: { id, mediaIds, before },
    principal,
  }: Call<{ id: string; mediaIds: readonly string[]; before?: string | null | undefined }>): Promise<Collection> => {
    const { teamId, mediaIds: present } = await findCollection(deps, principal, id);
    await requireRecords(deps, teamId, without(mediaIds, present));
    return change(deps, principal, id, ({ name, mediaIds: order }) => ({
      name,
      mediaIds: placed(order, mediaIds, before ?? undefined),
    }));
  };

/** Takes records out of a collection; they stay in the library. Records that are not in it change nothing. */
export const removeFromCollection =
  (deps: Pick<CollectionsDeps, 'collections' | 'clock'>) =>
  ({ input, principal }: Call<{ id: string; mediaIds: readonly string[] }>): Promise<Collection> =>
    change(deps, principal, input.id, ({ name, mediaIds }) => ({ name, mediaIds: without(mediaIds, input.mediaIds) }));

/**
 * A page of a collection's records, in its order. Records in the trash are left out; those that were removed for good leave the
 * collection now.
 */
export const listCollected =
  (deps: CollectionsDeps) =>
  async ({
    input,
    principal,
  }: Call<{ id: string; limit: number; cursor?: string | undefined }>): Promise<CollectionPage> => {
    const collection = await findCollection(deps, principal, input.id);
    const start = Number(input.cursor ?? 0);
    const ids = collection.mediaIds.slice(start, start + input.limit);
    const found = (await deps.records(ids)).filter(({ teamId }) => teamId === collection.teamId);
    const gone = without(
      ids,
      found.filter(({ state }) => state !== 'purging').map(({ id }) => id),
    );
    if (gone.length > 0) await forget(collection, gone, deps);
    const next = start + ids.length;
    return {
      items: await deps.show(found.filter(({ state }) => state === 'active')),
      total: collection.count - gone.length,
      nextCursor: next < collection.count ? String(next - gone.length) : undefined,
    };
  };

/** Another call may change the collection at the same moment; then the next page forgets them. */
const forget = async (
  collection: OrderedCollection,
  gone: readonly string[],
  { collections }: Pick<CollectionsDeps, 'collections'>,
): Promise<void> => {
  const mediaIds = without(collection.mediaIds, gone);
  const { version } = collection;
  await collections.change({ ...collection, mediaIds, count: mediaIds.length, version: version + 1 }, version);
};

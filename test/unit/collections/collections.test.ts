import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  createCollection,
  deleteCollection,
  getCollection,
  listCollected,
  listCollections,
  placeInCollection,
  removeFromCollection,
  renameCollection,
} from '../../../functions/collections/collections.ts';
import {
  MOST_COLLECTED,
  MOST_COLLECTIONS,
  type OrderedCollection,
  placed,
  without,
} from '../../../functions/domain/collection.ts';
import type { MediaRecord, MediaState } from '../../../functions/domain/media.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const aRecord = (id: string, teamId = 'team', state: MediaState = 'active') => ({ id, teamId, state }) as MediaRecord;

/** Collections in memory, of a team with these records. */
const aTeam = (...ids: string[]) => {
  const stored = new Map<string, OrderedCollection>();
  const state = { records: ids.map((id) => aRecord(id)), before: async () => {} };
  const deps = {
    collections: {
      get: async (id: string) => stored.get(id),
      list: async (teamId: string) => [...stored.values()].filter((each) => each.teamId === teamId),
      create: async (collection: OrderedCollection) => void stored.set(collection.id, collection),
      change: async (collection: OrderedCollection, version: number) => {
        const { before } = state;
        state.before = async () => {};
        await before();
        if (stored.get(collection.id)?.version !== version) return false;
        stored.set(collection.id, collection);
        return true;
      },
      remove: async (_: string, id: string) => stored.delete(id),
    },
    records: async (wanted: readonly string[]) =>
      wanted.flatMap((id) => state.records.filter((record) => record.id === id)),
    show: async (records: readonly MediaRecord[]) => records.map((record) => ({ ...record, tags: [] })),
    newId: () => crypto.randomUUID(),
    clock: () => new Date('2026-03-01T00:00:00.000Z'),
  };
  const principal = { ...aPrincipal({ role: 'editor' }), needs: 'media:update' as const };
  const create = (mediaIds: readonly string[] = []) =>
    createCollection(deps)({ input: { name: 'Harbour', mediaIds }, principal });
  const place = (id: string, mediaIds: readonly string[], before?: string) =>
    placeInCollection(deps)({ input: { id, mediaIds, before }, principal });
  const page = (id: string, cursor?: string, limit = 2) =>
    listCollected(deps)({ input: { id, limit, cursor }, principal });
  const orderOf = (id: string) => stored.get(id)?.mediaIds;
  return { stored, state, deps, principal, create, place, page, orderOf };
};

describe('the order of a collection', () => {
  const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });

  it('has each record once, those that moved together and as they were named, and the others as before', () => {
    fc.assert(
      fc.property(ids, ids, fc.option(fc.constantFrom(...'abcdefgh'), { nil: undefined }), (order, moved, before) => {
        const result = placed(order, moved, before);
        expect(result.toSorted()).toEqual([...new Set([...order, ...moved])].toSorted());
        expect(without(result, moved)).toEqual(without(order, moved));
        const at = result.indexOf(moved[0] ?? '');
        if (moved.length > 0) expect(result.slice(at, at + moved.length)).toEqual(moved);
        expect(placed(result, moved, before)).toEqual(result);
      }),
    );
  });

  it.each([
    ['before another one', ['c'], 'a', ['c', 'a', 'b', 'd']],
    ['to the end', ['a'], undefined, ['b', 'c', 'd', 'a']],
    ['to the end where the other one has left', ['a'], 'x', ['b', 'c', 'd', 'a']],
    ['nowhere before itself', ['b'], 'b', ['a', 'b', 'c', 'd']],
    ['with its neighbours before one of them', ['b', 'c'], 'c', ['a', 'b', 'c', 'd']],
  ])('moves a record %s', (_, moved, before, expected) =>
    expect(placed(['a', 'b', 'c', 'd'], moved, before)).toEqual(expected),
  );
});

describe('a collection', () => {
  it('takes records in, moves them and lets them go, and counts each change', async () => {
    const { create, place, orderOf, deps, principal } = aTeam('a', 'b', 'c');
    const { id } = await create(['a', 'a', 'b']);
    expect(await place(id, ['c'], 'a')).toMatchObject({ count: 3, version: 2 });
    expect(orderOf(id)).toEqual(['c', 'a', 'b']);
    await removeFromCollection(deps)({ input: { id, mediaIds: ['a', 'none'] }, principal });
    expect(orderOf(id)).toEqual(['c', 'b']);
    await renameCollection(deps)({ input: { id, name: 'Quay' }, principal });
    expect(await getCollection(deps)({ input: { id }, principal })).toMatchObject({
      name: 'Quay',
      count: 2,
      version: 4,
    });
    await deleteCollection(deps)({ input: { id }, principal });
    expect(await listCollections(deps)({ input: undefined, principal })).toEqual([]);
  });

  it('is not written by a call that changes nothing, such as a repeated one', async () => {
    const { create, place } = aTeam('a', 'b');
    const { id } = await create(['a', 'b']);
    expect(await place(id, ['a'], 'b')).toMatchObject({ version: 1 });
  });

  it('loses no change of two people at once', async () => {
    const { state, create, place, orderOf } = aTeam('a', 'b', 'c');
    const { id } = await create(['a']);
    state.before = async () => void (await place(id, ['b']));
    await place(id, ['c']);
    expect(orderOf(id)).toEqual(['a', 'b', 'c']);
  });

  it('has pages of what is in the library, in its order', async () => {
    const { state, create, page } = aTeam('a', 'b', 'c', 'd', 'e');
    const { id } = await create(['e', 'd', 'c', 'b', 'a']);
    state.records = state.records.map((record) => (record.id === 'd' ? { ...record, state: 'deleted' } : record));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor, total } = await page(id, cursor);
      expect(total).toBe(5);
      seen.push(...items.map((record) => record.id));
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['e', 'c', 'b', 'a']);
  });

  it('forgets a record that was removed for good, and skips none for it', async () => {
    const { state, create, page, orderOf } = aTeam('a', 'b', 'c', 'd');
    const { id } = await create(['a', 'b', 'c', 'd']);
    state.records = [aRecord('b'), aRecord('c'), aRecord('d', 'another')];
    const first = await page(id);
    expect(first).toMatchObject({ items: [{ id: 'b' }], total: 3, nextCursor: '1' });
    expect((await page(id, first.nextCursor)).items).toMatchObject([{ id: 'c' }]);
    expect(orderOf(id)).toEqual(['b', 'c']);
  });

  it('takes no record of another team, of the trash, or that is not there', async () => {
    const { state, create, place, orderOf } = aTeam('a');
    state.records.push(aRecord('theirs', 'another'), aRecord('trashed', 'team', 'deleted'));
    const { id } = await create(['a']);
    for (const other of ['theirs', 'trashed', 'none']) {
      await expect(place(id, [other])).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'Media not found' });
      await expect(create([other])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(orderOf(id)).toEqual(['a']);
  });

  it('of another team is answered as a missing one', async () => {
    const { create, deps, place } = aTeam('a');
    const { id } = await create();
    const principal = aPrincipal({ teamId: 'another' });
    for (const call of [getCollection, deleteCollection]) {
      const missing = { code: 'NOT_FOUND', message: 'Collection not found' };
      await expect(call(deps)({ input: { id }, principal })).rejects.toMatchObject(missing);
    }
    await expect(place('none', ['a'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is bounded, as is the number of them', async () => {
    const many = Array.from({ length: MOST_COLLECTED }, (_, index) => `r${index}`);
    const { create, place, stored } = aTeam('one more', ...many);
    const { id } = await create(many);
    await expect(place(id, ['one more'])).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await place(id, ['r0'])).toMatchObject({ count: MOST_COLLECTED });
    for (let made = 1; made < MOST_COLLECTIONS; made += 1) await create();
    await expect(create()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(stored.size).toBe(MOST_COLLECTIONS);
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  changeSavedView,
  createSavedView,
  deleteSavedView,
  listSavedViews,
} from '../../../functions/collections/saved-views.ts';
import { MOST_VIEWS, type SavedView } from '../../../functions/domain/saved-view.ts';
import type { Role } from '../../../functions/domain/scopes.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

/** Saved views in memory. */
const aTeam = () => {
  const stored = new Map<string, SavedView>();
  const isOf = (view: SavedView | undefined, teamId: string, holder: string | undefined): view is SavedView =>
    view !== undefined &&
    view.teamId === teamId &&
    (holder === undefined ? view.isShared : view.createdBy === holder && !view.isShared);
  const deps = {
    views: {
      list: async (teamId: string, holder: string | undefined) =>
        [...stored.values()].filter((view) => isOf(view, teamId, holder)),
      get: async (teamId: string, holder: string | undefined, id: string) => {
        const view = stored.get(id);
        return isOf(view, teamId, holder) ? view : undefined;
      },
      create: async (view: SavedView) => void stored.set(view.id, view),
      change: async (view: SavedView, change: Partial<SavedView>) => {
        stored.set(view.id, { ...view, ...change });
        return stored.get(view.id);
      },
      remove: async ({ id }: SavedView) => void stored.delete(id),
    },
    newId: () => crypto.randomUUID(),
    clock: () => new Date('2026-03-01T00:00:00.000Z'),
  };
  const person = (userId: string, role: Role = 'editor', teamId = 'team') => {
    const principal = aPrincipal({ userId, role, teamId });
    return {
      save: (isShared = false, name = 'Films') =>
        createSavedView(deps)({ input: { name, query: { type: 'video' }, isShared }, principal }),
      list: async () => (await listSavedViews(deps)({ input: undefined, principal })).map(({ name }) => name),
      rename: (id: string, name: string) => changeSavedView(deps)({ input: { id, name }, principal }),
      remove: (id: string) => deleteSavedView(deps)({ input: { id }, principal }),
    };
  };
  return { deps, stored, person };
};

describe('a saved view', () => {
  it('of a person is theirs alone', async () => {
    const { person, stored } = aTeam();
    const { id } = await person('ann').save();
    expect([await person('ann').list(), await person('ben', 'owner').list()]).toEqual([['Films'], []]);
    for (const other of [person('ben', 'owner'), person('ann', 'owner', 'another')]) {
      await expect(other.rename(id, 'Mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(other.remove(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(stored.get(id)).toMatchObject({ name: 'Films', query: { type: 'video' } });
    await person('ann', 'viewer').rename(id, 'Old films');
    await person('ann', 'viewer').remove(id);
    expect(stored.size).toBe(0);
  });

  it('of the team is for all members, and kept by editors', async () => {
    const { person, stored } = aTeam();
    const { id } = await person('ann').save(true);
    expect(await person('ben', 'viewer').list()).toEqual(['Films']);
    await expect(person('ben', 'viewer').save(true)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(person('ben', 'viewer').rename(id, 'Mine')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(person('ben', 'viewer').remove(id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await person('cai').rename(id, 'All films');
    expect(stored.get(id)?.name).toBe('All films');
    await person('cai').remove(id);
    expect(await person('ann').list()).toEqual([]);
  });

  it('is bounded in number, for a person and for the team', async () => {
    const { person, stored } = aTeam();
    for (const isShared of [false, true]) {
      for (let made = 0; made < MOST_VIEWS; made += 1) await person('ann').save(isShared, `View ${made}`);
      await expect(person('ann').save(isShared)).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    expect(stored.size).toBe(2 * MOST_VIEWS);
    await expect(person('ben').save()).resolves.toMatchObject({ name: 'Films' });
  });

  it('is refused to an API key: it is for people at the page', async () => {
    const { deps } = aTeam();
    const principal = aPrincipal({ credential: { kind: 'api-key', id: 'key' } });
    await expect(listSavedViews(deps)({ input: undefined, principal })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

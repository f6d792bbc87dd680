import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { insufficient, type Principal } from '../domain/principal.ts';
import { MOST_VIEWS, type SavedView } from '../domain/saved-view.ts';
import { requireLogin } from '../domain/team-rules.ts';
import type { SavedViewStore } from './saved-view-store.ts';

export interface SavedViewsDeps {
  readonly views: SavedViewStore;
  readonly newId: () => string;
  readonly clock: Clock;
}

export type NewSavedView = Pick<SavedView, 'name' | 'query' | 'isShared'>;

/** Views that all members see are kept by those who may change what all of them see. */
const requireEditorOf = (isShared: boolean, { scopes }: Principal): void => {
  if (isShared && !scopes.has('media:update')) throw insufficient('media:update');
};

const holderFor = (isShared: boolean, { userId }: Principal): string | undefined => (isShared ? undefined : userId);

/** A view of the team, or of the caller; that of another person is answered as a missing one. */
const findView = async (
  { views }: Pick<SavedViewsDeps, 'views'>,
  principal: Principal,
  id: string,
): Promise<SavedView> => {
  const { teamId, userId } = principal;
  const view = (await views.get(teamId, userId, id)) ?? (await views.get(teamId, undefined, id));
  if (!view) throw notFound('View');
  requireEditorOf(view.isShared, principal);
  return view;
};

/** Saves what the library shows under a name, for the caller or for the team. */
export const createSavedView =
  ({ views, newId, clock }: SavedViewsDeps) =>
  async ({ input, principal, keyed }: Call<NewSavedView>): Promise<SavedView> => {
    requireLogin(principal);
    requireEditorOf(input.isShared, principal);
    const { teamId, userId } = principal;
    const holder = holderFor(input.isShared, principal);
    const id = idsOf({ keyed }, newId)();
    const before = await madeBefore({ keyed }, () => views.get(teamId, holder, id));
    if (before) return before;
    const whose = input.isShared ? 'A team' : 'A person';
    const tooMany = () => new MediaError('CONFLICT', `${whose} has at most ${MOST_VIEWS} views`);
    if ((await views.list(teamId, holder)).length >= MOST_VIEWS) throw tooMany();
    const createdAt = clock().toISOString();
    const view = { id, teamId, ...input, createdBy: userId, createdAt, updatedAt: createdAt };
    await views.create(view);
    // Counted again after it was made: concurrent calls may all have seen room.
    if ((await views.list(teamId, holder)).length > MOST_VIEWS) {
      await views.remove(view);
      throw tooMany();
    }
    return view;
  };

/** The views of the team and those of the caller in it, by name. */
export const listSavedViews =
  ({ views }: Pick<SavedViewsDeps, 'views'>) =>
  async ({ principal }: Call<undefined>): Promise<readonly SavedView[]> => {
    requireLogin(principal);
    const { teamId, userId } = principal;
    const all = await Promise.all([views.list(teamId, undefined), views.list(teamId, userId)]);
    return all.flat().toSorted((one, other) => one.name.localeCompare(other.name));
  };

export const changeSavedView =
  ({ views, clock }: Pick<SavedViewsDeps, 'views' | 'clock'>) =>
  async ({
    input: { id, name, query },
    principal,
  }: Call<{ id: string } & Partial<Pick<SavedView, 'name' | 'query'>>>): Promise<SavedView> => {
    requireLogin(principal);
    const view = await findView({ views }, principal, id);
    const change = { name: name ?? view.name, query: query ?? view.query, updatedAt: clock().toISOString() };
    const changed = await views.change(view, change);
    if (!changed) throw notFound('View');
    return changed;
  };

export const deleteSavedView =
  ({ views }: Pick<SavedViewsDeps, 'views'>) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    requireLogin(principal);
    await views.remove(await findView({ views }, principal, input.id));
  };

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTags } from '../../../bin/verify/tags.ts';
import type { Scope } from '../../../functions/domain/scopes.ts';
import { dynamoTags, type TagStore } from '../../../functions/library/tag-store.ts';
import { tagKey, tagNameKey, tagWorkKey, teamTagKey } from '../../../functions/table/keys.ts';
import { createTag, createToldTag } from '../../../functions/tags/create-tag.ts';
import { nameTags } from '../../../functions/tags/name-tags.ts';
import { dynamoTagHeal } from '../../../functions/tags/tag-heal-store.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const AT = '2026-02-01T00:00:00.000Z';
let library: Library;
let tags: TagStore;
beforeAll(async () => {
  library = await startLibrary();
  tags = dynamoTags(library.table);
});
afterAll(() => library?.stop());

const ofTeam = (teamId: string = crypto.randomUUID()) => {
  const deps = { tags, newId: () => crypto.randomUUID(), clock: () => new Date(AT) };
  const principal = aPrincipal({ teamId });
  return {
    teamId,
    make: (name: string) => createTag(deps)({ input: { name }, principal }),
    words: (...names: string[]) => nameTags(deps)(names, teamId, principal),
    /** A tag as it was made before names had entries. */
    old: async (name: string, slug: string) => {
      const looks = { description: null, icon: null, color: null, order: 0, isActive: true };
      const tag = { id: crypto.randomUUID(), teamId, slug, name, ...looks, createdAt: AT, updatedAt: AT };
      await library.table.put({ Item: { ...teamTagKey(teamId, slug), ...tag } });
      await library.table.put({ Item: { ...tagKey(tag.id), ...tag } });
      return tag;
    },
  };
};
const wrongIn = async (teamId: string) => {
  const items = await library.ops.items();
  return checkTags(items.filter((item) => item.teamId === teamId || item.pk === `TEAM#${teamId}`));
};

describe('tags by their names', () => {
  it('are told apart by signs and marks, each with a slug of its own', async () => {
    const { teamId, make } = ofTeam();
    const names = ['G', 'G+', 'G#', '2.4', '2-4', '2 4', 'かき', 'かぎ', 'दिन', 'दीन', '🍷', '🍷🍷'];
    const made = [];
    for (const name of names) made.push(await make(name));
    expect(made.map(({ name }) => name)).toEqual(names);
    expect(new Set(made.map(({ id }) => id)).size).toBe(names.length);
    expect(made.map(({ slug }) => slug).slice(0, 6)).toEqual(['g', 'g-plus', 'g-sharp', '2-4', '2-4-2', '2-4-3']);
    for (const tag of made) expect(await tags.bySlug(teamId, [tag.slug])).toEqual([tag]);
    expect(await wrongIn(teamId)).toEqual([]);
  });

  it('given as words become as many tags', async () => {
    const { words } = ofTeam();
    const ids = await words('H++', 'H#', 'H', 'h');
    expect([ids.length, new Set(ids).size]).toEqual([3, 3]);
    expect(await words('h#', 'H++')).toEqual([ids[1], ids[0]]);
  });

  it('are one when many make them at once, whatever the spelling', async () => {
    const { make, teamId } = ofTeam();
    const made = await Promise.all(['Été', 'ETE', 'ete', 'Éte', 'été'].map(make));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await wrongIn(teamId)).toEqual([]);
  });

  it('move with a rename, and free the name that was left', async () => {
    const { make, teamId } = ofTeam();
    const tag = await make('Before');
    await tags.edit(tag, { name: 'After' }, AT);
    expect((await make('AFTER')).id).toBe(tag.id);
    const again = await make('Before');
    expect([again.id === tag.id, again.slug]).toEqual([false, 'before-2']);
    await expect(tags.edit(again, { name: 'after' }, AT)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await wrongIn(teamId)).toEqual([]);
  });

  it('lead to work on records in a lane of their team, but for a rename after which search finds the same', async () => {
    const { make, teamId } = ofTeam();
    const tag = await make('Sea view');
    const work = () => library.table.get(tagWorkKey(tag.id));
    const respelled = await tags.edit(tag, { name: 'SEA VIÉW' }, AT);
    expect([respelled?.name, await work()]).toEqual(['SEA VIÉW', undefined]);
    if (respelled) await tags.edit(respelled, { name: 'Quay' }, AT);
    expect(await work()).toMatchObject({ teamId, kind: 'renamed', after: null });
  });

  it('that two tags are renamed to at once are those of one', async () => {
    const { make, teamId } = ofTeam();
    const two = [await make('One'), await make('Two')];
    const outcomes = await Promise.allSettled(two.map((tag) => tags.edit(tag, { name: 'Same' }, AT)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await wrongIn(teamId)).toEqual([]);
  });

  it('that another tag takes while a rename looks around stay with that tag', async () => {
    const { make, teamId } = ofTeam();
    const [quick, slow] = [await make('Quick'), await make('Slow')];
    let meanwhile: undefined | (() => Promise<unknown>) = () => tags.edit(quick, { name: 'Wanted' }, AT);
    const looking = dynamoTags({
      ...library.table,
      query: async (...asked) => {
        const found = await library.table.query(...asked);
        const other = meanwhile;
        meanwhile = undefined;
        await other?.();
        return found;
      },
    });
    await expect(looking.edit(slow, { name: 'Wanted' }, AT)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await wrongIn(teamId)).toEqual([]);
  });

  it('that another tag leaves and takes again while they are looked up stay with that tag', async () => {
    const { make, teamId } = ofTeam();
    const back = await make('Other');
    const renames = ['Wanted', 'Other', 'Wanted'];
    const rename = async () => {
      const name = renames.shift();
      if (name !== undefined) await tags.edit(back, { name }, AT);
    };
    // The list of tags, the entry of the name and the tag that it leads to each show another moment.
    const looking = dynamoTags({
      ...library.table,
      query: async (...asked) => {
        const found = await library.table.query(...asked);
        await rename();
        return found;
      },
      get: async (...asked) => {
        const found = await library.table.get(...asked);
        await rename();
        return found;
      },
    });
    const { slug: _, ...tag } = { ...back, id: crypto.randomUUID(), name: 'Wanted' };
    expect(await looking.create(tag)).toBeUndefined();
    expect(renames).toEqual([]);
    expect(await wrongIn(teamId)).toEqual([]);
    expect((await tags.list(teamId)).map(({ name }) => name)).toEqual(['Wanted']);
  });

  it('are free again when the tag is removed', async () => {
    const { make, teamId } = ofTeam();
    const tag = await make('Gone');
    expect([await tags.remove(tag), await tags.remove(tag)]).toEqual([true, false]);
    expect((await make('gone')).id).not.toBe(tag.id);
    expect(await wrongIn(teamId)).toEqual([]);
  });

  it('are not those of a tag that was renamed while it was looked up', async () => {
    const { make } = ofTeam();
    const tag = await make('Early');
    await tags.edit(tag, { name: 'Late' }, AT);
    expect(await tags.edit(tag, { name: 'EARLY' }, AT, 'Early')).toBeUndefined();
  });
});

describe('a tag from before names had entries', () => {
  it('keeps id and slug, and is no longer taken for another', async () => {
    const { old, make, words, teamId } = ofTeam();
    const [oyster, letter] = [await old('かき', 'かき'), await old('J', 'j')];
    expect(await words('j', 'かき')).toEqual([letter.id, oyster.id]);
    expect(await make('J')).toMatchObject({ id: letter.id, slug: 'j' });
    expect((await make('かぎ')).id).not.toBe(oyster.id);
    expect((await make('J+')).id).not.toBe(letter.id);
    expect((await tags.get([oyster.id]))[0]?.name).toBe('かき');
    expect(await tags.remove(letter)).toBe(true);
    expect((await tags.list(teamId)).map(({ name }) => name).sort()).toEqual(['J+', 'かき', 'かぎ']);
  });

  it('is found by the slug that it was given, in any form of Unicode', async () => {
    const { old, teamId } = ofTeam();
    const seoul = await old('서울', '서울'.normalize('NFKD'));
    expect((await tags.bySlug(teamId, ['서울'])).map(({ id }) => id)).toEqual([seoul.id]);
  });

  it('is given an entry by a rebuild, and an entry without its tag is removed', async () => {
    const { old, teamId } = ofTeam();
    const [first, twin] = [await old('Twin', 'twin'), await old('TWIN', 'renamed')];
    const heal = dynamoTagHeal(library.table);
    expect([await heal.tag(first.id), await heal.tag(twin.id), await heal.tag(first.id)]).toEqual([1, 0, 0]);
    expect(await library.table.get(tagNameKey(teamId, 'twin'))).toMatchObject({ id: first.id });
    await library.table.remove(tagKey(first.id));
    await library.table.remove(teamTagKey(teamId, 'twin'));
    expect(await heal.name(tagNameKey(teamId, 'twin'))).toBe(1);
    expect(await heal.name(tagNameKey(teamId, 'twin'))).toBe(0);
    expect(await heal.tag(twin.id)).toBe(1);
    expect(await wrongIn(teamId)).toEqual([]);
  });

  it('whose entry was left behind by a removal does not keep its name from others', async () => {
    const { make, teamId } = ofTeam();
    const tag = await make('Left');
    await library.table.remove(tagKey(tag.id));
    await library.table.remove(teamTagKey(teamId, tag.slug));
    expect((await make('left')).id).not.toBe(tag.id);
    expect(await wrongIn(teamId)).toEqual([]);
  });
});

describe('a known name that is sent to create a tag', () => {
  const looks = { color: '#112233', isActive: false };
  const known = async () => {
    const deps = { tags, newId: () => crypto.randomUUID(), clock: () => new Date(AT) };
    const teamId = crypto.randomUUID();
    const tag = await createTag(deps)({ input: { name: 'Sea', ...looks }, principal: aPrincipal({ teamId }) });
    const asked = (...scopes: Scope[]) =>
      createToldTag(deps)({
        input: { name: 'SEA', color: '#445566', isActive: true, order: 7 },
        principal: aPrincipal({ teamId, scopes: new Set(scopes) }),
      });
    const words = (...scopes: Scope[]) =>
      nameTags(deps)(['SEA'], teamId, aPrincipal({ teamId, scopes: new Set(scopes) }));
    const stored = async () =>
      (await tags.list(teamId)).map(({ name, color, isActive, order }) => ({ name, color, isActive, order }));
    return { tag, asked, words, stored };
  };
  const BEFORE = [{ name: 'Sea', ...looks, order: 0 }];

  it('changes nothing for a key that may not update, and is answered by the id alone where it may not read', async () => {
    const { tag, asked, words, stored } = await known();
    expect(await asked('media:create')).toEqual({ id: tag.id });
    expect(await asked('media:create', 'media:read')).toMatchObject({ id: tag.id, name: 'Sea', color: '#112233' });
    expect(await words('media:create')).toEqual([tag.id]);
    expect(await stored()).toEqual(BEFORE);
  });

  it('changes the tag for a key that may update, which is told the id alone where it may not read', async () => {
    const { tag, asked, stored } = await known();
    expect(await asked('media:create', 'media:update')).toEqual({ id: tag.id });
    expect(await stored()).toEqual([{ name: 'SEA', color: '#445566', isActive: true, order: 7 }]);
  });

  it('is a new tag of which a key is told all, though it may not read', async () => {
    const deps = { tags, newId: () => crypto.randomUUID(), clock: () => new Date(AT) };
    const principal = aPrincipal({ teamId: crypto.randomUUID(), scopes: new Set<Scope>(['media:create']) });
    expect(await createToldTag(deps)({ input: { name: 'New' }, principal })).toMatchObject({
      name: 'New',
      slug: 'new',
    });
  });
});

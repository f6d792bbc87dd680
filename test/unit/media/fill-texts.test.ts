import { describe, expect, it } from '@jest/globals';
import { bareMetadata, type EmbeddedTexts, NO_TEXTS } from '../../../functions/domain/file-metadata.ts';
import { NO_RECORD_TEXTS as nothing } from '../../../functions/domain/record-fields.ts';
import { slugOf, type Tag, tagIdentity } from '../../../functions/domain/tag.ts';
import { fillTags, fillTexts } from '../../../functions/media/fill-texts.ts';

const says = (texts: Partial<EmbeddedTexts>) => ({ ...bareMetadata('image/jpeg'), texts: { ...NO_TEXTS, ...texts } });

describe('texts of a record', () => {
  it('are taken from the file where a person wrote none', () => {
    const metadata = says({ title: 'Harbour', caption: 'Boats', alt: 'Three boats' });
    expect(fillTexts(nothing, metadata)).toEqual({
      ...nothing,
      title: 'Harbour',
      caption: 'Boats',
      alt: 'Three boats',
    });
  });

  it('stay as a person wrote them, also when that is nothing', () => {
    const metadata = says({ title: 'Harbour', caption: 'Boats' });
    const said = { ...nothing, title: 'Mine', caption: '' };
    expect(fillTexts(said, metadata)).toEqual(said);
  });

  it('are no longer than a record takes', () => {
    expect(fillTexts(nothing, says({ alt: 'x'.repeat(900) })).alt).toHaveLength(500);
  });
});

/** Tags of a team that may have `room` more. */
const team = (room: number, ...known: Pick<Tag, 'name' | 'id'>[]) => {
  const tags = [...known];
  const created: string[] = [];
  const fill = fillTags({
    tags: {
      byName: async (_, names) => {
        const identities = names.map(tagIdentity);
        return tags.filter(({ name }) => identities.includes(tagIdentity(name))) as Tag[];
      },
      create: async (tag) => {
        if (created.length === room) throw new Error('full');
        created.push(tag.name);
        tags.push(tag);
        return { ...tag, slug: slugOf(tag.name) };
      },
    },
    newId: () => `new-${created.length}`,
    clock: () => new Date(0),
  });
  return { created, fill: (keywords: string[]) => fill('team', says({ keywords })) };
};

describe('keywords of a file', () => {
  it('become tags: those that the team has, by their names, and new ones', async () => {
    const { created, fill } = team(10, { name: 'FIRST light', id: 'known' });
    expect(await fill(['First Light', 'bridge', 'Bridge', '!!!'])).toEqual(['known', 'new-0']);
    expect(created).toEqual(['Bridge']);
  });

  it('become a tag each where signs or marks tell them apart', async () => {
    const { created, fill } = team(10, { name: 'かき', id: 'oyster' });
    expect(await fill(['G', 'G+', 'G#', 'かぎ'])).toHaveLength(4);
    expect(created).toEqual(['G', 'G+', 'G#', 'かぎ']);
  });

  it('are twenty at most, and as many as the team has room for', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `word ${index}`);
    expect(await team(100).fill(many)).toHaveLength(20);
    expect(await team(3).fill(many)).toHaveLength(3);
  });
});

import { describe, expect, it } from '@jest/globals';
import { fillTags, fillTexts } from '../../../functions/analysis/fill-texts.ts';
import { bareMetadata, type EmbeddedTexts, NO_TEXTS } from '../../../functions/domain/file-metadata.ts';
import type { Tag } from '../../../functions/domain/tag.ts';

const says = (texts: Partial<EmbeddedTexts>) => ({ ...bareMetadata('image/jpeg'), texts: { ...NO_TEXTS, ...texts } });
const nothing = { title: null, alt: null, caption: null, description: null };

describe('texts of a record', () => {
  it('are taken from the file where nobody wrote any', () => {
    const metadata = says({ title: 'Harbour', caption: 'Boats', alt: 'Three boats' });
    expect(fillTexts(nothing, metadata)).toEqual({
      title: 'Harbour',
      caption: 'Boats',
      alt: 'Three boats',
      description: null,
    });
  });

  it('stay as somebody wrote them, also when that is nothing', () => {
    const metadata = says({ title: 'Harbour', caption: 'Boats' });
    const said = { ...nothing, title: 'Mine', caption: '' };
    expect(fillTexts(said, metadata)).toEqual(said);
  });

  it('are no longer than a record takes', () => {
    expect(fillTexts(nothing, says({ alt: 'x'.repeat(900) })).alt).toHaveLength(500);
  });
});

/** Tags of a team that may have `room` more. */
const team = (room: number, ...known: Pick<Tag, 'slug' | 'id'>[]) => {
  const tags = [...known];
  const created: string[] = [];
  const fill = fillTags({
    tags: {
      bySlug: async (_, slugs) => tags.filter(({ slug }) => slugs.includes(slug)) as Tag[],
      create: async (tag) => {
        if (created.length === room) throw new Error('full');
        created.push(tag.name);
        tags.push(tag);
        return true;
      },
    },
    newId: () => `new-${created.length}`,
    clock: () => new Date(0),
  });
  return { created, fill: (keywords: string[]) => fill('team', says({ keywords })) };
};

describe('keywords of a file', () => {
  it('become tags: those that the team has, by their slugs, and new ones', async () => {
    const { created, fill } = team(10, { slug: 'first-light', id: 'known' });
    expect(await fill(['First Light', 'bridge', 'Bridge', '!!!'])).toEqual(['known', 'new-0']);
    expect(created).toEqual(['Bridge']);
  });

  it('are twenty at most, and as many as the team has room for', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `word ${index}`);
    expect(await team(100).fill(many)).toHaveLength(20);
    expect(await team(3).fill(many)).toHaveLength(3);
  });
});

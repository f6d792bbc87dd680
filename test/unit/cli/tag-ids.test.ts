import { describe, expect, it } from '@jest/globals';
import { tagIds } from '../../../cli/tag-ids.ts';

const shelfWith = (...tags: { id: string; slug: string; name: string }[]) => {
  const made: string[] = [];
  const call = async (route: string, { body }: { body?: { name: string } } = {}) => {
    if (route.startsWith('GET')) return tags;
    made.push(String(body?.name));
    return { id: `made ${body?.name}` };
  };
  return { made, ids: (...names: string[]) => tagIds({ call } as never, names, { create: true }) };
};

describe('tags on the command line', () => {
  it('are named before they are called by a slug that another has', async () => {
    const { ids } = shelfWith({ id: 'point', slug: '2-4', name: '2.4' }, { id: 'dash', slug: '2-4-2', name: '2-4' });
    expect(await ids('2-4', '2.4', '2-4-2')).toEqual(['dash', 'point', 'dash']);
  });

  it('are not made again, nor spelt anew, in another case or without accents', async () => {
    const { ids, made } = shelfWith({ id: 'bar', slug: 'cafe-bar', name: 'Café Bar' });
    expect(await ids('cafe BAR', 'CAFE-BAR')).toEqual(['bar', 'bar']);
    expect(made).toEqual([]);
  });

  it('are made where a mark or a sign tells them apart', async () => {
    const { ids, made } = shelfWith({ id: 'oyster', slug: 'かき', name: 'かき' }, { id: 'j', slug: 'j', name: 'J' });
    expect(await ids('かぎ', 'J+')).toEqual(['made かぎ', 'made J+']);
    expect(made).toEqual(['かぎ', 'J+']);
  });
});

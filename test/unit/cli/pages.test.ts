import { describe, expect, it } from '@jest/globals';
import { pagesByCursor, pagesByOffset } from '../../../cli/pages.ts';

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

const all = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};

/** A list of so many numbers as the API gives it: what opens the next page is left out of the last one, full or not. */
const listed = (total: number) => {
  const asked: string[] = [];
  const byCursor = async (limit: number, cursor = '0') => {
    asked.push(`${limit} from ${cursor}`);
    const end = Math.min(total, Number(cursor) + limit);
    return { data: numbers(Number(cursor), end), ...(end < total ? { nextCursor: String(end) } : {}) };
  };
  const byOffset = async (limit: number, offset: number) => {
    asked.push(`${limit} from ${offset}`);
    return { data: numbers(offset, Math.min(total, offset + limit)), total };
  };
  return { asked, byCursor, byOffset };
};

describe('a list that is gone through by cursors', () => {
  it.each([0, 1, 99, 100, 101, 200, 250])('gives each of %i items once', async (total) => {
    const { byCursor } = listed(total);
    expect(await all(pagesByCursor(Number.POSITIVE_INFINITY, byCursor))).toEqual(numbers(0, total));
    expect(await all(pagesByCursor(150, byCursor))).toEqual(numbers(0, Math.min(150, total)));
  });

  it('asks for no more than is wanted, and for nothing after the last page', async () => {
    const { asked, byCursor } = listed(200);
    await all(pagesByCursor(150, byCursor));
    await all(pagesByCursor(Number.POSITIVE_INFINITY, byCursor));
    expect(asked).toEqual(['100 from 0', '50 from 100', '100 from 0', '100 from 100']);
  });

  it('goes on after a page that holds nothing', async () => {
    const pages = [{ data: [1], nextCursor: 'a' }, { data: [], nextCursor: 'b' }, { data: [2] }];
    const page = async () => pages.shift() ?? { data: [] };
    expect(await all(pagesByCursor(10, page))).toEqual([1, 2]);
  });
});

describe('a list that is gone through by offsets', () => {
  it.each([0, 1, 99, 100, 101, 200, 250])('gives each of %i items once', async (total) => {
    const { byOffset } = listed(total);
    expect(await all(pagesByOffset(Number.POSITIVE_INFINITY, byOffset))).toEqual(numbers(0, total));
    expect(await all(pagesByOffset(150, byOffset))).toEqual(numbers(0, Math.min(150, total)));
  });

  it('goes on after a page that is short because its items are large', async () => {
    const page = async (limit: number, offset: number) => ({
      data: numbers(offset, Math.min(150, offset + Math.min(limit, 60))),
      total: 150,
    });
    expect(await all(pagesByOffset(Number.POSITIVE_INFINITY, page))).toEqual(numbers(0, 150));
  });

  it('ends with the last one of all', async () => {
    const { asked, byOffset } = listed(30);
    await all(pagesByOffset(50, byOffset));
    expect(asked).toEqual(['50 from 0']);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Media } from '../../../client/index.ts';
import { filterKey, queryOf, readGallerySearch } from '../../../web/gallery/gallery-search.ts';
import { type LoadPage, openLibrary, PAGE } from '../../../web/gallery/library.ts';
import { justifiedRows, listRows } from '../../../web/gallery/rows.ts';
import * as selections from '../../../web/gallery/selection.ts';

const fileOf = (id: string, width = 1600, height = 1200): Media =>
  ({
    id,
    filename: `${id}.jpg`,
    width,
    height,
    renditions: {},
    createdAt: id,
    tags: [],
    fileSize: 1,
    mimeType: 'image/jpeg',
  }) as unknown as Media;

describe('the rows of the gallery', () => {
  const aspect = fc.tuple(fc.integer({ min: 100, max: 4000 }), fc.integer({ min: 100, max: 4000 }));
  const measures = { width: 1000, target: 200, gap: 6 };

  it('have every file once, in order, and never leave the width', () => {
    fc.assert(
      fc.property(fc.array(aspect, { minLength: 1, maxLength: 120 }), fc.boolean(), (sizes, mayEndShort) => {
        const files = sizes.map(([width, height], index) => fileOf(String(index), width, height));
        const { rows, height } = justifiedRows(files, measures, mayEndShort);
        expect(rows.flatMap(({ cells }) => cells.map(({ media }) => media.id))).toEqual(files.map(({ id }) => id));
        for (const row of rows) {
          const last = row.cells.at(-1);
          expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(measures.width + 2);
          expect(row.y + row.height).toBeLessThanOrEqual(height);
        }
      }),
    );
  });

  it('fill the width but for the last one of the list', () => {
    const files = Array.from({ length: 50 }, (_, index) => fileOf(String(index), 1000 + (index % 7) * 200, 1000));
    const { rows } = justifiedRows(files, measures, true);
    for (const { cells } of rows.slice(0, -1)) {
      const last = cells.at(-1);
      expect((last?.x ?? 0) + (last?.width ?? 0)).toBe(measures.width);
    }
  });

  it('are of one file each in a list', () => {
    expect(listRows([fileOf('a'), fileOf('b')], { ...measures, target: 50 })).toMatchObject({
      height: 100,
      rows: [{ y: 0 }, { y: 50 }],
    });
  });
});

describe('the address of the gallery', () => {
  it('is read as far as it is a state of the gallery', () => {
    const odd = {
      q: 'x'.repeat(500),
      kind: 'audio',
      sort: 'createdAt-desc',
      view: 'wall',
      tag: '../x',
      item: '<b>',
      part: 'edit',
    };
    expect(JSON.parse(JSON.stringify(readGallerySearch(odd)))).toEqual({ q: 'x'.repeat(200), part: 'edit' });
  });

  it('asks the API for what it names', () => {
    expect(queryOf({ q: 'sea', kind: 'image', sort: 'fileSize-asc', tag: 'harbour' })).toEqual({
      orderBy: 'fileSize',
      orderDir: 'asc',
      type: 'image',
      search: 'sea',
      tagSlugs: ['harbour'],
    });
    expect(filterKey({})).not.toBe(filterKey({ kind: 'image' }));
  });
});

describe('the selection', () => {
  it('is after a thousand steps what a plain set says', () => {
    const ids = Array.from({ length: 40 }, (_, index) => String(index));
    const step = fc.oneof(
      fc.record({ act: fc.constant('toggle' as const), id: fc.constantFrom(...ids) }),
      fc.record({ act: fc.constant('extend' as const), id: fc.constantFrom(...ids) }),
      fc.record({ act: fc.constant('arrive' as const), id: fc.constantFrom('new-1', 'new-2') }),
      fc.record({ act: fc.constant('clear' as const), id: fc.constant('') }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1000, maxLength: 1000 }), (steps) => {
        let selection = selections.NOTHING;
        let model = new Set<string>();
        let base = new Set<string>();
        let anchor: string | undefined;
        for (const { act, id } of steps) {
          if (act === 'toggle') {
            selection = selections.toggle(selection, id);
            model = new Set(model);
            if (!model.delete(id)) model.add(id);
            base = new Set(model);
            anchor = id;
          }
          if (act === 'extend') {
            const from = anchor ?? id;
            const [start = 0, end = 0] = [Number(from), Number(id)].sort((a, b) => a - b);
            const range = ids.slice(start, end + 1);
            selection = selections.extend(selections.anchorAt(selection, from), range);
            if (anchor === undefined) base = new Set(model);
            anchor = from;
            model = new Set([...base, ...range]);
          }
          if (act === 'arrive') selection = selections.afterArrival(selection, id);
          if (act === 'clear') {
            selection = selections.NOTHING;
            model = new Set();
            base = new Set();
            anchor = undefined;
          }
          if (selections.countOf(selection) !== model.size) return false;
        }
        return ids.every((id) => selections.isSelected(selection, id) === model.has(id));
      }),
      { numRuns: 5 },
    );
  });

  it('of all that match keeps its number when files arrive, and loses those that go', () => {
    let selection = selections.selectAll(500);
    selection = selections.afterArrival(selection, 'later');
    expect(selections.countOf(selection)).toBe(500);
    expect(selections.isSelected(selection, 'later')).toBe(false);
    selection = selections.toggle(selection, 'a');
    expect(selections.countOf(selection)).toBe(499);
    expect(selections.countOf(selections.afterLoss(selection, 'b'))).toBe(498);
  });
});

describe('the list behind the gallery', () => {
  const total = 100_000;
  const all = (offset: number) => fileOf(String(total - offset).padStart(7, '0'));
  const open = (): { library: ReturnType<typeof openLibrary>; asked: number[] } => {
    const asked: number[] = [];
    const load: LoadPage = async (offset, limit) => {
      asked.push(offset);
      return { data: Array.from({ length: limit }, (_, index) => all(offset + index)), total };
    };
    const library = openLibrary({
      load,
      belongs: () => true,
      precedes: (one, two) => one.createdAt > two.createdAt,
      onFailure: (error) => {
        throw error;
      },
    });
    return { library, asked };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('loads of a hundred thousand files the pages that are looked at', async () => {
    const { library, asked } = open();
    await library.open();
    expect(library.state().total).toBe(total);
    library.show([500, 501]);
    await settled();
    expect(asked).toEqual([0, 499 * PAGE, 500 * PAGE]);
    expect(library.state().blocks.filter(({ files }) => files !== undefined && files.length > 0)).toHaveLength(3);
  });

  it('puts a file that arrives first, and asks for later pages where they are by then', async () => {
    const { library, asked } = open();
    await library.open();
    library.arrived(fileOf('9999999'));
    library.arrived(fileOf('9999999'));
    expect(library.state().total).toBe(total + 1);
    expect(library.state().blocks[0]?.files?.map(({ id }) => id)).toEqual(['9999999']);
    library.gone(all(3).id);
    library.gone(all(4).id);
    library.show([2]);
    await settled();
    expect(asked.at(-1)).toBe(PAGE + 1 - 2);
  });

  it('finds the neighbours of a file across pages, and the range between two', async () => {
    const { library } = open();
    await library.open();
    expect((await library.neighbour(all(99).id, 1))?.id).toBe(all(100).id);
    expect((await library.neighbour(all(100).id, -1))?.id).toBe(all(99).id);
    expect(await library.neighbour(all(0).id, -1)).toBeUndefined();
    const range = await library.between(all(101).id, all(98).id, 1000);
    expect(range).toEqual([98, 99, 100, 101].map((index) => all(index).id));
  });
});

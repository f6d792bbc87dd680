import { useMemo, useRef } from 'react';
import type { Block } from './library.ts';
import { expectedHeight, justifiedRows, type Layout, listRows, type Measures } from './rows.ts';

export interface PlacedBlock {
  readonly key: number;
  readonly top: number;
  readonly height: number;
  /** Undefined while its files are not loaded. */
  readonly layout: Layout | undefined;
}

/** Where every block of the list is; the rows of a block are broken once for its files and a width. */
export const useRows = (blocks: readonly Block[], measures: Measures, isList: boolean) => {
  const cache = useRef(new WeakMap<readonly unknown[], { readonly key: string; readonly layout: Layout }>());
  return useMemo(() => {
    const last = blocks.findLast(({ count }) => count > 0)?.key;
    let top = 0;
    const placed = blocks.map(({ key, files, count }): PlacedBlock => {
      let layout: Layout | undefined;
      if (files) {
        const isEnd = key === last;
        // The few files that have just arrived are a short row of their own.
        const mayEndShort = isEnd || key === 0;
        const cacheKey = `${measures.width} ${measures.target} ${mayEndShort} ${isList}`;
        const known = cache.current.get(files);
        layout = known?.key === cacheKey ? known.layout : undefined;
        if (!layout) {
          layout =
            files.length === 0
              ? { height: 0, rows: [] }
              : isList
                ? listRows(files, measures)
                : justifiedRows(files, measures, mayEndShort);
          cache.current.set(files, { key: cacheKey, layout });
        }
      }
      const height = count === 0 ? 0 : (layout?.height ?? expectedHeight(count, measures, isList));
      const block = { key, top, height, layout };
      top += height;
      return block;
    });
    return { placed, height: top };
  }, [blocks, measures, isList]);
};

/** The place of a file, from the top of the list. */
export const placeOf = (
  placed: readonly PlacedBlock[],
  id: string,
): { readonly top: number; readonly height: number } | undefined => {
  for (const { top, layout } of placed) {
    const row = layout?.rows.find(({ cells }) => cells.some(({ media }) => media.id === id));
    if (row) return { top: top + row.y, height: row.height };
  }
  return undefined;
};

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useRealtime } from '../shell/live.tsx';
import type { Library } from './library.ts';
import * as selections from './selection.ts';

/** Files that one range may select: pages between its ends are loaded for it. */
const LONGEST_RANGE = 2000;

/** The selection of a list. Files that arrive never change it; files that go leave it. */
export const useSelection = (library: Library, key: string, total: number) => {
  const [state, setState] = useState({ key, selection: selections.NOTHING });
  const realtime = useRealtime();
  const value = state.key === key ? state.selection : selections.NOTHING;

  const set = useCallback(
    (change: (last: selections.Selection) => selections.Selection): void =>
      setState((last) => ({ key, selection: change(last.key === key ? last.selection : selections.NOTHING) })),
    [key],
  );
  useEffect(() => {
    const stops = [
      realtime.on('media.created', ({ data }) => set((last) => selections.afterArrival(last, data.id))),
      realtime.on('media.restored', ({ data }) => set((last) => selections.afterArrival(last, data.id))),
      realtime.on('media.deleted', ({ data }) => set((last) => selections.afterLoss(last, data.id))),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [realtime, set]);

  const toggle = useCallback((id: string) => set((last) => selections.toggle(last, id)), [set]);
  /** Selects from the last selected file, or from the current one, to this. */
  const extend = useCallback(
    async (id: string, current: string | undefined): Promise<void> => {
      if (value.kind === 'all') return;
      const from = value.anchor ?? current ?? id;
      const range = await library.between(from, id, LONGEST_RANGE);
      set((last) => selections.extend(selections.anchorAt(last, from), range));
    },
    [library, set, value],
  );
  const selectAll = useCallback(() => set(() => selections.selectAll(total)), [set, total]);
  const clear = useCallback(() => set(() => selections.NOTHING), [set]);
  const selection = useMemo(() => ({ value, count: selections.countOf(value) }), [value]);
  return { selection, toggle, extend, selectAll, clear };
};

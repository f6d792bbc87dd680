import { useCallback, useEffect, useRef, useState } from 'react';
import { inWords } from '../api/errors.ts';
import { noteFailure } from '../api/query-client.ts';
import { useShelf } from '../session/use-session.ts';
import { useRealtime } from '../shell/live.tsx';
import { notify } from '../ui/notices.tsx';
import { useWords } from '../words/use-words.tsx';
import { type BulkAction, type BulkOptions, type BulkResult, changeSelected, MOST_EXCEPTIONS } from './bulk.ts';
import { type Filter, selectionQueryOf } from './gallery-search.ts';
import type { Library } from './library.ts';
import { countOf, type Selection } from './selection.ts';
import { useLocalChanges } from './use-library.tsx';

interface UseBulkOptions {
  readonly search: Filter;
  readonly selection: Selection;
  readonly library: Library;
  readonly onClear: () => void;
  readonly onFailed: (result: BulkResult) => void;
}

/** Actions on the selected files: few requests however many they are, failures by name, and a way back. */
export const useBulk = ({ search, selection, library, onClear, onFailed }: UseBulkOptions) => {
  const shelf = useShelf();
  const words = useWords();
  const local = useLocalChanges();
  const realtime = useRealtime();
  const [progress, setProgress] = useState<{ readonly done: number; readonly all: number }>();
  const stopping = useRef<AbortController>(undefined);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);

  const run = useCallback(
    async (action: BulkAction, said: (count: number) => string): Promise<void> => {
      if (stopping.current) return;
      const stop = new AbortController();
      stopping.current = stop;
      setProgress({ done: 0, all: countOf(selection) });
      const options: BulkOptions = {
        shelf,
        signal: stop.signal,
        onEvent: (told) => realtime.on('bulk.progressed', ({ data }) => told(data)),
        onProgress: (done, all) => isShown.current && setProgress({ done, all }),
      };
      const explain = (error: unknown): void => {
        noteFailure(error);
        const tooMany = error instanceof RangeError;
        notify(tooMany ? words.bulk.tooMany(MOST_EXCEPTIONS) : inWords(error, words), { kind: 'error' });
      };
      try {
        const result = await changeSelected(action, selection, selectionQueryOf(search), options);
        for (const id of result.ids) {
          const media = library.find(id);
          if (action.kind === 'delete') local.gone(id);
          else if (action.kind === 'visibility' && media) local.changed({ ...media, visibility: action.visibility });
        }
        const undo = (): void => void result.undo().catch(explain);
        if (result.changed > 0) notify(said(result.changed), { action: { label: words.common.undo, run: undo } });
        for (const { error } of result.failed.slice(0, 1)) noteFailure(error);
        if (result.failed.length > 0 && isShown.current) onFailed(result);
        else onClear();
      } catch (error) {
        if (!stop.signal.aborted) explain(error);
      } finally {
        stopping.current = undefined;
        if (isShown.current) setProgress(undefined);
      }
    },
    [search, selection, library, shelf, words, local, realtime, onClear, onFailed],
  );

  return {
    progress,
    stop: () => stopping.current?.abort(),
    trash: () => void run({ kind: 'delete' }, words.bulk.trashed),
    tag: (tagId: string) => void run({ kind: 'tag', tagId }, words.bulk.tagged),
    untag: (tagId: string) => void run({ kind: 'untag', tagId }, words.bulk.untagged),
    show: (visibility: 'private' | 'shared' | 'public') =>
      void run({ kind: 'visibility', visibility }, words.bulk.changed),
  };
};

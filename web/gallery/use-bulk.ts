import { useCallback, useEffect, useRef, useState } from 'react';
import { inWords } from '../api/errors.ts';
import { noteFailure } from '../api/query-client.ts';
import { useShelf } from '../session/use-session.ts';
import { notify } from '../ui/notices.tsx';
import { useWords } from '../words/use-words.tsx';
import { type BulkResult, chosenOf, forEachChosen, MOST_AT_ONCE } from './bulk.ts';
import { type Filter, queryOf } from './gallery-search.ts';
import type { Library } from './library.ts';
import type { Selection } from './selection.ts';
import { useLocalChanges } from './use-library.tsx';

interface BulkOptions {
  readonly search: Filter;
  readonly selection: Selection;
  readonly library: Library;
  readonly onClear: () => void;
  readonly onFailed: (result: BulkResult) => void;
}

type Act = (id: string) => Promise<unknown>;

/** Actions on the selected files: a few requests at a time, failures by name, and a way back. */
export const useBulk = ({ search, selection, library, onClear, onFailed }: BulkOptions) => {
  const shelf = useShelf();
  const words = useWords();
  const local = useLocalChanges();
  const [progress, setProgress] = useState<{ readonly done: number; readonly all: number }>();
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);

  const run = useCallback(
    async (act: Act, said: (count: number) => string, undo: Act | undefined): Promise<void> => {
      if (stopping.current) return;
      const stop = new AbortController();
      stopping.current = stop;
      try {
        const query = queryOf(search);
        const chosen = await chosenOf(selection, (id) => library.find(id)?.filename ?? id, {
          shelf,
          query,
          signal: stop.signal,
        });
        setProgress({ done: 0, all: chosen.length });
        const onProgress = (done: number): void => setProgress({ done, all: chosen.length });
        const result = await forEachChosen(chosen, act, { signal: stop.signal, onProgress });
        const back = undo && {
          label: words.common.undo,
          run: () =>
            void forEachChosen(
              result.done.map((id) => ({ id, name: id })),
              undo,
              { signal: new AbortController().signal, onProgress: () => undefined },
            ),
        };
        if (result.done.length > 0) notify(said(result.done.length), { action: back });
        for (const { error } of result.failed.slice(0, 1)) noteFailure(error);
        if (result.failed.length > 0) onFailed(result);
        else onClear();
      } catch (error) {
        noteFailure(error);
        notify(error instanceof RangeError ? words.bulk.tooMany(MOST_AT_ONCE) : inWords(error, words), {
          kind: 'error',
        });
      } finally {
        stopping.current = undefined;
        setProgress(undefined);
      }
    },
    [search, selection, library, shelf, words, onClear, onFailed],
  );

  const restore: Act = async (id) =>
    local.arrived(await shelf.call('POST /api/v1/media/{id}/restore', { path: { id } }));
  const addTag =
    (tagId: string): Act =>
    (id) =>
      shelf.call('POST /api/v1/media/{id}/tags', { path: { id }, body: { tagId } });
  const removeTag =
    (tagId: string): Act =>
    (id) =>
      shelf.call('DELETE /api/v1/media/{id}/tags', { path: { id }, query: { tagId } });
  return {
    progress,
    stop: () => stopping.current?.abort(),
    trash: () =>
      void run(
        async (id) => {
          await shelf.call('DELETE /api/v1/media/{id}', { path: { id } });
          local.gone(id);
        },
        words.bulk.trashed,
        restore,
      ),
    tag: (tagId: string) => {
      /** Undoing takes the tag from those alone that got it now. */
      const had = new Set<string>();
      const add: Act = (id) => {
        if (library.find(id)?.tags.some((tag) => tag.id === tagId)) had.add(id);
        return addTag(tagId)(id);
      };
      void run(add, words.bulk.tagged, async (id) => had.has(id) || removeTag(tagId)(id));
    },
    untag: (tagId: string) => void run(removeTag(tagId), words.bulk.untagged, addTag(tagId)),
    show: (visibility: 'private' | 'shared' | 'public') =>
      void run(
        async (id) =>
          local.changed(await shelf.call('PATCH /api/v1/media/{id}', { path: { id }, body: { visibility } })),
        words.bulk.changed,
        undefined,
      ),
  };
};

import type { Mediashelf } from '../../client/index.ts';
import { countOf, isSelected, type Selection } from './selection.ts';

/** Files that one action may change: each is a request of its own. */
export const MOST_AT_ONCE = 1000;
const AT_ONCE = 4;

export interface Failed {
  readonly id: string;
  readonly name: string;
  readonly error: unknown;
}

export interface BulkResult {
  readonly done: readonly string[];
  readonly failed: readonly Failed[];
}

interface Chosen {
  readonly id: string;
  readonly name: string;
}

type Query = Record<string, unknown>;

/** The selected files by id; of "all that match", pages are read until the bound. */
export const chosenOf = async (
  selection: Selection,
  nameOf: (id: string) => string,
  { shelf, query, signal }: { readonly shelf: Mediashelf; readonly query: Query; readonly signal: AbortSignal },
): Promise<readonly Chosen[]> => {
  if (selection.kind === 'some') return [...selection.ids].map((id) => ({ id, name: nameOf(id) }));
  if (countOf(selection) > MOST_AT_ONCE) throw new RangeError('too many');
  const chosen: Chosen[] = [];
  let cursor: string | undefined;
  do {
    const page = await shelf.call('GET /api/v1/media', {
      query: { ...query, limit: 100, ...(cursor ? { cursor } : {}) },
      signal,
    });
    for (const { id, filename } of page.data) if (isSelected(selection, id)) chosen.push({ id, name: filename });
    cursor = page.nextCursor;
  } while (cursor !== undefined && chosen.length < MOST_AT_ONCE);
  return chosen.slice(0, MOST_AT_ONCE);
};

/** Does the same to each file, a few at a time. A file that fails keeps none of the others back. */
export const forEachChosen = async (
  chosen: readonly Chosen[],
  act: (id: string) => Promise<unknown>,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<BulkResult> => {
  const done: string[] = [];
  const failed: Failed[] = [];
  const waiting = chosen.values();
  const work = async (): Promise<void> => {
    for (const { id, name } of waiting) {
      if (signal.aborted) return;
      try {
        await act(id);
        done.push(id);
      } catch (error) {
        failed.push({ id, name, error });
      }
      onProgress(done.length + failed.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done, failed };
};

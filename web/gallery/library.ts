import type { Media } from '../../client/index.ts';

/** Files that are loaded in one call: the largest page of the API. */
export const PAGE = 100;

export interface Loaded {
  readonly data: readonly Media[];
  readonly total: number;
  readonly totalIsExact?: boolean;
}

export type LoadPage = (offset: number, limit: number, signal: AbortSignal) => Promise<Loaded>;

/** A stretch of the list: files that are loaded, or a number of files that are not. */
export interface Block {
  /** 0 are the files that arrived since the list was opened; the others are the pages of the API from 1. */
  readonly key: number;
  readonly files: readonly Media[] | undefined;
  readonly count: number;
}

export interface LibraryState {
  readonly blocks: readonly Block[];
  /** Undefined until the first page is there. */
  readonly total: number | undefined;
  readonly isExact: boolean;
  /** Files that arrived and have no place in this order yet. */
  readonly unplaced: number;
  readonly error: unknown;
}

const EMPTY: LibraryState = { blocks: [], total: undefined, isExact: true, unplaced: 0, error: undefined };

export interface LibraryOptions {
  readonly load: LoadPage;
  /** Whether a file that arrives belongs to this list; undefined where only the server can tell. */
  readonly belongs: (media: Media) => boolean | undefined;
  /** Whether a file comes before another. */
  readonly precedes: (media: Media, other: Media) => boolean;
  readonly onFailure: (error: unknown) => void;
}

/**
 * The files of one filter, in order, of which only the pages near the view are loaded. Files that arrive come before the first
 * page, and files that go leave a gap behind, so that what is loaded stays where it is and later pages are asked for where they
 * are by then.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the closure of one list; each function in it is short
export const openLibrary = ({ load, belongs, precedes, onFailure }: LibraryOptions) => {
  let state = EMPTY;
  const listeners = new Set<() => void>();
  const loading = new Map<number, { readonly done: Promise<void>; readonly stop: AbortController }>();

  const set = (change: Partial<LibraryState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const replaceBlock = (key: number, files: readonly Media[]): readonly Block[] =>
    state.blocks.map((block) => (block.key === key ? { key, files, count: files.length } : block));

  /** Where a page starts by now: after what has arrived, without what has gone. */
  const offsetOf = (key: number): number =>
    state.blocks.filter((block) => block.key < key).reduce((sum, { count }) => sum + count, 0);

  const blocksFor = (total: number, first: readonly Media[]): readonly Block[] => {
    const pages = Math.max(1, Math.ceil(total / PAGE));
    return [
      { key: 0, files: [], count: 0 },
      ...Array.from({ length: pages }, (_, index): Block => {
        if (index === 0) return { key: 1, files: first, count: first.length };
        return { key: index + 1, files: undefined, count: Math.min(PAGE, total - index * PAGE) };
      }),
    ];
  };

  const known = (id: string): boolean => state.blocks.some(({ files }) => files?.some((media) => media.id === id));

  const fetchPage = async (key: number, signal: AbortSignal): Promise<void> => {
    const { data, total, totalIsExact = true } = await load(key === 1 ? 0 : offsetOf(key), PAGE, signal);
    if (signal.aborted) return;
    if (state.total === undefined) {
      set({ blocks: blocksFor(Math.max(total, data.length), data), total, isExact: totalIsExact, error: undefined });
      return;
    }
    const fresh = data.filter(({ id }) => !known(id));
    const block = state.blocks.find((each) => each.key === key);
    const blocks = replaceBlock(key, fresh);
    // A search knows its total only when it has counted that far.
    const isLast = block?.key === state.blocks.at(-1)?.key;
    const grown = isLast && total > offsetOf(key) + data.length ? total - offsetOf(key) - data.length : 0;
    const more = Array.from({ length: Math.ceil(grown / PAGE) }, (_, index): Block => {
      return { key: key + 1 + index, files: undefined, count: Math.min(PAGE, grown - index * PAGE) };
    });
    set({ blocks: [...blocks, ...more], isExact: totalIsExact, error: undefined });
  };

  const loadPage = (key: number): Promise<void> => {
    const running = loading.get(key);
    if (running) return running.done;
    const stop = new AbortController();
    const done = fetchPage(key, stop.signal)
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        onFailure(error);
        set({ error });
      })
      .finally(() => loading.delete(key));
    loading.set(key, { done, stop });
    return done;
  };

  const files = (): readonly Media[] => state.blocks.flatMap((block) => block.files ?? []);
  const blockWith = (id: string): number =>
    state.blocks.findIndex((block) => block.files?.some((media) => media.id === id));

  /** The file before or after another, loaded if it is not yet. */
  const neighbour = async (id: string, step: 1 | -1): Promise<Media | undefined> => {
    for (let turn = 0; turn < 3; turn += 1) {
      const at = blockWith(id);
      const block = state.blocks[at];
      if (!block?.files) return undefined;
      const inBlock = block.files[block.files.findIndex((media) => media.id === id) + step];
      if (inBlock) return inBlock;
      const rest = step === 1 ? state.blocks.slice(at + 1) : state.blocks.slice(0, at).reverse();
      const next = rest.find(({ count, files: has }) => count > 0 && (has === undefined || has.length > 0));
      if (!next) return undefined;
      if (next.files) return step === 1 ? next.files[0] : next.files.at(-1);
      await loadPage(next.key);
    }
    return undefined;
  };

  /** The blocks with a file that arrived, at its place if that is loaded. */
  const placed = (media: Media): readonly Block[] => {
    const after = state.blocks.find(({ files: has }) => has?.some((other) => precedes(media, other)));
    const unloaded = state.blocks.find(({ files: has }) => has === undefined);
    if (after?.files === undefined || (unloaded && unloaded.key < after.key)) {
      const target = unloaded ?? state.blocks.at(-1);
      if (target?.files) return replaceBlock(target.key, [...target.files, media]);
      return state.blocks.map((block) => (block === target ? { ...block, count: block.count + 1 } : block));
    }
    const at = after.files.findIndex((other) => precedes(media, other));
    // Before the first page: pages keep their boundaries, which the server counts from.
    const isFirst = after.key <= 1 && at === 0;
    if (isFirst) return replaceBlock(0, [media, ...(state.blocks[0]?.files ?? [])]);
    return replaceBlock(after.key, after.files.toSpliced(at, 0, media));
  };

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: (): LibraryState => state,
    open: (): Promise<void> => (state.total === undefined ? loadPage(1) : Promise.resolve()),
    /** Loads the pages that are looked at, and stops loading those that are not any more. */
    show: (keys: readonly number[]): void => {
      for (const [key, { stop }] of loading) if (key !== 1 && !keys.includes(key)) stop.abort();
      for (const key of keys) {
        if (state.blocks.find((block) => block.key === key)?.files === undefined) void loadPage(key);
      }
    },
    find: (id: string): Media | undefined => files().find((media) => media.id === id),
    neighbour,
    /** The files between two, both included, in order; pages between them are loaded, up to a bound. */
    between: async (from: string, to: string, most: number): Promise<readonly string[]> => {
      const [first = -1, last = -1] = [blockWith(from), blockWith(to)].sort((a, b) => a - b);
      if (first < 0) return [to];
      for (const block of state.blocks.slice(first, last + 1).slice(0, Math.ceil(most / PAGE))) {
        if (block.files === undefined) await loadPage(block.key);
      }
      const ids = files().map(({ id }) => id);
      const [start = 0, end = 0] = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b);
      return ids.slice(start, end + 1).slice(0, most);
    },
    /** A file came to the library. */
    arrived: (media: Media): void => {
      if (state.total === undefined || known(media.id)) return;
      const isHere = belongs(media);
      if (isHere === undefined) set({ unplaced: state.unplaced + 1 });
      if (!isHere) return;
      set({ blocks: placed(media), total: state.total + 1 });
    },
    changed: (media: Media): void => {
      const at = blockWith(media.id);
      const block = state.blocks[at];
      if (!block?.files) return;
      set({
        blocks: replaceBlock(
          block.key,
          block.files.map((each) => (each.id === media.id ? media : each)),
        ),
      });
    },
    gone: (id: string): void => {
      if (state.total === undefined) return;
      const block = state.blocks[blockWith(id)];
      if (!block?.files) return;
      set({
        blocks: replaceBlock(
          block.key,
          block.files.filter((media) => media.id !== id),
        ),
        total: Math.max(0, state.total - 1),
      });
    },
    /** Reads everything again, from the first page. */
    reload: (): Promise<void> => {
      for (const { stop } of loading.values()) stop.abort();
      loading.clear();
      set(EMPTY);
      return loadPage(1);
    },
  };
};

export type Library = ReturnType<typeof openLibrary>;

import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Media, Mediashelf } from '../../client/browser.ts';
import { keepPicturesOpen, openPictures } from '../api/pictures.ts';
import { noteFailure } from '../api/query-client.ts';
import { hasEdge } from '../api/shelf.ts';
import { useSession } from '../session/use-session.ts';
import { useRealtime } from '../shell/live.tsx';
import { type Filter, filterKey, queryOf } from './gallery-search.ts';
import { type Library, openLibrary } from './library.ts';

/** Lists that stay loaded, so that a way back finds what was there. */
const KEPT = 4;

interface Libraries {
  readonly of: (filter: Filter) => Library;
  readonly all: () => Iterable<Library>;
}

const Context = createContext<Libraries | undefined>(undefined);

/** Whether a file belongs to the list of a filter; a search is the server's to answer. */
const belongsTo =
  ({ q, kind, tag }: Filter, teamId: string) =>
  (media: Media): boolean | undefined => {
    if (media.teamId !== teamId || (kind && !media.mimeType.startsWith(`${kind}/`))) return false;
    if (tag && !media.tags.some(({ slug }) => slug === tag)) return false;
    return q === undefined ? true : undefined;
  };

/** The order of a filter, as far as records tell it. */
const orderOf =
  (filter: Filter) =>
  (media: Media, other: Media): boolean => {
    const { orderBy, orderDir } = queryOf(filter);
    const [one, two] = [media, other].map((each) =>
      orderBy === 'filename' ? each.filename.toLowerCase() : each[orderBy],
    );
    if (one === undefined || two === undefined || one === two) return false;
    return orderDir === 'asc' ? one < two : one > two;
  };

interface OpenFor {
  readonly shelf: Mediashelf;
  readonly teamId: string;
  /** Resolves once cookies open the pictures of the list. */
  readonly pictures: Promise<void>;
}

const openFor = ({ shelf, teamId, pictures }: OpenFor, filter: Filter): Library =>
  openLibrary({
    load: async (offset, limit, signal) => {
      const page = await shelf.call('GET /api/v1/media', { query: { ...queryOf(filter), offset, limit }, signal });
      await pictures;
      return page;
    },
    belongs: belongsTo(filter, teamId),
    precedes: orderOf(filter),
    onFailure: noteFailure,
  });

/** Keeps the lists of the gallery, and brings events to them. */
export const LibraryProvider = ({ children }: { readonly children: ReactNode }) => {
  const { shelf, me } = useSession();
  const realtime = useRealtime();
  const open = useRef(new Map<string, Library>());
  // Asked for beside the first list.
  const pictures = useMemo(() => (hasEdge() ? openPictures(shelf) : Promise.resolve()), [shelf]);
  useEffect(() => (hasEdge() ? keepPicturesOpen(shelf) : undefined), [shelf]);
  const libraries = useMemo(
    (): Libraries => ({
      all: () => open.current.values(),
      of: (filter) => {
        const key = filterKey(filter);
        const library = open.current.get(key) ?? openFor({ shelf, teamId: me.team.id, pictures }, filter);
        open.current.delete(key);
        open.current.set(key, library);
        const [oldest] = open.current.keys();
        if (open.current.size > KEPT && oldest !== undefined) open.current.delete(oldest);
        return library;
      },
    }),
    [shelf, me.team.id, pictures],
  );
  useEffect(() => {
    const each = (change: (library: Library) => void): void => {
      for (const library of libraries.all()) change(library);
    };
    const stops = [
      realtime.on('media.created', ({ data }) => each((library) => library.arrived(data))),
      realtime.on('media.restored', ({ data }) => each((library) => library.arrived(data))),
      realtime.on('media.updated', ({ data }) => each((library) => library.changed(data))),
      realtime.on('media.tagged', ({ data }) => each((library) => library.changed(data))),
      realtime.on('media.deleted', ({ data }) => each((library) => library.gone(data.id))),
      realtime.on('gap', () => each((library) => void library.reload())),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [libraries, realtime]);
  return <Context value={libraries}>{children}</Context>;
};

const useLibraries = (): Libraries => {
  const libraries = useContext(Context);
  if (!libraries) throw new Error('The library is read outside of its provider');
  return libraries;
};

/** The list of a filter, and what is loaded of it. */
export const useLibrary = (filter: Filter) => {
  const libraries = useLibraries();
  const { q, kind, sort, tag } = filter;
  const library = useMemo(() => libraries.of({ q, kind, sort, tag } as Filter), [libraries, q, kind, sort, tag]);
  const state = useSyncExternalStore(library.subscribe, library.state);
  useEffect(() => void library.open(), [library]);
  return { library, state };
};

/** Shows a change at once in every list, before its event comes. */
export const useLocalChanges = () => {
  const libraries = useLibraries();
  return useMemo(
    () => ({
      changed: (media: Media) => {
        for (const library of libraries.all()) library.changed(media);
      },
      gone: (id: string) => {
        for (const library of libraries.all()) library.gone(id);
      },
      arrived: (media: Media) => {
        for (const library of libraries.all()) library.arrived(media);
      },
    }),
    [libraries],
  );
};

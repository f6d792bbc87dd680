import type { Answer, Body } from '../../client/index.ts';

type Route = 'POST /api/v1/shared' | 'POST /api/v1/shared/items' | 'POST /api/v1/shared/files';
type Opened = Answer<'POST /api/v1/shared'>;
export type SharedFile = Opened['items'][number];

/** Why a link shows nothing: it has a password, the password was wrong, there were too many guesses, or it opens nothing. */
export type Refusal = 'locked' | 'wrong' | 'busy' | 'gone' | 'offline';

class RefusedError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`The server answered ${status}`);
    this.status = status;
  }
}

const call = async <Name extends Route>(route: Name, body: Body<Name>): Promise<Answer<Name>> => {
  const answer = await fetch(route.replace('POST ', ''), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    // A visitor is no member, also where a browser has the session of one.
    credentials: 'omit',
  });
  if (!answer.ok) throw new RefusedError(answer.status);
  return ((await answer.json()) as { readonly data: Answer<Name> }).data;
};

const refusalOf = (error: unknown, password: string | undefined): Refusal => {
  if (!(error instanceof RefusedError)) return 'offline';
  if (error.status === 401) return password === undefined ? 'locked' : 'wrong';
  return error.status === 429 || error.status >= 500 ? 'busy' : 'gone';
};

/** What a visitor sees at a moment. */
export interface VisitState {
  readonly refusal?: Refusal | undefined;
  readonly name: string;
  readonly expiresAt: string | null;
  readonly files: readonly SharedFile[];
  readonly total: number;
  readonly hasMore: boolean;
  readonly isBusy: boolean;
}

/** Addresses of pictures open for less than a minute; a picture that came too late asks for others, not all at once. */
const RENEW_AFTER_MS = 5000;

/** A visit of a share link. The token, the password and the access are in this object alone. */
export const newVisit = (token: string, now = () => Date.now()) => {
  let state: VisitState = { name: '', expiresAt: null, files: [], total: 0, hasMore: false, isBusy: true };
  let access = '';
  /** The cursors of the pages that were read, and of the next one. */
  let pages: readonly (string | undefined)[] = [];
  let next: string | null = null;
  let renewedAt = Number.NEGATIVE_INFINITY;
  const listeners = new Set<() => void>();
  const set = (change: Partial<VisitState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  /** What is shown stays until the link has ended; anything else passes, and the visitor tries again. */
  const noteEnd = (error: unknown): void => {
    const refusal = refusalOf(error, undefined);
    if (refusal === 'gone') set({ refusal });
  };
  const read = (cursor: string | undefined) =>
    call('POST /api/v1/shared/items', { access, ...(cursor === undefined ? {} : { cursor }) });

  return {
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: (): VisitState => state,

    open: async (password?: string): Promise<void> => {
      set({ isBusy: true });
      try {
        const body = password === undefined ? { token } : { token, password };
        const opened = await call('POST /api/v1/shared', body);
        ({ access } = opened);
        pages = [undefined];
        next = opened.nextCursor;
        renewedAt = now();
        const { name, expiresAt, items: files, total } = opened;
        set({ refusal: undefined, name, expiresAt, files, total, hasMore: next !== null });
      } catch (error) {
        set({ refusal: refusalOf(error, password) });
      } finally {
        set({ isBusy: false });
      }
    },

    more: async (): Promise<void> => {
      if (next === null || state.isBusy) return;
      const cursor = next;
      set({ isBusy: true });
      try {
        const page = await read(cursor);
        pages = [...pages, cursor];
        next = page.nextCursor;
        set({ files: [...state.files, ...page.items], hasMore: next !== null });
      } catch (error) {
        noteEnd(error);
      } finally {
        set({ isBusy: false });
      }
    },

    /** Asks for new addresses of all pictures that are shown. */
    renew: async (): Promise<void> => {
      if (now() - renewedAt < RENEW_AFTER_MS) return;
      renewedAt = now();
      try {
        const fresh = await Promise.all(pages.map(read));
        set({ files: fresh.flatMap(({ items }) => items) });
      } catch (error) {
        noteEnd(error);
      }
    },

    /** An address of a file, to be opened at once. Undefined when the link opens it no more. */
    addressOf: async (id: string, disposition?: 'attachment'): Promise<string | undefined> => {
      try {
        const body = disposition ? { access, id, disposition } : { access, id };
        return (await call('POST /api/v1/shared/files', body)).url;
      } catch (error) {
        noteEnd(error);
        return undefined;
      }
    },
  };
};

export type Visit = ReturnType<typeof newVisit>;

/** Types that a browser shows as a picture. */
export const isShown = ({ mimeType }: Pick<SharedFile, 'mimeType'>): boolean =>
  /^image\/(?:jpeg|png|webp|gif|avif)$/.test(mimeType);

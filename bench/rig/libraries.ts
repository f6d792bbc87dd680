import { setTimeout as pause } from 'node:timers/promises';
import { retag } from '../../functions/library/retag.ts';
import { termsKey } from '../../functions/table/keys.ts';
import type { Table } from '../../functions/table/table.ts';
import { tableOf } from './fill-library.ts';
import { type FilledRuntime, startFilledRuntime } from './filled-runtime.ts';
import { type Answer, type Api, apiOf, requester } from './http-requests.ts';
import type { Scope } from './scope.ts';

/** A runtime with a filled library. One record of it is a zeppelin, some have tags. */
export interface Library {
  readonly runtime: FilledRuntime;
  readonly table: Table;
  readonly api: Api;
  /** One page of `GET /media`. */
  readonly page: (query: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

/** Both get the same questions: the cost should depend on the answer, not on the library. */
export interface Libraries {
  readonly small: Library;
  readonly large: Library;
  /** How many records the large one was filled with, as a person writes it. */
  readonly count: string;
  readonly records: number;
  readonly stop: () => Promise<void>;
}

export const PAGE_LENGTH = 20;

const SIZES = { quick: { few: 200, many: 2_000 }, full: { few: 1_000, many: 100_000 } } as const;

/** Opens the libraries on request; `close` stops them again. */
export const sharedLibraries = ({ quick, say }: Pick<Scope, 'quick' | 'say'>) => {
  const { few, many } = SIZES[quick ? 'quick' : 'full'];
  let opened: Promise<Libraries> | undefined;
  const open = async (): Promise<Libraries> => {
    const small = await openLibrary(await filledWith(few, say));
    try {
      return librariesOf(small, await openLibrary(await filledWith(many, say)), many);
    } catch (error) {
      await small.stop();
      throw error;
    }
  };
  return {
    libraries: () => {
      opened ??= open();
      return opened;
    },
    close: async () => (await opened)?.stop(),
  };
};

export const librariesOf = (small: Library, large: Library, records: number): Libraries => ({
  small,
  large,
  records,
  count: records.toLocaleString('en'),
  stop: async () => {
    await small.stop();
    await large.stop();
  },
});

const filledWith = async (records: number, say: Scope['say']): Promise<FilledRuntime> => {
  say(`a library of ${records} records is being filled`);
  const runtime = await startFilledRuntime(records);
  say(`${records} records written and indexed, ${Math.round(runtime.filled.perSecond)} a second`);
  return runtime;
};

/** Adds the records for the questions, and waits until they are found. */
export const openLibrary = async (runtime: FilledRuntime): Promise<Library> => {
  const { send, close } = requester();
  const stop = async (): Promise<void> => {
    close();
    await runtime.stop();
  };
  try {
    const api = apiOf(runtime.ready, send);
    const table = tableOf(runtime.ready);
    const page: Library['page'] = (query) =>
      api.get(`/media?${new URLSearchParams({ limit: String(PAGE_LENGTH), ...query })}`);
    await addZeppelin(api, table);
    await addTags(api, table);
    return { runtime, table, api, page, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const LONGEST_WAIT_MS = 60_000;

const addZeppelin = async (api: Api, table: Table): Promise<void> => {
  const file = { url: 'https://files.example/z', fileSize: 1, mimeType: 'image/jpeg' };
  const { id } = (await api.post('/media', { ...file, filename: 'Holiday Zeppelin.jpg' })).body.data;
  for (const end = Date.now() + LONGEST_WAIT_MS; !(await table.get(termsKey(id))); ) {
    if (Date.now() > end) throw new Error('the zeppelin was not indexed');
    await pause(200);
  }
};

/** The oldest records have these tags. The newest have none, like those of the products in the comparison. */
const TAGGED = { Few: 30, Many: 150 } as const;

const addTags = async (api: Api, table: Table): Promise<void> => {
  const first = (await api.get('/media?limit=100&orderDir=asc')).body.data;
  const second = (await api.get(`/media?limit=100&orderDir=asc&cursor=${first.nextCursor}`)).body.data;
  const oldest: readonly string[] = [...first.data, ...second.data].map((record: { id: string }) => record.id);
  for (const [name, count] of Object.entries(TAGGED)) {
    const { id } = (await api.post('/media-tags', { name })).body.data;
    for (const each of oldest.slice(0, count))
      await retag(table)(each, (known) => [...known, id], new Date().toISOString());
  }
};

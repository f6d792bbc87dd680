import type { Mediashelf } from '../../client/index.ts';

/** An event of the team, as far as the page shows it. */
export interface Happened {
  readonly channel: string;
  readonly seq: number;
  readonly event: string;
  readonly at: string;
  readonly data: {
    readonly id?: string;
    readonly title?: string | null;
    readonly filename?: string;
    readonly message?: string | null;
  };
}

/** Events that are shown; the log of a busy day has many more. */
const SHOWN = 200;
const PAGE = 100;
const MOST_PAGES = 20;

/** Progress is of the moment. */
const isShown = ({ event }: Happened): boolean => !event.endsWith('.progressed') && event !== 'message';

/** The newest events of all channels, each once. */
export const newestFirst = (events: readonly Happened[]): readonly Happened[] => {
  const once = new Map(events.filter(isShown).map((event) => [`${event.channel} ${event.seq}`, event]));
  return [...once.values()].toSorted((a, b) => b.at.localeCompare(a.at) || b.seq - a.seq).slice(0, SHOWN);
};

const readChannel = async (shelf: Mediashelf, channel: string, signal: AbortSignal): Promise<readonly Happened[]> => {
  const all: Happened[] = [];
  let since = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { events, next } = await shelf.call('GET /api/v1/events', { query: { channel, since, limit: PAGE }, signal });
    all.push(...(events as unknown as readonly Happened[]));
    if (events.length === 0 || next === since) break;
    since = next;
  }
  return all;
};

/** The log of the last 24 hours. */
export const readLog = async (shelf: Mediashelf, signal: AbortSignal): Promise<readonly Happened[]> =>
  newestFirst((await Promise.all(['media', 'uploads'].map((channel) => readChannel(shelf, channel, signal)))).flat());

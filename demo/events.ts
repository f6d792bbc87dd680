import { WebSocket } from 'ws';
import type { Media } from './api.ts';

/** What became of an upload, as the library announced it. */
export type Outcome =
  | { readonly status: 'active'; readonly media: Media; readonly at: number }
  | { readonly status: 'rejected' | 'failed'; readonly code: string; readonly message: string; readonly at: number };

interface ServerEvent {
  readonly type: string;
  readonly event?: string;
  readonly data?: Record<string, unknown>;
}

export interface EventFeed {
  /** Resolves with the first event of this name for this media id, also one that came before the question. */
  next(event: string, mediaId: string): Promise<Record<string, unknown>>;
  outcome(mediaId: string): Promise<Outcome>;
  close(): void;
}

/** Nothing in the demo takes the pipeline longer than this; then the event is taken for lost. */
const PATIENCE_MS = 60_000;

const keyOf = (event: string, mediaId: unknown): string => `${event} ${mediaId}`;

/** Listens to the team's events over the WebSocket, with an access token. */
export const listenToEvents = async (url: string, accessToken: string): Promise<EventFeed> => {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${accessToken}` } });
  const arrivals = new Map<string, PromiseWithResolvers<{ data: Record<string, unknown>; at: number }>>();
  const arrival = (key: string) => {
    const known = arrivals.get(key) ?? Promise.withResolvers<{ data: Record<string, unknown>; at: number }>();
    arrivals.set(key, known);
    return known;
  };
  socket.on('message', (text) => {
    const { type, event = '', data = {} } = JSON.parse(String(text)) as ServerEvent;
    if (type === 'event') arrival(keyOf(event, data.mediaId ?? data.id)).resolve({ data, at: performance.now() });
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const waitFor = async <T>(what: string, work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const lost = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no event came: ${what}`)), PATIENCE_MS);
    });
    return Promise.race([work, lost]).finally(() => clearTimeout(timer));
  };
  const created = async (mediaId: string): Promise<Outcome> => {
    const { data, at } = await arrival(keyOf('media.created', mediaId)).promise;
    return { status: 'active', media: data as unknown as Media, at };
  };
  const failed = async (mediaId: string): Promise<Outcome> => {
    const { data, at } = await arrival(keyOf('upload.failed', mediaId)).promise;
    return { ...(data as unknown as Exclude<Outcome, { status: 'active' }>), at };
  };
  return {
    next: async (event, mediaId) =>
      (await waitFor(`${event} of ${mediaId}`, arrival(keyOf(event, mediaId)).promise)).data,
    outcome: (mediaId) => waitFor(`the outcome of ${mediaId}`, Promise.race([created(mediaId), failed(mediaId)])),
    close: () => socket.close(),
  };
};

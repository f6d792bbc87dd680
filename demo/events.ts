import type { ChannelEvent, Media, Mediashelf, UploadFailed } from '../client/node.ts';

/** The announced outcome of an upload. */
export type Outcome =
  | { readonly status: 'active'; readonly media: Media; readonly at: number }
  | (Pick<UploadFailed, 'status' | 'code' | 'message'> & { readonly at: number });

export interface EventFeed {
  /** Resolves with the first event of this name for this media id, also one that came before the call. */
  next(event: string, mediaId: string): Promise<Record<string, unknown>>;
  outcome(mediaId: string): Promise<Outcome>;
  close(): void;
}

/** Longer than any step of the demo's pipeline; after that the event counts as lost. */
const PATIENCE_MS = 60_000;

const keyOf = (event: string, mediaId: unknown): string => `${event} ${mediaId}`;

/** Listens to the team's events. */
export const listenToEvents = async (shelf: Mediashelf): Promise<EventFeed> => {
  const live = shelf.realtime();
  const arrivals = new Map<string, PromiseWithResolvers<{ data: Record<string, unknown>; at: number }>>();
  const arrival = (key: string) => {
    const known = arrivals.get(key) ?? Promise.withResolvers<{ data: Record<string, unknown>; at: number }>();
    arrivals.set(key, known);
    return known;
  };
  live.on('event', ({ event, data: said }: ChannelEvent) => {
    const data = said as Record<string, unknown>;
    arrival(keyOf(event, data.mediaId ?? data.id)).resolve({ data, at: performance.now() });
  });
  await live.opened();
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
    return { ...(data as unknown as UploadFailed), at };
  };
  return {
    next: async (event, mediaId) =>
      (await waitFor(`${event} of ${mediaId}`, arrival(keyOf(event, mediaId)).promise)).data,
    outcome: (mediaId) => waitFor(`the outcome of ${mediaId}`, Promise.race([created(mediaId), failed(mediaId)])),
    close: () => live.close(),
  };
};

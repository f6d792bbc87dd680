import { type Api, putBytes, Refused, type UploadTicket } from './api.ts';
import type { EventFeed, Outcome } from './events.ts';
import type { Photo } from './photos.ts';
import type { Progress } from './progress.ts';

/** Where a photo ended, and how long that took from the first request on. */
export interface Result {
  readonly photo: Photo;
  readonly outcome: Outcome | { readonly status: 'refused'; readonly httpStatus: number; readonly message: string };
  readonly milliseconds: number;
}

const AT_ONCE = 4;

const uploadOne = async (photo: Photo, api: Api, events: EventFeed, progress: Progress): Promise<Result> => {
  const started = performance.now();
  const { name: filename, mimeType, size: fileSize } = photo;
  try {
    const ticket = await api.call<UploadTicket>('POST', '/uploads', { filename, fileSize, mimeType });
    await putBytes(ticket, await photo.read());
    progress.uploaded();
    const outcome = await events.outcome(ticket.mediaId);
    return { photo, outcome, milliseconds: outcome.at - started };
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error;
    progress.uploaded();
    const outcome = { status: 'refused' as const, httpStatus: error.status, message: error.message };
    return { photo, outcome, milliseconds: performance.now() - started };
  } finally {
    progress.settled();
  }
};

/** Uploads all photos, four at a time, each lane waiting for the outcome of its photo; results in the photos' order. */
export const uploadAll = async (
  photos: readonly Photo[],
  api: Api,
  events: EventFeed,
  progress: Progress,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  const queue = photos.entries();
  const lane = async (): Promise<void> => {
    for (const [index, photo] of queue) results[index] = await uploadOne(photo, api, events, progress);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  progress.done();
  return results;
};

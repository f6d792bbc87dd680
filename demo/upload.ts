import { type Mediashelf, MediashelfError } from '../client/node.ts';
import type { EventFeed, Outcome } from './events.ts';
import type { Photo } from './photos.ts';
import type { Progress } from './progress.ts';

/** The end of a photo that was never processed: an answer that is no success, or an event that did not come. */
export type Unfinished =
  | { readonly status: 'refused'; readonly httpStatus: number; readonly message: string }
  | { readonly status: 'lost'; readonly message: string };

const unfinished = (error: unknown): Unfinished => {
  if (error instanceof MediashelfError && error.status !== null) {
    return { status: 'refused', httpStatus: error.status, message: `${error.status} ${error.message}` };
  }
  return { status: 'lost', message: error instanceof Error ? error.message : String(error) };
};

/** The outcome of a photo, and its time from the first request on. */
export interface Result {
  readonly photo: Photo;
  readonly outcome: Outcome | Unfinished;
  readonly milliseconds: number;
}

const AT_ONCE = 4;

const uploadOne = async (photo: Photo, shelf: Mediashelf, events: EventFeed, progress: Progress): Promise<Result> => {
  const started = performance.now();
  let isUploaded = false;
  const uploaded = (): void => {
    if (!isUploaded) progress.uploaded();
    isUploaded = true;
  };
  try {
    const file = new File([new Uint8Array(await photo.read())], photo.name, { type: photo.mimeType });
    const { mediaId } = await shelf.store(file);
    uploaded();
    const outcome = await events.outcome(mediaId);
    return { photo, outcome, milliseconds: outcome.at - started };
  } catch (error) {
    return { photo, outcome: unfinished(error), milliseconds: performance.now() - started };
  } finally {
    uploaded();
    progress.settled();
  }
};

/** Uploads all photos, four at a time, each lane waiting for the outcome of its photo; results in the photos' order. */
export const uploadAll = async (
  photos: readonly Photo[],
  shelf: Mediashelf,
  events: EventFeed,
  progress: Progress,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  const queue = photos.entries();
  const lane = async (): Promise<void> => {
    for (const [index, photo] of queue) results[index] = await uploadOne(photo, shelf, events, progress);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  progress.done();
  return results;
};

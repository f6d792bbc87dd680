import { blobSource } from './browser/blob-source.ts';
import { openHasher } from './browser/hasher.ts';
import { type ClientOptions, type Mediashelf, openClient } from './client.ts';

export * from './index.ts';

export interface BrowserOptions extends ClientOptions {
  /** Makes the worker that hashes, where `hash-worker.js` is not found beside this module. */
  readonly newHashWorker?: (() => Worker) | undefined;
}

/**
 * A client of a Mediashelf library for a page.
 *
 *     const shelf = createClient({ url: 'https://media.example.com', tokens });
 *     const { status, mediaId } = await shelf.upload(input.files[0], { onProgress: ({ bytes }) => draw(bytes) });
 */
export const createClient = ({ newHashWorker, ...options }: BrowserOptions): Mediashelf => {
  const hash = openHasher(newHashWorker);
  return openClient(options, { sourceOf: (blob, name) => blobSource(blob, name, hash) });
};

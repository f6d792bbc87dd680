import { parentPort, workerData } from 'node:worker_threads';
import type { FileMetadata } from '../domain/file-metadata.ts';
import type { ByteSource } from '../formats/byte-source.ts';
import { cachedSource } from '../formats/cached-source.ts';

export type ReaderName = 'pdf' | 'sound-or-film';
export type Parts = Partial<FileMetadata> | undefined;

/** What a thread is started with. */
export interface ReadingTask {
  readonly reading: ReaderName;
  /** Bytes of the file. */
  readonly size: number;
}

/** The thread asks for bytes, and says what it read of them. */
export type FromThread =
  | { readonly ask: number; readonly start: number; readonly length: number }
  | { readonly parts: Parts };
/** Without bytes, they could not be had. */
export interface ToThread {
  readonly ask: number;
  readonly bytes?: Uint8Array;
}

/** Sound, film and PDF are read in ranges. The index of a film of hours takes some megabytes. */
const MOST_READ = 24 * 2 ** 20;

/** The address of this module, or of what it was bundled into: what `read-apart.ts` starts a thread with. */
export const READING_THREAD = import.meta.url;

/** Functions of the local runtime are threads as well, so being one says nothing. */
const isTask = (data: unknown): data is ReadingTask =>
  typeof data === 'object' && data !== null && 'reading' in data && 'size' in data;

const asking = (port: NonNullable<typeof parentPort>, size: number): ByteSource => {
  const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  let asked = 0;
  port.on('message', ({ ask, bytes }: ToThread) => {
    const answer = waiting.get(ask);
    waiting.delete(ask);
    if (bytes) answer?.resolve(bytes);
    else answer?.reject(new Error('these bytes cannot be had'));
  });
  return {
    size,
    read: (start, length) => {
      asked += 1;
      const answer = Promise.withResolvers<Uint8Array>();
      waiting.set(asked, answer);
      port.postMessage({ ask: asked, start, length } satisfies FromThread);
      return answer.promise;
    },
  };
};

const readerOf = async (name: ReaderName): Promise<(source: ByteSource) => Promise<Parts>> =>
  name === 'pdf' ? (await import('./pdf-metadata.ts')).readPdf : (await import('./sound-and-film.ts')).readSoundOrFilm;

if (parentPort && isTask(workerData)) {
  const read = await readerOf(workerData.reading);
  const parts = await read(cachedSource(asking(parentPort, workerData.size), { most: MOST_READ }));
  parentPort.postMessage({ parts } satisfies FromThread);
}

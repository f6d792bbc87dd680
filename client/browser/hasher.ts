import { MediashelfError } from '../errors.ts';
import type { HashOptions } from '../source.ts';
import { hashBlob } from './hash-blob.ts';
import type { HashReply, HashRequest } from './hash-protocol.ts';

export type Hasher = (blob: Blob, options: HashOptions) => Promise<string>;

/** The worker beside this module, in the form that bundlers recognise. */
const besideThis = (): Worker => new Worker(new URL('./hash-worker.js', import.meta.url), { type: 'module' });

interface Job {
  readonly onReply: (reply: HashReply) => void;
  readonly onFault: () => void;
}

/**
 * Hashes in one worker, started with the first file. If there is none (the page's policy forbids it, or the file is missing),
 * hashes here, a chunk at a time.
 */
export const openHasher = (newWorker: () => Worker = besideThis): Hasher => {
  const jobs = new Map<number, Job>();
  let last = 0;
  let worker: Worker | null | undefined;

  const lose = (): void => {
    worker?.terminate();
    worker = null;
    for (const { onFault } of jobs.values()) onFault();
    jobs.clear();
  };
  const begin = (): Worker | null => {
    try {
      const begun = newWorker();
      begun.onmessage = ({ data }: MessageEvent<HashReply>) => jobs.get(data.id)?.onReply(data);
      begun.onerror = lose;
      return begun;
    } catch {
      return null;
    }
  };

  const inWorker = (hashing: Worker, blob: Blob, { signal, onRead }: HashOptions): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      const stop = (): void => {
        jobs.delete(id);
        reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
      const onReply = (reply: HashReply): void => {
        if ('read' in reply) {
          onRead?.(reply.read);
          return;
        }
        jobs.delete(id);
        signal.removeEventListener('abort', stop);
        if ('digest' in reply) resolve(reply.digest);
        else reject(new MediashelfError('UNREADABLE', reply.fault));
      };
      jobs.set(id, { onReply, onFault: () => resolve(undefined) });
      hashing.postMessage({ id, blob } satisfies HashRequest);
    });

  return async (blob, options) => {
    options.signal.throwIfAborted();
    worker = worker === undefined ? begin() : worker;
    const digest = worker ? await inWorker(worker, blob, options) : undefined;
    return (
      digest ??
      hashBlob(blob, (read) => {
        options.signal.throwIfAborted();
        options.onRead?.(read);
      })
    );
  };
};

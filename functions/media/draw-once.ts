import { setTimeout as pause } from 'node:timers/promises';
import { MediaError } from '../domain/errors.ts';
import type { FileStore } from '../stores/file-store.ts';
import type { Leases } from '../stores/lease-store.ts';

/** Sees to it that an object is there: draws and stores it unless it was, or somebody else is at it. */
export type DrawOnce = (key: string, contentType: string, draw: () => Promise<Uint8Array>) => Promise<void>;

/** Longer than the function may run: a lease that is still held belongs to somebody who is still drawing. */
const LEASE_SECONDS = 30;
const LOOK_AGAIN_MILLISECONDS = 150;
const PATIENCE_MILLISECONDS = 20_000;

/**
 * Two first requests of a picture draw it once: the second waits for the object of the first. Whoever waits in vain is
 * asked to come again, and finds it then.
 */
export const drawOnce =
  ({ files, leases }: { files: Pick<FileStore, 'head' | 'write'>; leases: Leases }): DrawOnce =>
  async (key, contentType, draw) => {
    for (
      const deadline = Date.now() + PATIENCE_MILLISECONDS;
      Date.now() < deadline;
      await pause(LOOK_AGAIN_MILLISECONDS)
    ) {
      if (await files.head(key)) return;
      if (!(await leases.claim(key, LEASE_SECONDS))) continue;
      try {
        await files.write(key, await draw(), contentType);
        return;
      } finally {
        await leases.release(key);
      }
    }
    throw new MediaError('BUSY', 'The picture is being drawn, try again in a moment', { retryAfter: 2 });
  };

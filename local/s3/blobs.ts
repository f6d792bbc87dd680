import { randomBytes } from 'node:crypto';
import { createReadStream, type StatsFs } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { s3Error } from './errors.ts';

/** One blob of an object; objects joined from parts have several, in order. */
export interface Segment {
  readonly blob: string;
  readonly size: number;
}

/** Large enough that a 4 MB photo takes a handful of system calls, small enough that a hundred uploads hold little memory. */
const BATCH_BYTES = 1024 * 1024;

/** Immutable files under unguessable names. Nothing refers to a blob until a row in the database does. */
export interface BlobFolder {
  /** Writes the chunks to a new blob that survives a power cut once this resolves; on an error nothing stays. */
  write(chunks: AsyncIterable<Buffer>): Promise<Segment>;
  /** The bytes `start` to `end` (inclusive) of the joined segments. */
  read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer>;
  /** Says what is odd about the files of segments: one is missing, or not as long as what was stored. */
  oddSegment(segments: readonly Segment[]): Promise<string | undefined>;
  /** Whether a blob was written, and checked, by this process. */
  isOfThisRun(blob: string): boolean;
  /** Keeps blobs on disk while a request reads them, even when their object is deleted meanwhile. */
  hold(segments: readonly Segment[]): () => void;
  /** Removes blobs that no row refers to any more, as soon as no request reads them. */
  discard(segments: readonly Segment[]): void;
  /** Removes the leftovers of a crash: blobs of earlier runs without a row. */
  removeOrphans(referenced: { has(blob: string): boolean }): Promise<number>;
  /** Resolves once running removals are done. */
  settled(): Promise<void>;
}

/** Fields of `statfs`. */
export type Space = Pick<StatsFs, 'bavail' | 'bsize' | 'blocks'>;

/** What is kept free for the table, queues and logs, so that people can still delete. Of a small disk, a twentieth. */
const KEPT_FREE_BYTES = 16 * 1024 ** 2;
const KEPT_FREE_SHARE = 0.05;

/** Opens the folder; with `durable: false` (a memory-backed folder) nothing is flushed. */
export async function openBlobFolder(
  folder: string,
  durable: boolean,
  space: (folder: string) => Promise<Space> = statfs,
): Promise<BlobFolder> {
  await mkdir(folder, { recursive: true });
  // Blobs of this run carry its own mark, so that looking for orphans never touches one that is just being written.
  const run = randomBytes(6).toString('hex');
  let counter = 0;
  const path = (blob: string) => join(folder, blob);
  const removals = new Set<Promise<void>>();

  const remove = (blob: string): void => {
    const removal = rm(path(blob), { force: true }).finally(() => removals.delete(removal));
    removals.add(removal);
  };

  const expectRoom = async (bytes: number): Promise<void> => {
    const { bavail, bsize, blocks } = await space(folder);
    const kept = Math.min(KEPT_FREE_BYTES, blocks * bsize * KEPT_FREE_SHARE);
    if (bavail * bsize - bytes < kept) throw s3Error('InsufficientStorage');
  };

  return {
    ...removedUnread(remove),
    async write(chunks) {
      counter += 1;
      const blob = `${run}-${counter.toString(36)}-${randomBytes(6).toString('hex')}`;
      const file = await open(path(blob), 'wx');
      try {
        const size = await writeBatches(file, chunks, expectRoom);
        if (durable) await flush(file, folder);
        return { blob, size };
      } catch (error) {
        remove(blob);
        throw error;
      } finally {
        await file.close();
      }
    },
    async *read(segments, start, end) {
      let offset = 0;
      for (const { blob, size } of segments) {
        const [from, to] = [Math.max(start - offset, 0), Math.min(end - offset, size - 1)];
        offset += size;
        if (from <= to) yield* createReadStream(path(blob), { start: from, end: to, highWaterMark: 512 * 1024 });
      }
    },
    async oddSegment(segments) {
      for (const { blob, size } of segments) {
        const file = await stat(path(blob)).catch(() => undefined);
        if (!file) return `The file ${blob} is missing.`;
        if (file.size !== size) return `The file ${blob} has ${file.size} of ${size} bytes.`;
      }
      return undefined;
    },
    isOfThisRun: (blob) => blob.startsWith(`${run}-`),
    async removeOrphans(referenced) {
      const orphans = (await readdir(folder)).filter((name) => !name.startsWith(run) && !referenced.has(name));
      for (const orphan of orphans) await rm(path(orphan), { force: true });
      return orphans.length;
    },
    async settled() {
      await Promise.allSettled(removals);
    },
  };
}

/** Removes blobs at once, or as soon as the last request that reads them has ended. */
function removedUnread(remove: (blob: string) => void): Pick<BlobFolder, 'hold' | 'discard'> {
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  const release = (blob: string): void => {
    const left = (readers.get(blob) ?? 1) - 1;
    if (left > 0) {
      readers.set(blob, left);
      return;
    }
    readers.delete(blob);
    if (doomed.delete(blob)) remove(blob);
  };
  return {
    hold(segments) {
      for (const { blob } of segments) readers.set(blob, (readers.get(blob) ?? 0) + 1);
      let released = false;
      return () => {
        if (released) return;
        released = true;
        for (const { blob } of segments) release(blob);
      };
    },
    discard(segments) {
      for (const { blob } of segments) {
        if (readers.has(blob)) doomed.add(blob);
        else remove(blob);
      }
    },
  };
}

/** Writes the chunks in batches, each once there is room for it; resolves to the number of bytes. */
async function writeBatches(
  file: FileHandle,
  chunks: AsyncIterable<Buffer>,
  expectRoom: (bytes: number) => Promise<void>,
): Promise<number> {
  let size = 0;
  let batch: Buffer[] = [];
  let held = 0;
  const drain = async () => {
    await expectRoom(held);
    for (let left = batch; left.length > 0; ) {
      const { bytesWritten } = await file.writev(left);
      left = skip(left, bytesWritten);
    }
    batch = [];
    held = 0;
  };
  for await (const chunk of chunks) {
    batch.push(chunk);
    held += chunk.length;
    size += chunk.length;
    if (held >= BATCH_BYTES) await drain();
  }
  await drain();
  return size;
}

/** Flushes a new file to the disk, so that it survives a power cut. */
async function flush(file: FileHandle, folder: string): Promise<void> {
  await file.datasync();
  // The name of a new file lasts only once its folder is flushed as well.
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function skip(buffers: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  return buffers.flatMap((buffer) => {
    const skipped = Math.min(left, buffer.length);
    left -= skipped;
    return skipped === buffer.length ? [] : [buffer.subarray(skipped)];
  });
}

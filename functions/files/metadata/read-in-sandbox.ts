import type { FileMetadata } from '../../domain/file-metadata.ts';
import { sandboxEntry } from '../../sandbox/entry.ts';
import { runInThread } from '../../sandbox/run-in-thread.ts';
import type { ByteSource } from '../../shared/byte-source.ts';

export type ReaderName = 'pdf' | 'sound-or-film';
export type Parts = Partial<FileMetadata> | undefined;

const MIB = 2 ** 20;

/** Half of it is the time of the slowest fixture on a busy machine; a few compressed bytes can fill large buffers. */
const LIMITS = { cpuMs: 8000, heapMb: 256, memoryBytes: 256 * MIB } as const;

/**
 * Reads audio, video or a PDF in a separate thread. The libraries trust these formats: a few wrong bytes make them loop, grow,
 * or fail where no caller waits. Such a thread is terminated, and there is no metadata then.
 */
export const readInSandbox = (reader: ReaderName, source: ByteSource, patience: number): Promise<Parts> =>
  runInThread<Parts>({
    entry: sandboxEntry(import.meta.url, 'reading'),
    input: reader,
    limits: { ...LIMITS, wallMs: patience },
    source,
  }).catch(() => undefined);

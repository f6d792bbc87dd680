import { sandboxEntry } from '../../sandbox/entry.ts';
import { type SandboxLimits, twice } from '../../sandbox/limits.ts';
import { runInThread } from '../../sandbox/run-in-thread.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import { cachedSource, ReadLimitError } from '../../shared/cached-source.ts';
import { oneAtATime } from '../checks/one-at-a-time.ts';
import { noPreview, type PreviewJob, type PreviewResult } from './preview.ts';

const MIB = 2 ** 20;

export interface IsolationLimits extends SandboxLimits {
  /** Bytes that may be read of the file. */
  readonly readBytes: number;
}

/**
 * The slowest valid file, a HEIC of 48 megapixels, is in the decision on previews, as are the peaks of memory. All others end
 * within a third of that.
 */
export const ISOLATION: IsolationLimits = {
  cpuMs: 12_000,
  wallMs: 30_000,
  heapMb: 256,
  memoryBytes: 640 * MIB,
  readBytes: 64 * MIB,
};

/** Decoders need the memory of the function for themselves. */
const alone = oneAtATime();

/**
 * Runs a renderer in a separate thread, which is terminated when it exceeds a bound; at most two attempts. Throws
 * `SandboxEndedError` when both were terminated, and the errors of `source`.
 */
export const isolate = (
  job: PreviewJob,
  source: ByteSource,
  limits: Partial<IsolationLimits> = {},
): Promise<PreviewResult> => {
  const within = { ...ISOLATION, ...limits };
  return twice(() => alone(() => runOnce(job, source, within)));
};

const runOnce = async (input: PreviewJob, source: ByteSource, limits: IsolationLimits): Promise<PreviewResult> => {
  let isCutOff = false;
  const cached = cachedSource(source, { most: limits.readBytes });
  const counted: ByteSource = {
    size: source.size,
    read: (start, length) =>
      cached.read(start, length).catch((error: unknown) => {
        isCutOff ||= error instanceof ReadLimitError;
        throw error;
      }),
  };
  const made = await runInThread<PreviewResult>({
    entry: sandboxEntry(import.meta.url, 'preview'),
    input,
    limits,
    source: counted,
  });
  return isCutOff && made.kind === 'nothing' ? noPreview('too-large') : made;
};

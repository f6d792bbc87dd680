import { MediaError } from '../../domain/errors.ts';
import type { FileMetadata } from '../../domain/file-metadata.ts';
import { sandboxEntry, sandboxEnvironment } from '../../sandbox/entry.ts';
import { SandboxEndedError, type SandboxLimits, twice } from '../../sandbox/limits.ts';
import { processes, type RunInProcess } from '../../sandbox/run-in-process.ts';
import { withFile } from '../../sandbox/with-file.ts';
import { logInfo } from '../../shared/log.ts';
import { givenUp, type ProcessingOutcome } from '../checks/outcome.ts';
import { workRefusal } from './inspect-image.ts';
import type { Drawn, PictureTask } from './pictures.sandbox.ts';
import type { Pictures } from './pictures.ts';

const MIB = 2 ** 20;

/**
 * Measured on a quiet machine, processor seconds and peak of the process: the decision on sandboxes has the table. The
 * slowest picture that is accepted, a HEIC of 48 megapixels, takes half of this time.
 */
export const PICTURE_LIMITS: SandboxLimits = {
  wallMs: 40_000,
  cpuMs: 15_000,
  heapMb: 384,
  memoryBytes: 1280 * MIB,
};

export interface PictureProcesses {
  /** The environment of the function; the processes only get the part that they need. */
  readonly env: NodeJS.ProcessEnv;
  readonly limits?: Partial<SandboxLimits>;
  /** The code of the processes, where it is not the usual one. */
  readonly entry?: URL;
}

/** Starts processes for pictures; users with different limits share them. */
export const pictureProcesses = ({ env, limits, entry }: PictureProcesses): RunInProcess =>
  processes({
    entry: entry ?? sandboxEntry(import.meta.url, 'pictures'),
    env: sandboxEnvironment(env),
    limits: { ...PICTURE_LIMITS, ...limits },
  });

/** Existing processes, or how to start them; and how pictures are decoded in them. */
export type PictureSettings = (PictureProcesses | { readonly run: RunInProcess }) & {
  /** Whether a task is retried whose end may have been the machine's fault. A waiting person has no time for that. */
  readonly repeats?: boolean;
  readonly limits?: Partial<SandboxLimits>;
};

/**
 * Decodes pictures in processes that are killed when they exceed a bound, in any native code. A picture with too much work
 * never gets there. One picture at a time: a function has memory for one large picture.
 */
export const picturesInProcess = (settings: PictureSettings): Pictures => {
  const { repeats = false, limits = {} } = settings;
  const run = 'run' in settings ? settings.run : pictureProcesses(settings);
  const attempts = repeats ? twice : <T>(attempt: () => Promise<T>) => attempt();

  const decode = <Answer>(bytes: Buffer, task: (path: string) => PictureTask): Promise<Answer> =>
    withFile(bytes, (path) => attempts(() => run<Answer>(task(path), limits)));
  const draw = async (bytes: Buffer, task: (path: string) => PictureTask): Promise<Uint8Array> => {
    if (workRefusal(bytes)) throw undrawable('it promises too much work');
    const drawn = await decode<Drawn>(bytes, task).catch((error: unknown): Drawn => {
      if (!(error instanceof SandboxEndedError)) throw error;
      return { fault: error.message };
    });
    if ('fault' in drawn) throw undrawable(drawn.fault);
    return drawn.bytes;
  };

  return {
    verify: async (bytes, about) => {
      const refusal = workRefusal(bytes);
      if (refusal) return refusal;
      try {
        return await decode<ProcessingOutcome>(bytes, (path) => ({ kind: 'verify', path, about }));
      } catch (error) {
        if (!(error instanceof SandboxEndedError)) throw error;
        logInfo({ undecoded: error.message, mimeType: about.mimeType });
        return givenUp(error, 'picture');
      }
    },
    readMetadata: (bytes, mimeType) =>
      decode<FileMetadata>(bytes, (path) => ({ kind: 'readMetadata', path, mimeType })),
    draw: (bytes, mimeType, name) => draw(bytes, (path) => ({ kind: 'draw', path, mimeType, name })),
    transform: (bytes, mimeType, transform) =>
      draw(bytes, (path) => ({ kind: 'transform', path, mimeType, transform })),
  };
};

const undrawable = (reason: string): MediaError => {
  logInfo({ undrawn: reason });
  return new MediaError('CONTENT_UNAVAILABLE', 'The picture cannot be drawn');
};

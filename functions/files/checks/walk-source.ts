import type { ByteSource } from '../../shared/byte-source.ts';
import { type ContainerVerdict, type ContainerWalk, MOST_ASKED } from './stream-check.ts';

/** Feeds a walk from a source with ranged reads, only for the requested bytes; beyond the end of the file it gets none. */
export const walkSource = async (walk: ContainerWalk, source: ByteSource): Promise<ContainerVerdict> => {
  let step = walk.next();
  while (!step.done) {
    const { at, length } = step.value;
    // A file may name places that no number is exact for, which no storage can be asked for.
    const bytes = at >= source.size ? Buffer.alloc(0) : await source.read(at, Math.min(length, MOST_ASKED));
    step = walk.next(Buffer.from(bytes));
  }
  return step.value;
};

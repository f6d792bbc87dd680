import type { ByteSource } from '../../shared/byte-source.ts';
import { type ContainerVerdict, type ContainerWalk, MOST_ASKED } from './stream-check.ts';

/** Feeds a walk from a source with ranged reads, only for the requested bytes. */
export const walkSource = async (walk: ContainerWalk, source: ByteSource): Promise<ContainerVerdict> => {
  let step = walk.next();
  while (!step.done) {
    const { at, length } = step.value;
    step = walk.next(Buffer.from(await source.read(at, Math.min(length, MOST_ASKED))));
  }
  return step.value;
};

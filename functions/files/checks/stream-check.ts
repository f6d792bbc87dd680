/** A container's request: some bytes, never before those that it requested earlier. */
export interface Wanted {
  readonly at: number;
  readonly length: number;
}

/** The result for a container: valid, another type than declared, or truncated. */
export type ContainerVerdict = 'sound' | 'foreign' | 'cut';

/**
 * The check of a container as a walk from front to back. It requests the bytes it needs and gets them, fewer at the end of the
 * file; the bytes in between are never kept.
 */
export type ContainerWalk = Generator<Wanted, ContainerVerdict, Buffer>;

/** A walk that is fed a file as it is read. */
export interface StreamCheck {
  push(chunk: Buffer): void;
  /** The file is over. */
  end(): ContainerVerdict;
}

/** Most bytes that a walk may request at once. */
export const MOST_ASKED = 64 * 1024;

/** Boxes, pages or tags that any file has: a film of a day in fragments of a second. */
const FEW_STEPS = 300_000;
/** A page of Ogg has some kilobytes, a fragment of a film far more. */
const BYTES_A_STEP = 1024;

/** Ends a walk through too many pieces for the size of the file, each of which takes time. */
export function* withinSteps(walk: ContainerWalk, size: number): ContainerWalk {
  const most = FEW_STEPS + size / BYTES_A_STEP;
  let step = walk.next();
  for (let steps = 0; !step.done; steps += 1) {
    if (steps > most) return 'foreign';
    step = walk.next(yield step.value);
  }
  return step.value;
}

/** Feeds a walk from a stream: its memory is the walk's request, for any file size. */
export const streamCheck = (walk: ContainerWalk): StreamCheck => {
  let step = walk.next();
  let position = 0;
  /** The bytes of the file from `start` that are in memory: those of the last answer, then of the next one. */
  let held: Buffer = Buffer.alloc(0);
  let start = 0;

  /** Answers when the bytes in memory are enough, or the stream has ended. */
  const answer = (over: boolean): void => {
    while (!step.done) {
      const { at, length } = step.value;
      const skip = Math.min(Math.max(at - start, 0), held.length);
      held = held.subarray(skip);
      start = held.length === 0 ? at : start + skip;
      const wanted = Math.min(length, MOST_ASKED);
      if (held.length < wanted && !over) return;
      step = walk.next(held.subarray(0, wanted));
    }
  };

  return {
    push: (chunk) => {
      const end = position + chunk.length;
      while (!step.done) {
        answer(false);
        if (step.done) break;
        const from = start + held.length - position;
        if (from >= chunk.length) break;
        const lacking = Math.min(step.value.length, MOST_ASKED) - held.length;
        // Joined to a copy: a view would keep a whole chunk in memory for eight bytes of it.
        held = Buffer.concat([held, chunk.subarray(Math.max(from, 0), from + lacking)]);
      }
      position = end;
    },
    end: () => {
      answer(true);
      return step.done ? step.value : 'cut';
    },
  };
};

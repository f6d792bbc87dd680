import { setTimeout as pause } from 'node:timers/promises';

/** Repeats an expectation until it holds; for effects of the stream of changes. */
export const eventually = async (holds: () => Promise<void> | void, wait = 15_000): Promise<void> => {
  for (const deadline = Date.now() + wait; ; await pause(50)) {
    try {
      return await holds();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
};

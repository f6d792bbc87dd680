interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Time that passes by events alone, and chance by a seed: a run is the same on every machine. While `run` works, `setTimeout`
 * and `Math.random` are those of this time.
 */
export const virtualTime = (seed: number) => {
  const timers: Timer[] = [];
  let [now, order, state] = [0, 0, seed];
  const after = (milliseconds: number, run: () => void): void => {
    timers.push({ at: now + milliseconds, order: order++, run });
    // The last that is due comes first: most timers are short, so it is found near the end.
    for (let index = timers.length - 1; index > 0; index -= 1) {
      const [one, other] = [timers[index - 1] as Timer, timers[index] as Timer];
      if (one.at > other.at || (one.at === other.at && one.order > other.order)) break;
      [timers[index - 1], timers[index]] = [other, one];
    }
  };
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => after(milliseconds, resolve));
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  return {
    now: (): number => now,
    random,
    pause,
    /** Runs work until it is done, from one event to the next. */
    run: async <T>(work: () => Promise<T>): Promise<T> => {
      const [realTimeout, realRandom] = [globalThis.setTimeout, Math.random];
      globalThis.setTimeout = ((run: () => void, milliseconds = 0) => after(milliseconds, run)) as typeof setTimeout;
      Math.random = random;
      try {
        let isDone = false;
        const done = work().finally(() => {
          isDone = true;
        });
        done.catch(() => undefined);
        for (await settled(); !isDone; await settled()) {
          const next = timers.pop();
          if (!next) throw new Error('all work waits for something that never comes');
          now = next.at;
          next.run();
        }
        return await done;
      } finally {
        globalThis.setTimeout = realTimeout;
        Math.random = realRandom;
      }
    },
  };
};

export type VirtualTime = ReturnType<typeof virtualTime>;

/** Commits work in groups, so that a burst of it waits for the disk once. */
export interface GroupCommit {
  /** Runs the work in the transaction of this turn of the event loop; resolves with its result once that is committed. */
  commit<T>(needsDisk: boolean, work: () => T): Promise<T>;
  /** Commits what was asked for; nothing is committed after it. */
  stop(): void;
}

interface Job {
  readonly needsDisk: boolean;
  run(): void;
  settle(error?: unknown): void;
}

/** Work of the same turn of the event loop becomes one transaction, which waits for the disk if any of it has to. */
export const groupCommit = (transact: (needsDisk: boolean, work: () => void) => void): GroupCommit => {
  let jobs: Job[] = [];
  let stopped = false;

  const flush = (): void => {
    const batch = jobs;
    jobs = [];
    if (stopped) return;
    let failure: unknown;
    try {
      const needsDisk = batch.some((job) => job.needsDisk);
      transact(needsDisk, () => {
        for (const job of batch) job.run();
      });
    } catch (error) {
      failure = error;
    }
    for (const job of batch) job.settle(failure);
  };

  return {
    commit: <T>(needsDisk: boolean, work: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        let result: T;
        if (jobs.length === 0) setImmediate(flush);
        jobs.push({
          needsDisk,
          run: () => {
            result = work();
          },
          settle: (error) => (error === undefined ? resolve(result) : reject(error)),
        });
      }),
    stop: () => {
      if (jobs.length > 0) flush();
      stopped = true;
    },
  };
};

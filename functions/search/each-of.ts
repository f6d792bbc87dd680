/** Items that are worked on side by side. */
const LANES = 8;

/** Runs `work` over all items, a few at a time. */
export const eachOf = async <T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> => {
  const queue = [...items].values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

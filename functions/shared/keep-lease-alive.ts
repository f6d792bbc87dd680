/**
 * Renews a lease three times in its length, until it is released: the work under it may take longer. Releasing waits for a
 * running renewal, so that none follows.
 */
export const keepLeaseAlive = (
  heldMilliseconds: number,
  renew: () => Promise<unknown>,
  onFailure: (error: unknown) => void,
): (() => Promise<void>) => {
  let renewed: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewed = renew().catch(onFailure);
  }, heldMilliseconds / 3);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await renewed;
  };
};

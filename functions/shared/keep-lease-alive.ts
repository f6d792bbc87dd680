/**
 * Renews a claim three times in the time that it holds, until it is let go: what is done under it may take longer. Letting
 * go waits for the renewal under way, so that none comes after.
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

/** A promise that may be made anew, and whose rejection need not be handled. */
export interface Renewable<T> {
  promise(): Promise<T>;
  resolve(value: T): void;
  reject(reason: Error): void;
  /** Those who wait for the promise of now still do; later ones wait for another. */
  renew(): void;
}

export const renewable = <T>(): Renewable<T> => {
  let current = Promise.withResolvers<T>();
  const handle = (): void => void current.promise.catch(() => undefined);
  handle();
  return {
    promise: () => current.promise,
    resolve: (value) => current.resolve(value),
    reject: (reason) => current.reject(reason),
    renew: () => {
      current = Promise.withResolvers<T>();
      handle();
    },
  };
};

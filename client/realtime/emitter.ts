/** Listeners by name. One that throws is reported and does not stop the others. */
export const emitter = <Events extends object>() => {
  const listeners = new Map<keyof Events, Set<(value: never) => void>>();
  return {
    /** Answers how to stop listening. */
    on: <Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): (() => void) => {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known);
      known.add(listener);
      return () => void known.delete(listener);
    },
    emit: <Name extends keyof Events>(name: Name, value: Events[Name]): void => {
      for (const listener of listeners.get(name) ?? []) {
        try {
          (listener as (value: Events[Name]) => void)(value);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
};

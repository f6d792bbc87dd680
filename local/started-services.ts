import type { Service } from './ports.ts';

/** The services of a runtime, in the order in which they started. */
export interface StartedServices {
  /** Adds a service that runs. */
  add<Kind extends Service>(service: Kind): Kind;
  /** Adds a running service. One that all others need stops last, however long its start took. */
  addOnceStarted(starting: Promise<Service>, place?: 'stops last'): void;
  /**
   * Stops all of them in reverse order, those that are still starting included. A failure is reported and does not stop the
   * others.
   */
  stop(report: (error: unknown) => void): Promise<void>;
}

export const startedServices = (): StartedServices => {
  const started: Service[] = [];
  const starts: Promise<unknown>[] = [];
  return {
    add: (service) => {
      started.push(service);
      return service;
    },
    addOnceStarted: (starting, place) => {
      const added = starting.then((service) => (place ? started.unshift(service) : started.push(service)));
      // A start that fails is reported where its service is awaited.
      starts.push(added.catch(() => {}));
    },
    stop: async (report) => {
      await Promise.all(starts);
      for (const service of started.splice(0).reverse()) await service.stop().catch(report);
    },
  };
};

import type { Clock } from '../domain/ports.ts';
import { endConnection } from './end-connections.ts';
import type { PlanEnds, PlannedEnd } from './end-queue.ts';
import type { PresenceDeps } from './presence.ts';

export interface EndExpiredDeps extends PresenceDeps {
  readonly plan: PlanEnds;
  readonly clock: Clock;
}

/** Closes and forgets a connection whose time is over, or plans its end again when it was told too early. Nothing happens to one that is gone. */
export const endExpired =
  (deps: EndExpiredDeps) =>
  async (end: PlannedEnd): Promise<void> => {
    const now = deps.clock();
    if (now.getTime() < end.at) return deps.plan([end], now);
    await endConnection(end.connectionId, deps);
  };

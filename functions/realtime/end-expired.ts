import type { Clock } from '../domain/ports.ts';
import { endConnection } from './end-connections.ts';
import type { PlanEnds, PlannedEnd } from './end-queue.ts';
import type { PresenceDeps } from './presence.ts';

export interface EndExpiredDeps extends PresenceDeps {
  readonly plan: PlanEnds;
  readonly clock: Clock;
}

/**
 * Closes and deletes an expired connection, or plans its end again if the message came too early. Nothing happens to a missing
 * one.
 */
export const endExpired =
  (deps: EndExpiredDeps) =>
  async (end: PlannedEnd): Promise<void> => {
    const now = deps.clock();
    if (now.getTime() < end.at) return deps.plan([end], now);
    await endConnection(end.connectionId, deps);
  };

import type { Clock } from '../domain/ports.ts';
import { type DeliverDeps, deliverUntil } from './deliver.ts';
import { endConnection } from './end-connections.ts';
import type { AwaitedDelivery, PlanEnds, PlannedEnd } from './end-queue.ts';
import type { PresenceDeps } from './presence.ts';

export interface EndExpiredDeps extends PresenceDeps, DeliverDeps {
  readonly connections: PresenceDeps['connections'] & DeliverDeps['connections'];
  readonly plan: PlanEnds;
  readonly clock: Clock;
}

/**
 * Closes and deletes an expired connection, or plans its end again if the message came too early. Nothing happens to a missing
 * one. For a channel, waits until its events were sent, and sends them when it is free.
 */
export const endExpired =
  (deps: EndExpiredDeps) =>
  async (end: PlannedEnd | AwaitedDelivery): Promise<void> => {
    if ('seq' in end) return deliverUntil(end, deps);
    const now = deps.clock();
    if (now.getTime() < end.at) return deps.plan([end], now);
    await endConnection(end.connectionId, deps);
  };

import type { DynamoDBRecord } from 'aws-lambda';
import type { Happening } from '../domain/channels.ts';
import { type TellWebhooksDeps, tellWebhooks } from '../webhooks/tell-webhooks.ts';
import { type DeliverDeps, deliverUntil } from './deliver.ts';
import { type EndConnectionsDeps, endConnections } from './end-connections.ts';
import type { EventLog } from './event-log.ts';
import { type HappeningsDeps, happeningsOf } from './happenings.ts';

export interface AnnounceDeps extends HappeningsDeps, DeliverDeps, EndConnectionsDeps, TellWebhooksDeps {
  readonly log: EventLog;
  readonly accounts: EndConnectionsDeps['accounts'] & TellWebhooksDeps['accounts'];
  readonly connections: DeliverDeps['connections'] & EndConnectionsDeps['connections'];
}

/**
 * Tells everyone who listens what a batch of the table's stream means. Safe to repeat: what was told is not told again.
 * Those who may no longer listen are shown out first.
 */
export const announce =
  (deps: AnnounceDeps) =>
  async (records: readonly DynamoDBRecord[]): Promise<void> => {
    await endConnections(records, deps);
    const happenings = await happeningsOf(records, deps);
    const channels = Map.groupBy(happenings, ({ teamId, channel }) => `${teamId} ${channel}`);
    // Side by side: a team with a slow connection does not hold up the events of others.
    const told = await Promise.allSettled([...channels.values()].map((group) => tellChannel(group, deps)));
    const failed = told.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  };

/** Gives what happened in one channel its place, and sends it. */
const tellChannel = async (happenings: readonly Happening[], deps: AnnounceDeps): Promise<void> => {
  const [first] = happenings;
  if (!first) return;
  const { teamId, channel } = first;
  const placed = await deps.log.append(teamId, channel, happenings);
  // Apart from each other: another invocation may have delivered what webhooks still have to get.
  const untold = placed.filter(({ told }) => !told);
  if (untold.length > 0) {
    const told = await tellWebhooks(
      teamId,
      untold.map(({ event }) => event),
      deps,
    );
    await deps.log.noteTold(
      teamId,
      channel,
      untold.filter(({ event }) => told.has(event)),
    );
  }
  const last = placed.findLast(({ delivered }) => !delivered);
  if (last) await deliverUntil(teamId, channel, last.event.seq, deps);
};

import type { DynamoDBRecord } from 'aws-lambda';
import type { ChannelEvent, Happening } from '../domain/channels.ts';
import type { Clock } from '../domain/ports.ts';
import type { ConnectionStore, Subscription } from '../stores/connection-store.ts';
import type { EventLog } from '../stores/event-log.ts';
import { type HappeningsDeps, happeningsOf } from './happenings.ts';

export interface AnnounceDeps extends HappeningsDeps {
  readonly log: EventLog;
  readonly connections: Pick<ConnectionStore, 'subscribers' | 'forgetGone'>;
  /** False when the connection is gone. */
  readonly send: (connectionId: string, message: ChannelEvent) => Promise<boolean>;
  readonly clock: Clock;
  readonly reportFailure: (connectionId: string, error: unknown) => void;
}

/** Sends under way at once: one slow connection holds up a fraction of the others. */
const CONCURRENT_SENDS = 32;

/** Tells everyone who listens what a batch of the table's stream means. Safe to repeat: what was told is not told again. */
export const announce =
  (deps: AnnounceDeps) =>
  async (records: readonly DynamoDBRecord[]): Promise<void> => {
    const happenings = await happeningsOf(records, deps);
    const channels = Map.groupBy(happenings, ({ teamId, channel }) => `${teamId} ${channel}`);
    for (const [, group] of channels) await announceIn(group, deps);
  };

const announceIn = async (happenings: readonly Happening[], deps: AnnounceDeps): Promise<void> => {
  const [first] = happenings;
  if (!first) return;
  const { teamId, channel } = first;
  const events = await deps.log.append(teamId, channel, happenings);
  const last = events.at(-1);
  if (!last) return;
  let page: Awaited<ReturnType<ConnectionStore['subscribers']>>;
  let after: Record<string, unknown> | undefined;
  do {
    page = await deps.connections.subscribers(teamId, channel, after);
    await eachOf(page.ids, CONCURRENT_SENDS, (id) => sendAll({ id, teamId, channel }, events, deps));
    after = page.next;
  } while (after);
  await deps.log.delivered(teamId, channel, last.seq);
};

/** One connection gets its events in order; what goes wrong with it is its own affair, a client that missed some asks for them. */
const sendAll = async (
  listener: Subscription,
  events: readonly ChannelEvent[],
  { send, connections, clock, reportFailure }: AnnounceDeps,
) => {
  try {
    for (const event of events) {
      if (!(await send(listener.id, event))) {
        await connections.forgetGone(listener, clock());
        return;
      }
    }
  } catch (error) {
    reportFailure(listener.id, error);
  }
};

/** Runs `work` over all items, at most `width` at a time. */
const eachOf = async <T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> => {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
};

import type { DynamoDBRecord } from 'aws-lambda';
import type { DomainEvent } from '../domain/channels.ts';
import { enqueueWebhooks, type TellWebhooksDeps } from '../webhooks/enqueue-webhooks.ts';
import { type DeliverDeps, deliverWithin } from './deliver.ts';
import { closeEnded, type EndConnectionsDeps, endConnections } from './end-connections.ts';
import type { AwaitDelivery } from './end-queue.ts';
import type { EventLog, Placed } from './event-log.ts';
import { type EventsFromStreamDeps, eventsFromStream } from './events-from-stream.ts';
import { type SlowTeams, slowTeams } from './slow-teams.ts';

export interface AnnounceDeps extends EventsFromStreamDeps, DeliverDeps, EndConnectionsDeps, TellWebhooksDeps {
  readonly log: EventLog;
  readonly accounts: EndConnectionsDeps['accounts'] & TellWebhooksDeps['accounts'];
  readonly connections: DeliverDeps['connections'] & EndConnectionsDeps['connections'];
  readonly awaitDelivery: AwaitDelivery;
}

/**
 * Announces a batch of the table's stream to all listeners. Safe to repeat: an announced event is not announced again.
 * Connections that lost access are marked as ended before anything is sent. They are closed while the events are sent, so
 * neither waits for the other.
 */
export const announce = (deps: AnnounceDeps) => {
  const slow = slowTeams(deps.clock);
  return async (records: readonly DynamoDBRecord[]): Promise<void> => {
    const ended = await endConnections(records, deps);
    await allOf([closeEnded(ended, deps), tellAll(records, slow, deps)]);
  };
};

const tellAll = async (records: readonly DynamoDBRecord[], slow: SlowTeams, deps: AnnounceDeps): Promise<void> => {
  const domainEvents = await eventsFromStream(records, deps);
  const channels = Map.groupBy(domainEvents, ({ teamId, channel }) => `${teamId} ${channel}`);
  // Concurrently: a team with a slow connection does not delay the events of others in this batch.
  await allOf([...channels.values()].map((group) => tellChannel(group, slow, deps)));
};

/** Waits for all of them, and throws the first failure after that. */
const allOf = async (work: readonly Promise<void>[]): Promise<void> => {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
};

/** For an invocation that is about to release its channel. */
const LOOKS = 2;

/** The log, which need not be read for events that were just placed in it. */
const logWith = (log: EventLog, placed: readonly Placed[]): Pick<EventLog, 'read'> => {
  const events = new Map(placed.map(({ event }) => [event.seq, event]));
  return {
    read: async (teamId, channel, since, until, most) => {
      const wanted = Array.from({ length: Math.min(until - since, most) }, (_, index) => events.get(since + index + 1));
      const known = wanted.filter((event) => event !== undefined);
      return known.length === wanted.length && known.length > 0 ? known : log.read(teamId, channel, since, until, most);
    },
  };
};

/**
 * Appends the events of one channel, and sends them. When another invocation holds the channel, a message waits for it and
 * replaces it if it crashed: the stream has the events of all teams, which do not wait for one team's channel. For the same reason
 * another invocation sends the events of a team that took them slowly before.
 */
const tellChannel = async (
  domainEvents: readonly DomainEvent[],
  slow: SlowTeams,
  deps: AnnounceDeps,
): Promise<void> => {
  const [first] = domainEvents;
  if (!first) return;
  const { teamId, channel } = first;
  const placed = await deps.log.append(teamId, channel, domainEvents);
  // Separately: another invocation may have delivered events that webhooks still need.
  const unqueued = placed.filter(({ webhooksQueued }) => !webhooksQueued);
  if (unqueued.length > 0) {
    const queued = await enqueueWebhooks(
      teamId,
      unqueued.map(({ event }) => event),
      deps,
    );
    await deps.log.markQueued(
      teamId,
      channel,
      unqueued.filter(({ event }) => queued.has(event)),
    );
  }
  const last = placed.findLast(({ delivered }) => !delivered);
  if (!last) return;
  const place = { teamId, channel, seq: last.event.seq };
  if (slow.has(teamId)) return deps.continueInBackground(teamId, channel);
  const log = logWith(deps.log, placed);
  if (await slow.watch(teamId, () => deliverWithin(LOOKS, place, { ...deps, log }))) return;
  await deps.awaitDelivery(place);
};

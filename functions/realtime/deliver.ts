import { setTimeout as pause } from 'node:timers/promises';
import { keepLeaseAlive } from '../shared/keep-lease-alive.ts';
import { type ChannelLease, type ChannelLeaseStore, LEASE_MILLISECONDS } from './channel-lease-store.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { EventLog } from './event-log.ts';
import { MOST_REJOINS, type PendingRejoin } from './rejoin-store.ts';
import { type SendToAllDeps, sendToAll } from './send-to-all.ts';

/** A range of a channel's events to send to connections. */
export interface Portion {
  readonly teamId: string;
  readonly channel: string;
  /** Events after this one ... */
  readonly after: number;
  /** ... up to this one. */
  readonly until: number;
  readonly ids: readonly string[];
}

export interface DeliverDeps extends SendToAllDeps {
  readonly log: Pick<EventLog, 'read'>;
  readonly rounds: (teamId: string, channel: string) => ChannelLeaseStore;
  readonly connections: Pick<ConnectionStore, 'subscribers' | 'endedIn' | 'forgetGone' | 'forget'>;
  /** Has another invocation send a page, and answers when it has. */
  readonly fanOutPage: (portion: Portion) => Promise<void>;
  /** Has another invocation continue with a channel. */
  readonly continueInBackground: (teamId: string, channel: string) => Promise<void>;
  readonly newId: () => string;
}

/** One invocation sends to this many connections; a page more is another one's work. */
export const PAGE = 500;
/** Read and sent at once; a backlog beyond this takes several rounds of reading, not more memory. */
const MOST_EVENTS = 100;
/** A connection that accepts this many no faster would delay all listeners. */
const TAKEN_WITHIN_MILLISECONDS = 15_000;
/** After this long with a busy channel another invocation continues, so that no client waits for its own answer meanwhile. */
const BUDGET_MILLISECONDS = 8_000;

/**
 * Sends the new events of a channel to all listeners. False when another invocation holds the lease; it will send these as
 * well, since the channel is not released before all its events were sent.
 */
export const deliver = async (teamId: string, channel: string, deps: DeliverDeps): Promise<boolean> => {
  const rounds = deps.rounds(teamId, channel);
  const holder = deps.newId();
  const started = deps.clock().getTime();
  let round = await rounds.claim(holder);
  if (!round) return false;
  // A round may take longer than a lease lasts.
  const releaseLease = keepLeaseAlive(
    LEASE_MILLISECONDS,
    () => rounds.renew(holder),
    (error) => deps.reportFailure(channel, error),
  );
  try {
    while (round) {
      const all = await deliverRound(teamId, channel, round, rounds, deps);
      if (all && (await rounds.release(holder, round))) return true;
      round = await rounds.next(holder, round);
      if (round && deps.clock().getTime() - started > BUDGET_MILLISECONDS) {
        await rounds.abandon(holder);
        await deps.continueInBackground(teamId, channel);
        return true;
      }
    }
    return true;
  } catch (error) {
    await rounds.abandon(holder);
    throw error;
  } finally {
    await releaseLease();
  }
};

/** False when a subscriber still waits to rejoin. */
const deliverRound = async (
  teamId: string,
  channel: string,
  { seq, delivered, asked, admitted }: ChannelLease,
  rounds: ChannelLeaseStore,
  deps: DeliverDeps,
): Promise<boolean> => {
  if (seq > delivered) await sendPages(teamId, channel, delivered, seq, deps);
  // Who requests it from now on keeps the channel from being released.
  const joining = asked === admitted ? [] : await rounds.pendingRejoins();
  const ended = joining.length > 0 ? await deps.connections.endedIn(teamId) : new Set<string>();
  const queue = joining.values();
  const lane = async (): Promise<void> => {
    for (const each of queue) await letIn(each, { teamId, channel, until: seq }, ended, rounds, deps);
  };
  await Promise.all(Array.from({ length: Math.min(16, joining.length) }, lane));
  return joining.length < MOST_REJOINS;
};

const sendPages = async (teamId: string, channel: string, after: number, until: number, deps: DeliverDeps) => {
  const elsewhere: Promise<void>[] = [];
  let page = await deps.connections.subscribers(teamId, channel, undefined, PAGE);
  const here = deliverPortion({ teamId, channel, after, until, ids: page.ids }, deps);
  while (page.next) {
    page = await deps.connections.subscribers(teamId, channel, page.next, PAGE);
    if (page.ids.length > 0) elsewhere.push(deps.fanOutPage({ teamId, channel, after, until, ids: page.ids }));
  }
  // A failure for one connection does not stop the others; unsent events are sent again when the round is repeated.
  const ended = await Promise.allSettled([here, ...elsewhere]);
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
};

/** Sends a range of a channel's events to some of its listeners. */
export const deliverPortion = async (
  { teamId, channel, after, until, ids }: Portion,
  deps: Pick<DeliverDeps, 'log'> & SendToAllDeps,
): Promise<void> => {
  if (ids.length === 0) return;
  for (let since = after; since < until; ) {
    const messages = await deps.log.read(teamId, channel, since, until, MOST_EVENTS);
    if (messages.length === 0) return;
    await sendToAll({ teamId, channel, ids, messages, within: TAKEN_WITHIN_MILLISECONDS }, deps);
    since = messages.at(-1)?.seq ?? until;
  }
};

/** Of this round, at most a few events come after those that a subscriber read itself. */
const letIn = async (
  { connectionId, after }: PendingRejoin,
  { teamId, channel, until }: { teamId: string; channel: string; until: number },
  ended: ReadonlySet<string>,
  rounds: ChannelLeaseStore,
  deps: DeliverDeps,
): Promise<void> => {
  if (!ended.has(connectionId)) {
    await deliverPortion({ teamId, channel, after, until, ids: [connectionId] }, deps);
  }
  await rounds.completeRejoin(connectionId);
};

/** How often a channel that another invocation sends in is polled, and for how long: longer than a round can last. */
const LOOK_MILLISECONDS = 50;
const LONGEST_LOOK_MILLISECONDS = 250;
const MOST_LOOKS = 200;

/**
 * Like `deliver`, but answers only when everything up to `seq` was sent, by any invocation. False when another invocation still
 * sends after so many looks.
 */
export const deliverWithin = async (
  looks: number,
  { teamId, channel, seq }: { readonly teamId: string; readonly channel: string; readonly seq: number },
  deps: DeliverDeps,
): Promise<boolean> => {
  const rounds = deps.rounds(teamId, channel);
  for (let look = 1; look <= looks; look += 1) {
    if (await deliver(teamId, channel, deps)) return true;
    if ((await rounds.status()).delivered >= seq) return true;
    await pause(Math.min(look * LOOK_MILLISECONDS, LONGEST_LOOK_MILLISECONDS));
  }
  return false;
};

/** Answers when everything up to `seq` was sent, by any invocation: a crashed one is replaced meanwhile. */
export const deliverUntil = async (
  place: { readonly teamId: string; readonly channel: string; readonly seq: number },
  deps: DeliverDeps,
): Promise<void> => {
  if (await deliverWithin(MOST_LOOKS, place, deps)) return;
  throw new Error(`channel ${place.channel}: another invocation has been sending for too long`);
};

import type { Clock } from '../domain/ports.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import type { ConnectionStore, Forgotten } from './connection-store.ts';
import type { Sender } from './send.ts';

export interface SendToAllDeps {
  readonly connections: Pick<ConnectionStore, 'forgetGone' | 'forget'>;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly reportFailure: (connectionId: string, error: unknown) => void;
  /** Called for each connection that was deleted on the way. */
  readonly onForgotten?: ((forgotten: Forgotten) => Promise<void>) | undefined;
}

export interface Sending {
  readonly teamId: string;
  readonly channel: string;
  readonly ids: readonly string[];
  readonly messages: readonly unknown[];
  /** A connection that has not accepted all messages so many milliseconds after the first is a slow consumer as well. */
  readonly within?: number;
}

/** Connections that are sent to side by side. */
const CONCURRENCY = 64;
/** After this long a sender continues with the next connection; the slow one accepts its messages beside it, or is dropped. */
const LANE_MILLISECONDS = 500;
/** So many may be slow beside the senders; the management API's client has sockets for both. */
const MOST_BESIDE = 64;
/** How many deleted connections' rooms are informed at once. */
const FORGOTTEN_AT_ONCE = 8;

/**
 * Sends messages to connections, to each in order. A failure of one does not affect the others: a connection that is gone is
 * deleted, and one that does not accept its messages is closed, so that its client reconnects and resumes. Answers those that
 * accepted everything.
 */
export const sendToAll = async (sending: Sending, deps: SendToAllDeps): Promise<readonly string[]> => {
  const { teamId, channel, ids, messages, within } = sending;
  const texts = messages.map((message) => JSON.stringify(message));
  const took: string[] = [];
  const forgotten: Forgotten[] = [];
  const sendTo = async (id: string): Promise<void> => {
    try {
      // Each has its own time: none is slow because of those before it.
      const until = deps.clock().getTime() + (within ?? Number.POSITIVE_INFINITY);
      if (await inOrder(id, texts, until, deps)) took.push(id);
      else forgotten.push(await deps.connections.forgetGone({ id, teamId, channel }, deps.clock()));
    } catch (error) {
      deps.reportFailure(id, error);
      forgotten.push(await drop(id, deps));
    }
  };

  const beside = new Set<Promise<void>>();
  const queue = ids.values();
  const lane = async (): Promise<void> => {
    for (const id of queue) {
      const sent = sendTo(id);
      if (await settles(sent, LANE_MILLISECONDS)) continue;
      if (beside.size >= MOST_BESIDE) await sent;
      else {
        beside.add(sent);
        void sent.then(() => beside.delete(sent));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, ids.length) }, lane));
  await Promise.all(beside);
  await forEachConcurrently(FORGOTTEN_AT_ONCE, forgotten, async (each) => deps.onForgotten?.(each));
  return took;
};

/** Whether it finished in time. */
const settles = async (work: Promise<void>, milliseconds: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
};

/** False when the connection is gone. */
const inOrder = async (
  id: string,
  texts: readonly string[],
  until: number,
  { sender, clock }: SendToAllDeps,
): Promise<boolean> => {
  for (const text of texts) {
    if (clock().getTime() > until) throw new Error('The connection did not take its messages in time');
    if (!(await sender.send(id, text))) return false;
  }
  return true;
};

/** Closed first: a deleted connection that stays open would wait for events in vain. */
const drop = async (id: string, { sender, connections, reportFailure }: SendToAllDeps): Promise<Forgotten> => {
  try {
    await sender.close(id);
    return await connections.forget(id);
  } catch (error) {
    reportFailure(id, error);
    return undefined;
  }
};

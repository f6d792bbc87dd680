import { type ChannelOrder, channelOrder, type Resumed } from './channel-order.ts';
import type { Ack, ChannelEvent } from './messages.ts';

/** Sends a request and resolves with its answer; `onAnswer` is called before the next message is handled. */
export type Ask = (action: string, fields?: object, onAnswer?: (answer: Ack) => void) => Promise<Ack>;

export interface FollowDeps {
  /** The last `seq` of an earlier run, by channel. */
  readonly since: Readonly<Record<string, number>>;
  readonly ask: Ask;
  /** Gets each event in the order of its channel, once. */
  readonly deliver: (event: ChannelEvent) => void;
  readonly onGap: (channel: string) => void;
}

/** The channels that every connection has and the client always follows. */
const FROM_THE_START = ['media', 'uploads', 'team'];

/** The channels that the client follows, each in its order, over any number of connections. */
export const followChannels = ({ since, ask, deliver, onGap }: FollowDeps) => {
  const orders = new Map<string, ChannelOrder>();
  const subscribed = new Set<string>();
  const orderOf = (channel: string): ChannelOrder => {
    const known = orders.get(channel) ?? channelOrder(since[channel]);
    orders.set(channel, known);
    return known;
  };
  for (const channel of [...FROM_THE_START, ...Object.keys(since)]) orderOf(channel);

  /** One after the other: the server resumes one channel of a connection at a time. */
  let resumed: Promise<unknown> = Promise.resolve();
  const resume = (channel: string): Promise<void> => {
    const order = orderOf(channel);
    const from = order.ask();
    const turn = resumed.then(() =>
      ask('resume', { channel, since: from }, (answer) => {
        if (order.answered(answer as unknown as Resumed)) onGap(channel);
      }),
    );
    resumed = turn.catch(() => undefined);
    return turn.then(() => undefined);
  };
  const hear = async (channel: string): Promise<void> => {
    await ask('subscribe', { channel });
    await resume(channel);
  };

  return {
    resume,
    /** Takes an event from a connection. */
    take: (event: ChannelEvent): void => {
      const verdict = orderOf(event.channel).take(event.seq);
      if (verdict === 'deliver' || verdict === 'deliver-and-ask') deliver(event);
      if (verdict === 'ask' || verdict === 'deliver-and-ask') resume(event.channel).catch(() => undefined);
    },
    subscribe: async (channel: string): Promise<void> => {
      if (subscribed.has(channel)) return;
      await hear(channel);
      subscribed.add(channel);
    },
    forget: (channel: string): void => {
      subscribed.delete(channel);
      orders.delete(channel);
    },
    /** Follows the channels on a new connection, but for those that others bring back. */
    restore: (isOfOthers: (channel: string) => boolean): readonly Promise<void>[] => {
      const own = [...orders.keys()].filter(
        (channel) => !(subscribed.has(channel) || isOfOthers(channel) || channel.startsWith('connection:')),
      );
      return [...own.map(resume), ...[...subscribed].map(hear)];
    },
    position: (): Readonly<Record<string, number>> =>
      Object.fromEntries(
        [...orders].flatMap(([channel, order]) => {
          const position = order.position();
          return position === undefined ? [] : [[channel, position]];
        }),
      ),
  };
};

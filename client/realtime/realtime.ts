import type { Call } from '../api.ts';
import { MediashelfError } from '../errors.ts';
import { delayBefore, pause, type RetryPolicy } from '../retry.ts';
import { type ChannelOrder, channelOrder, type Resumed } from './channel-order.ts';
import { openConnection } from './connection.ts';
import { emitter } from './emitter.ts';
import type { ChannelEvent, Events, Said, Status } from './messages.ts';
import { openRoom, type Room, type RoomOptions } from './room.ts';

export interface RealtimeOptions {
  /** The last `seq` of an earlier run, by channel: events missed since come first. */
  readonly since?: Readonly<Record<string, number>>;
  /** How often the connection is checked. */
  readonly heartbeatMs?: number;
}

export interface RealtimeDeps {
  readonly call: Call;
  readonly url: string;
  readonly team: string | undefined;
  readonly policy: RetryPolicy;
  readonly newSocket: (address: string) => WebSocket;
}

export interface RoomListed {
  readonly name: string;
  readonly private: boolean;
  readonly members: number;
  /** Id of its maker; several rooms may be called alike. */
  readonly createdBy?: string;
}

/** Events of the team, and messages between its members. */
export interface Realtime {
  /** Whether all events are received at the moment. */
  isOpen(): boolean;
  /** Listens to events of a name; answers how to stop. */
  on<Name extends keyof Events>(name: Name, listener: (value: Heard<Name>) => void): () => void;
  /** Resolves once events are received; rejects when access is refused, or no connection opens within the allowed tries. */
  opened(): Promise<void>;
  /** Subscribes to a channel of the team; its messages come as `message`. */
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Publishes a message in a channel; answers its `seq`. */
  publish(channel: string, data: unknown): Promise<number>;
  /** Sends a message to the whole team. */
  broadcast(data: unknown): Promise<number>;
  /** Sends a message to `user:<id>` or `connection:<id>`. */
  direct(to: string, data: unknown): Promise<number>;
  /** Enters a room, and stays in it across connections. */
  room(name: string, options?: RoomOptions): Promise<Room>;
  rooms(): Promise<readonly RoomListed[]>;
  /** The `seq` of the last event in each channel, for `since` of a later start. */
  position(): Readonly<Record<string, number>>;
  close(): void;
}

/** System events have their `seq`; events of the client itself have none. */
type Heard<Name extends keyof Events> = Name extends `${string}.${string}`
  ? ChannelEvent<Name, Events[Name]>
  : Events[Name];
type HeardEvents = { [Name in keyof Events]: Heard<Name> };

/** The channels that every connection has and the client always follows. */
const FROM_THE_START = ['media', 'uploads', 'team'];
/** API Gateway closes a connection after ten silent minutes. Each ping is a message and a run of a function. */
const HEARTBEAT_MS = 240_000;

/**
 * Opens the realtime API. Connections may be lost and opened again; events have neither gaps nor repetitions, or `gap` reports
 * it.
 */
export const openRealtime = (deps: RealtimeDeps, options: RealtimeOptions = {}): Realtime => {
  const { call, url, team, policy, newSocket } = deps;
  const { on, emit } = emitter<HeardEvents>();
  const orders = new Map<string, ChannelOrder>();
  const subscribed = new Set<string>();
  const rooms = new Map<string, Room & { enter(): Promise<void> }>();
  let opened = Promise.withResolvers<void>();
  opened.promise.catch(() => undefined);
  let isOpen = false;
  let status: Status = 'connecting';
  /** Counts connections: answers to requests of a former one are ignored. */
  let connections = 0;

  const orderOf = (channel: string): ChannelOrder => {
    const known = orders.get(channel) ?? channelOrder(options.since?.[channel]);
    orders.set(channel, known);
    return known;
  };
  for (const channel of [...FROM_THE_START, ...Object.keys(options.since ?? {})]) orderOf(channel);

  const deliver = (event: ChannelEvent): void => {
    emit('event', event);
    emit(event.event as 'message', event as ChannelEvent<'message'>);
    rooms.get(event.channel)?.heard(event);
  };

  const hear = (said: Said): void => {
    if (said.type === 'presence') {
      emit('presence', said);
      rooms.get(said.channel)?.heard(said);
    }
    if (said.type !== 'event') return;
    const verdict = orderOf(said.channel).take(said.seq);
    if (verdict === 'deliver' || verdict === 'deliver-and-ask') deliver(said);
    if (verdict === 'ask' || verdict === 'deliver-and-ask') resume(said.channel).catch(() => undefined);
  };

  const connection = openConnection({
    url,
    address: async (signal) => {
      const { ticket } = await call('POST /api/v1/realtime/tickets', { body: {}, signal });
      return `${url}?${new URLSearchParams({ ticket, ...(team === undefined ? {} : { team }) })}`;
    },
    newSocket,
    policy,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    onSaid: hear,
    onOpen: () => {
      connections += 1;
      restore().catch(() => undefined);
    },
    onStatus: (current, error) => {
      status = current;
      if (status !== 'open' && isOpen) opened = Promise.withResolvers<void>();
      opened.promise.catch(() => undefined);
      if (status !== 'open') isOpen = false;
      if (status === 'closed') opened.reject(error ?? new MediashelfError('CLOSED', 'The connection was closed'));
      emit('status', error ? { status, error } : { status });
    },
  });

  /** Repeats a request while this connection lasts: the order depends on its answer. */
  const insist = async <T>(work: () => Promise<T>): Promise<T> => {
    const mine = connections;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const { code } = error as { code?: string };
        const isPassing = code === 'BUSY' || code === 'RATE_LIMITED' || code === 'INTERNAL';
        if (!isPassing || mine !== connections) throw error;
        await pause(delayBefore(attempt, policy));
      }
    }
  };

  /** One after the other: the server resumes one channel of a connection at a time. */
  let resumed: Promise<unknown> = Promise.resolve();
  const resume = (channel: string): Promise<void> => {
    const order = orderOf(channel);
    const since = order.ask();
    const turn = resumed.then(() =>
      insist(() =>
        connection.ask('resume', { channel, since }, (answer) => {
          if (order.answered(answer as unknown as Resumed)) emit('gap', { channel });
        }),
      ),
    );
    resumed = turn.catch(() => undefined);
    return turn.then(() => undefined);
  };

  const hearChannel = async (channel: string): Promise<void> => {
    await insist(() => connection.ask('subscribe', { channel }));
    await resume(channel);
  };

  /** A room that is gone, or cannot be entered any more. */
  const lose = (channel: string): void => {
    if (status !== 'open') return;
    rooms.delete(channel);
    orders.delete(channel);
    emit('gap', { channel });
  };

  /** Restores the subscriptions on a new connection. */
  const restore = async (): Promise<void> => {
    const mine = connections;
    const own = [...orders.keys()].filter(
      (channel) => !(subscribed.has(channel) || rooms.has(channel) || channel.startsWith('connection:')),
    );
    await Promise.allSettled([
      ...own.map(resume),
      ...[...subscribed].map(hearChannel),
      ...[...rooms].map(([channel, room]) => room.enter().catch(() => lose(channel))),
    ]);
    if (mine !== connections || status !== 'open') return;
    isOpen = true;
    opened.resolve();
  };

  const placed = async (action: string, fields: object): Promise<number> =>
    Number((await connection.ask(action, fields)).seq);

  return {
    on,
    isOpen: () => isOpen,
    opened: () => opened.promise,
    subscribe: async (channel) => {
      if (subscribed.has(channel)) return;
      await hearChannel(channel);
      subscribed.add(channel);
    },
    unsubscribe: async (channel) => {
      subscribed.delete(channel);
      orders.delete(channel);
      await connection.ask('unsubscribe', { channel });
    },
    publish: (channel, data) => placed('publish', { channel, data }),
    broadcast: (data) => placed('broadcast', { data }),
    direct: (to, data) => placed('direct', { to, data }),
    room: async (name, roomOptions = {}) => {
      const channel = `room:${name}`;
      const known = rooms.get(channel);
      if (known) return known;
      const forget = (): void => {
        rooms.delete(channel);
        orders.delete(channel);
      };
      const ask = (action: string, fields: object) => insist(() => connection.ask(action, fields));
      const room = openRoom(name, roomOptions, { ask, resume: () => resume(channel), forget });
      // Events right after the answer need the handler.
      rooms.set(channel, room);
      await room.enter().catch((error: unknown) => {
        forget();
        throw error;
      });
      return room;
    },
    rooms: async () => (await connection.ask('room.list')).rooms as readonly RoomListed[],
    position: () =>
      Object.fromEntries(
        [...orders].flatMap(([channel, order]) => {
          const position = order.position();
          return position === undefined ? [] : [[channel, position]];
        }),
      ),
    close: () => connection.close(),
  };
};

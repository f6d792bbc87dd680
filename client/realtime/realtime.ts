import type { Call } from '../api.ts';
import { delayBefore, pause, type RetryPolicy } from '../retry.ts';
import { openConnection } from './connection.ts';
import { emitter } from './emitter.ts';
import { enterRooms } from './entered-rooms.ts';
import { type Ask, followChannels } from './followed-channels.ts';
import type { ChannelEvent, Events, Said } from './messages.ts';
import { openState } from './open-state.ts';
import type { Room, RoomOptions } from './room.ts';

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

/** API Gateway closes a connection after ten silent minutes. Each ping is a message and a run of a function. */
const HEARTBEAT_MS = 240_000;

/** Whether a refusal may pass, so that the request is worth repeating. */
const isPassing = (error: unknown): boolean =>
  ['BUSY', 'RATE_LIMITED', 'INTERNAL'].includes((error as { code?: string }).code ?? '');

/** Repeats a request while its connection lasts: the order of a channel depends on the answer. */
const insisting =
  (ask: Ask, policy: RetryPolicy, currentConnection: () => number): Ask =>
  async (...request) => {
    const mine = currentConnection();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask(...request);
      } catch (error) {
        if (!isPassing(error) || mine !== currentConnection()) throw error;
        await pause(delayBefore(attempt, policy));
      }
    }
  };

/** What a user of the client asks for and its connection answers. */
const requestsOf = (ask: Ask): Pick<Realtime, 'publish' | 'broadcast' | 'direct' | 'rooms'> => {
  const placed = async (action: string, fields: object): Promise<number> => Number((await ask(action, fields)).seq);
  return {
    publish: (channel, data) => placed('publish', { channel, data }),
    broadcast: (data) => placed('broadcast', { data }),
    direct: (to, data) => placed('direct', { to, data }),
    rooms: async () => (await ask('room.list')).rooms as readonly RoomListed[],
  };
};

/** An address with a fresh ticket in it, which opens one connection. */
const addressWithTicket = async ({ call, url, team }: RealtimeDeps, signal: AbortSignal): Promise<string> => {
  const { ticket } = await call('POST /api/v1/realtime/tickets', { body: {}, signal });
  return `${url}?${new URLSearchParams({ ticket, ...(team === undefined ? {} : { team }) })}`;
};

/**
 * Opens the realtime API. Connections may be lost and opened again; events have neither gaps nor repetitions, or `gap` reports
 * it.
 */
export const openRealtime = (deps: RealtimeDeps, options: RealtimeOptions = {}): Realtime => {
  const { url, policy, newSocket } = deps;
  const { on, emit } = emitter<HeardEvents>();
  const state = openState();
  /** Counts connections: answers to requests of a former one are ignored. */
  let connections = 0;

  const ask: Ask = (...request) => connection.ask(...request);
  const insist = insisting(ask, policy, () => connections);
  const channels = followChannels({
    since: options.since ?? {},
    ask: insist,
    deliver: (event) => {
      emit('event', event);
      emit(event.event as 'message', event as ChannelEvent<'message'>);
      rooms.heard(event);
    },
    onGap: (channel) => emit('gap', { channel }),
  });
  const rooms = enterRooms({ ask: insist, resume: channels.resume, forget: channels.forget });

  const hear = (said: Said): void => {
    if (said.type === 'presence') {
      emit('presence', said);
      rooms.heard(said);
    }
    if (said.type === 'event') channels.take(said);
  };
  const loseRoom = (channel: string): void => {
    if (!state.isConnected()) return;
    rooms.remove(channel);
    emit('gap', { channel });
  };

  /** Restores the subscriptions on a new connection. */
  const restore = async (): Promise<void> => {
    connections += 1;
    const mine = connections;
    await Promise.allSettled([...channels.restore(rooms.has), ...rooms.restore(loseRoom)]);
    if (mine === connections && state.isConnected()) state.restored();
  };
  const connection = openConnection({
    url,
    address: (signal) => addressWithTicket(deps, signal),
    newSocket,
    policy,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    onSaid: hear,
    onOpen: () => void restore().catch(() => undefined),
    onStatus: (status, error) => {
      state.change(status, error);
      emit('status', error ? { status, error } : { status });
    },
  });

  return {
    ...requestsOf(ask),
    on,
    isOpen: state.isOpen,
    opened: state.opened,
    subscribe: channels.subscribe,
    unsubscribe: async (channel) => {
      channels.forget(channel);
      await ask('unsubscribe', { channel });
    },
    room: (name, roomOptions = {}) => rooms.enter(name, roomOptions),
    position: channels.position,
    close: () => connection.close(),
  };
};

import { dynamoBegunChannels } from '../../../functions/realtime/begun-channels.ts';
import { dynamoChannelLeases } from '../../../functions/realtime/channel-lease-store.ts';
import type { MessageDeps } from '../../../functions/realtime/client-message.ts';
import { dynamoConnections } from '../../../functions/realtime/connection-store.ts';
import type { DeliverDeps } from '../../../functions/realtime/deliver.ts';
import { dynamoEventLog } from '../../../functions/realtime/event-log.ts';
import { broadcastLeft } from '../../../functions/realtime/presence.ts';
import { dynamoRooms } from '../../../functions/realtime/room-store.ts';
import type { Sender } from '../../../functions/realtime/send.ts';
import type { Table } from '../../../functions/table/table.ts';

/** The dependencies of realtime functions: real stores, and a client of connections that the test gives. */
export const deliveringOver = (table: Table, sender: Sender, now: () => Date = () => new Date()) => {
  const failures: unknown[] = [];
  const handedOver: string[] = [];
  const deps = {
    log: dynamoEventLog(table),
    connections: dynamoConnections(table),
    rooms: dynamoRooms(table),
    rounds: (teamId: string, channel: string) => dynamoChannelLeases(table, teamId, channel),
    sender,
    accounts: { role: async () => 'editor' as const },
    limits: { ofConnection: async () => undefined, ofSender: async () => undefined },
    claims: { take: async () => ({ lane: 0, isNew: true }), release: async () => {} },
    begunChannels: dynamoBegunChannels(table, now),
    fanOutPage: async () => {},
    continueInBackground: async (_team: string, channel: string) => void handedOver.push(channel),
    newId: () => crypto.randomUUID(),
    clock: now,
    reportFailure: (_id: string, error: unknown) => void failures.push(error),
  } satisfies DeliverDeps & MessageDeps;
  const onForgotten: DeliverDeps['onForgotten'] = (forgotten) => broadcastLeft(forgotten, { ...deps, onForgotten });
  return { ...deps, onForgotten, failures, handedOver };
};

export type Delivering = ReturnType<typeof deliveringOver>;

/** Connections of one new team with these subscriptions; they were opened long ago. */
export const listeners = async (
  { connections }: Pick<Delivering, 'connections'>,
  count: number,
  channels: readonly string[],
  teamId: string = crypto.randomUUID(),
) => {
  const connectedAt = '2026-01-01T00:00:00.000Z';
  const all = Array.from({ length: count }, () => ({
    id: crypto.randomUUID(),
    teamId,
    userId: 'user',
    connectedAt,
    scopes: [],
    credentialId: 'login',
    credentialKind: 'login' as const,
  }));
  for (const each of all) await connections.open(each, channels);
  return { teamId, all, ids: all.map(({ id }) => id) };
};

/** Places so many messages in a channel, for a sender to deliver. */
export const place = (
  { log }: Pick<Delivering, 'log'>,
  teamId: string,
  channel: string,
  ...messages: readonly unknown[]
) =>
  log.append(
    teamId,
    channel,
    messages.map((data) => ({
      eventId: crypto.randomUUID(),
      teamId,
      channel,
      event: 'message' as const,
      data,
      at: '2026-01-01T00:00:00.000Z',
    })),
  );

/** Clients of connections that accept everything, and the messages of each. */
export const takingSender = () => {
  const taken = new Map<string, unknown[]>();
  const closed: string[] = [];
  const sender: Sender = {
    send: async (id, message) => {
      taken.set(id, [...(taken.get(id) ?? []), typeof message === 'string' ? JSON.parse(message) : message]);
      return true;
    },
    close: async (id) => void closed.push(id),
  };
  return { sender, closed, to: (id: string): readonly unknown[] => taken.get(id) ?? [] };
};

/** The same table, and the names of the calls that went through it. */
export const counted = (table: Table) => {
  const calls: string[] = [];
  const counting = new Proxy(table, {
    get: (target, name) => {
      const member = target[name as keyof Table];
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        calls.push(String(name));
        return (member as (...all: unknown[]) => unknown)(...args);
      };
    },
  });
  return { table: counting, calls };
};

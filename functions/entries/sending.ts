import { dynamoChannelLeases } from '../realtime/channel-lease-store.ts';
import { dynamoConnections, type Forgotten } from '../realtime/connection-store.ts';
import { type DeliverDeps, deliver, deliverPortion } from '../realtime/deliver.ts';
import { dynamoEventLog } from '../realtime/event-log.ts';
import { broadcastLeft } from '../realtime/presence.ts';
import { senderTo } from '../realtime/send.ts';
import { logFault } from '../shared/log.ts';
import type { Table } from '../table/table.ts';
import { clock } from './api-context.ts';

/** The dependencies of every function that sends to connections. */
export const sendingOver = (table: Table, managementUrl: string) => {
  const deps = {
    log: dynamoEventLog(table),
    connections: dynamoConnections(table),
    rounds: (teamId: string, channel: string) => dynamoChannelLeases(table, teamId, channel),
    sender: senderTo(managementUrl),
    newId: () => crypto.randomUUID(),
    clock,
    reportFailure: (connectionId: string, error: unknown) => logFault(connectionId, error),
  };
  // A connection that is found closed is removed from its rooms, and their members are informed.
  const onForgotten = (forgotten: Forgotten): Promise<void> => broadcastLeft(forgotten, { ...deps, onForgotten });
  return { ...deps, onForgotten };
};

/** The dependencies of a function that sends all pages itself, since it invokes no other, and continues until it is done. */
export const sendingAlone = (table: Table, managementUrl: string): DeliverDeps & ReturnType<typeof sendingOver> => {
  const sending = sendingOver(table, managementUrl);
  const alone: DeliverDeps & typeof sending = {
    ...sending,
    fanOutPage: (portion) => deliverPortion(portion, sending),
    continueInBackground: async (teamId, channel) => void (await deliver(teamId, channel, alone)),
  };
  return alone;
};

import { dynamoConnections, type Forgotten } from '../realtime/connection-store.ts';
import { dynamoEventLog } from '../realtime/event-log.ts';
import { tellGone } from '../realtime/presence.ts';
import { dynamoRounds } from '../realtime/round-store.ts';
import { senderTo } from '../realtime/send.ts';
import { logFault } from '../shared/log.ts';
import type { Table } from '../table/table.ts';
import { clock } from './surroundings.ts';

/** What every function needs that sends to connections. */
export const sendingOver = (table: Table, managementUrl: string) => {
  const deps = {
    log: dynamoEventLog(table),
    connections: dynamoConnections(table),
    rounds: (teamId: string, channel: string) => dynamoRounds(table, teamId, channel),
    sender: senderTo(managementUrl),
    newId: () => crypto.randomUUID(),
    clock,
    reportFailure: (connectionId: string, error: unknown) => logFault(connectionId, error),
  };
  // A connection that is found closed has left its rooms, and the members of those are told.
  const onForgotten = (forgotten: Forgotten): Promise<void> => tellGone(forgotten, { ...deps, onForgotten });
  return { ...deps, onForgotten };
};

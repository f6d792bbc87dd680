import { logFault } from '../api/log.ts';
import { clock } from '../api/surroundings.ts';
import { dynamoConnections, type Forgotten } from '../stores/connection-store.ts';
import { dynamoEventLog } from '../stores/event-log.ts';
import { dynamoRounds } from '../stores/round-store.ts';
import type { Table } from '../stores/table.ts';
import { tellGone } from './presence.ts';
import { senderTo } from './send.ts';

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
  // Whoever is found gone on the way has left rooms, and those in them are told.
  const onForgotten = (forgotten: Forgotten): Promise<void> => tellGone(forgotten, { ...deps, onForgotten });
  return { ...deps, onForgotten };
};

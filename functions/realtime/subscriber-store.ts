import { connectionChannel } from '../domain/channels.ts';
import { channelPk } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table } from '../table/table.ts';
import type { EndedConnections } from './ended-connections.ts';

/** Who listens to a channel. */
export interface Subscriber {
  readonly connectionId: string;
  readonly userId: string;
}

/** Whether the time of a connection, or of its place in a channel, is over: it hears nothing and is told nothing from then on. */
export const isOver = ({ endsAt }: { readonly endsAt?: unknown }): boolean =>
  typeof endsAt === 'number' && endsAt <= Date.now();

const placesOf = (teamId: string, channel: string) => ({
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
  ExpressionAttributeValues: {
    ':pk': channelPk(teamId, channel),
    ':first': 'SUBSCRIBER#',
    ':last': 'SUBSCRIBER#\uffff',
  },
  ConsistentRead: true,
});

/** Reads who listens to a channel. */
export const dynamoSubscribers = (table: Table, ended: Pick<EndedConnections, 'of'>) => ({
  /**
   * One page of those who listen to a channel and are not catching up with it, without connections whose access has ended. A
   * connection alone listens to its own channel.
   */
  page: async (teamId: string, channel: string, after?: Record<string, unknown>, most?: number) => {
    const [, alone] = channel.split(connectionChannel(''));
    if (alone !== undefined) {
      return { ids: (await ended.of(teamId)).has(alone) ? [] : [alone], next: undefined };
    }
    const page = { ExclusiveStartKey: after, ...(most === undefined ? {} : { Limit: most }) };
    const [{ Items = [], LastEvaluatedKey }, over] = await Promise.all([
      table.query({ ...placesOf(teamId, channel), ...page }),
      ended.of(teamId),
    ]);
    const live = Items.filter((item) => item.catchingUp !== true && !isOver(item));
    const ids = live.map((item) => String(item.connectionId)).filter((id) => !over.has(id));
    return { ids, next: LastEvaluatedKey };
  },

  /** Every place in a channel, those of connections that are over included. */
  all: (teamId: string, channel: string): Promise<readonly Record<string, unknown>[]> =>
    allItems(table, placesOf(teamId, channel)),
});

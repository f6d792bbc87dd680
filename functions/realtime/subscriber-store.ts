import { connectionChannel } from '../domain/channels.ts';
import { channelPk } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table } from '../table/table.ts';
import type { EndedConnections } from './ended-connections.ts';

/** The subscribers of a channel. */
export interface Subscriber {
  readonly connectionId: string;
  readonly userId: string;
}

/** Whether a connection, or its subscription, has expired: it receives nothing and is not reported from then on. */
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
   * One page of a channel's subscribers that are not catching up, without connections whose access has ended. The only
   * subscriber of a connection's own channel is the connection.
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

  /** All subscribers of a channel, ended connections included. */
  all: (teamId: string, channel: string): Promise<readonly Record<string, unknown>[]> =>
    allItems(table, placesOf(teamId, channel)),
});

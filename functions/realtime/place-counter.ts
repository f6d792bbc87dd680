import { channelsOf } from '../domain/channels.ts';
import { placesKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { Connection } from './connection.ts';

/** Whether a connection could subscribe to a channel: not when it has ended, has as many as allowed, or its person has. */
export type Noted = 'noted' | 'full' | 'crowded' | 'gone';

/**
 * Subscriptions to rooms and channels that a person may have over all connections, beside the channels that each has from the
 * start.
 */
export const MOST_PLACES = 500;
/** Longer than any connection lives. */
const KEPT_SECONDS = 3 * 3600;

type Opened = Pick<Connection, 'userId' | 'credentialKind'>;

/** Those of these channels that are counted: all but the ones that such a connection has from the start. */
export const countedPlaces = (
  { userId, credentialKind }: Opened,
  channels: Iterable<string> = [],
): readonly string[] => {
  const own = new Set(channelsOf(userId, credentialKind));
  return [...channels].filter((channel) => !own.has(channel));
};

/**
 * The number of a person's subscriptions over all connections. A subscription is counted before it is added, so a fault between
 * the two leaves the count too high, and at the bound the subscriptions are counted again.
 */
export const dynamoPlaceCounter = (
  table: Table,
  recount: (userId: string) => Promise<readonly Connection[]>,
  most = MOST_PLACES,
) => {
  const countOne = async (userId: string): Promise<boolean> =>
    (await table.update({
      Key: placesKey(userId),
      UpdateExpression: 'ADD places :one SET #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(places) OR places < :most',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ...{ ':one': 1, ':most': most },
        ':ttl': Math.floor(Date.now() / 1000) + KEPT_SECONDS,
      },
    })) !== undefined;

  const correct = async (userId: string): Promise<void> => {
    const seen = (await table.get(placesKey(userId)))?.places;
    if (seen === undefined) return;
    const open = await recount(userId);
    const places = open.flatMap((connection) => countedPlaces(connection, connection.channels)).length;
    await table.update({
      Key: placesKey(userId),
      UpdateExpression: 'SET places = :places',
      ConditionExpression: 'places = :seen',
      ExpressionAttributeValues: { ':places': places, ':seen': seen },
    });
  };

  return {
    /** False when the person has as many places as they may. */
    count: async (userId: string): Promise<boolean> => {
      if (await countOne(userId)) return true;
      await correct(userId);
      return countOne(userId);
    },
    discount: async (userId: string, places: number): Promise<void> => {
      if (places === 0) return;
      await table.update({
        Key: placesKey(userId),
        UpdateExpression: 'ADD places :less',
        ConditionExpression: 'places >= :places',
        ExpressionAttributeValues: { ':less': -places, ':places': places },
      });
    },
  };
};

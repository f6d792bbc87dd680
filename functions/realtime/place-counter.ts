import { channelsOf } from '../domain/channels.ts';
import { placesKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { Connection } from './connection.ts';

/** Whether a connection could take a channel in: not when it is over, hears as many as it may, or its person has too many places. */
export type Noted = 'noted' | 'full' | 'crowded' | 'gone';

/** Places in rooms and channels that a person may have over all connections, beside the channels that each hears from the start. */
export const MOST_PLACES = 500;
/** Longer than any connection lives. */
const KEPT_SECONDS = 3 * 3600;

type Opened = Pick<Connection, 'userId' | 'credentialKind'>;

/** Those of these channels that count as places: all but the ones that such a connection hears from the start. */
export const countedPlaces = (
  { userId, credentialKind }: Opened,
  channels: Iterable<string> = [],
): readonly string[] => {
  const own = new Set(channelsOf(userId, credentialKind));
  return [...channels].filter((channel) => !own.has(channel));
};

/**
 * How many places in channels the connections of a person have together. A place is counted before it is taken, so a fault
 * between the two leaves the count too high, and a person who reaches the bound is counted anew.
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

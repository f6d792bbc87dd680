import { channelsOf } from '../domain/channels.ts';
import { boundFor, type CountedFor } from '../domain/counted-for.ts';
import { countOnce } from '../table/count-once.ts';
import { placesKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import type { Connection } from './connection.ts';

/** Whether a connection could subscribe to a channel: not when it has ended, has as many as allowed, or its person has. */
export type Noted = 'noted' | 'full' | 'crowded' | 'gone';

/** Places in rooms and channels that a person may have over all connections, and their keys half as many, beside the channels that each hears from the start. */
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
  recount: (id: string) => Promise<readonly Connection[]>,
  most = MOST_PLACES,
) => {
  const countOne = async (holder: CountedFor): Promise<boolean> =>
    (await countOnce(table, {
      Key: placesKey(holder.id),
      attribute: 'places',
      by: 1,
      set: { ttl: Math.floor(Date.now() / 1000) + KEPT_SECONDS },
      when: 'attribute_not_exists(#count) OR #count < :most',
      values: { ':most': boundFor(holder, most) },
    })) !== undefined;

  const correct = async (id: string): Promise<void> => {
    const seen = (await table.get(placesKey(id)))?.places;
    if (seen === undefined) return;
    const open = await recount(id);
    const places = open.flatMap((connection) => countedPlaces(connection, connection.channels)).length;
    await table.update({
      Key: placesKey(id),
      UpdateExpression: 'SET places = :places',
      ConditionExpression: 'places = :seen',
      ExpressionAttributeValues: { ':places': places, ':seen': seen },
    });
  };

  return {
    /** False when the person, or the keys of one, have as many places as they may. */
    count: async (holder: CountedFor): Promise<boolean> => {
      if (await countOne(holder)) return true;
      await correct(holder.id);
      return countOne(holder);
    },
    discount: async ({ id }: CountedFor, places: number): Promise<void> => {
      if (places === 0) return;
      await countOnce(table, {
        Key: placesKey(id),
        attribute: 'places',
        by: -places,
        when: '#count >= :places',
        values: { ':places': places },
      });
    },
  };
};

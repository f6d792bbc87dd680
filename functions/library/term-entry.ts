import type { OrderBy } from '../domain/ports.ts';
import { LIST_ORDERS, type RankedPlace } from './rank-buckets.ts';

/** The values of an entry for each order. The id that completes a sort key is at the end of the entry's own key. */
const VALUES = { createdAt: 'created', filename: 'named', fileSize: 'sized' } as const satisfies Record<
  OrderBy,
  string
>;

/** A record under one of its terms. A search may count a thousand of these, so each byte is read a thousand times. */
export const termEntry = (place: RankedPlace, mediaId: string, isOfName: boolean) => {
  const placeIn = (orderBy: OrderBy): string => place[LIST_ORDERS[orderBy].order].slice(0, -`#${mediaId}`.length);
  return {
    kind: place.kind,
    [VALUES.createdAt]: placeIn('createdAt'),
    [VALUES.filename]: placeIn('filename'),
    [VALUES.fileSize]: placeIn('fileSize'),
    ...(isOfName ? {} : { beside: true }),
  };
};

/** The parameters of a query that reads entries for one order. */
export const entryFields = (orderBy: OrderBy) => ({
  ProjectionExpression: 'sk, #kind, #value, beside',
  ExpressionAttributeNames: { '#kind': 'kind', '#value': VALUES[orderBy] },
});

/** The position of an entry's record in an order, as in the lists. */
export const entrySortKey = (entry: Readonly<Record<string, unknown>>, orderBy: OrderBy, mediaId: string): string =>
  `${entry[VALUES[orderBy]]}#${mediaId}`;

import { type CountedFor, countedFor } from '../domain/counted-for.ts';
import { subscriberKey } from '../table/keys.ts';
import type { Connection } from './connection.ts';

/** API Gateway closes a connection after two hours. The `ttl` of its items removes what is left an hour later. */
const KEPT_SECONDS = 3 * 3600;

/** When the items of a connection expire, in seconds since 1970. */
export const keptUntil = (): number => Math.floor(Date.now() / 1000) + KEPT_SECONDS;

/** For whom a connection and its places are counted. */
export const holderOf = ({ userId, credentialKind }: Pick<Connection, 'userId' | 'credentialKind'>): CountedFor =>
  countedFor(userId, { kind: credentialKind });

/** The connection in an item. */
export const connectionOf = (item: Record<string, unknown>): Connection => {
  const { id, teamId, userId, connectedAt, scopes, endsAt } = item as unknown as Connection;
  const { credentialId, credentialKind, guest, address } = item as unknown as Connection;
  const channels = [...((item.channels as Set<string> | undefined) ?? [])];
  const by = { credentialId, credentialKind, guest, address };
  return { id, teamId, userId, connectedAt, scopes, ...by, endsAt, channels };
};

/** The item by which a channel knows that the connection listens to it. */
export const placeOf = ({ id, teamId, userId, endsAt }: Omit<Connection, 'channels'>, channel: string) => ({
  ...subscriberKey(teamId, channel, id),
  connectionId: id,
  userId,
  endsAt,
  ttl: keptUntil(),
});

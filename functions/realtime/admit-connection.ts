import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Connection } from './connection.ts';
import { type ConnectionStore, HANDSHAKE_MILLISECONDS } from './connection-store.ts';

export interface AdmitConnectionDeps {
  readonly connections: Pick<ConnectionStore, 'count' | 'recount'>;
  /** Forgets those of these connections that are not there any more, though no `$disconnect` reported their end. */
  readonly forgetLost: (connections: readonly Connection[]) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Counts a connection that was opened among those of its person; throws `RATE_LIMITED` when they have as many as they may.
 * The count is exact however many come at once. `$disconnect` is not sure to come: before a person is refused, those of
 * their connections that are gone are looked for and counted no more.
 */
export const admitConnection = async (
  connection: Pick<Connection, 'id' | 'userId'>,
  most: number,
  { connections, forgetLost, clock }: AdmitConnectionDeps,
): Promise<void> => {
  if (await connections.count(connection, most)) return;
  const opened = clock().getTime() - HANDSHAKE_MILLISECONDS;
  // A younger one may be opening, and is not there for the gateway before it has.
  const known = await connections.recount(connection.userId);
  await forgetLost(known.filter(({ connectedAt }) => Date.parse(connectedAt) < opened));
  if (await connections.count(connection, most)) return;
  throw new MediaError('RATE_LIMITED', `At most ${most} connections may be open at once`, { retryAfter: 60 });
};

import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Connection } from './connection.ts';
import { type ConnectionStore, HANDSHAKE_MILLISECONDS } from './connection-store.ts';

export interface AdmitConnectionDeps {
  readonly connections: Pick<ConnectionStore, 'count' | 'recount'>;
  /** Deletes those of these connections that are closed, though no `$disconnect` reported their end. */
  readonly forgetLost: (connections: readonly Connection[]) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Counts an opened connection for its person; throws `RATE_LIMITED` when they have as many as allowed. The count is exact under
 * any concurrency. `$disconnect` may not arrive: before a person is refused, their closed connections are searched for and no
 * longer counted.
 */
export const admitConnection = async (
  connection: Pick<Connection, 'id' | 'userId'>,
  most: number,
  { connections, forgetLost, clock }: AdmitConnectionDeps,
): Promise<void> => {
  if (await connections.count(connection, most)) return;
  const opened = clock().getTime() - HANDSHAKE_MILLISECONDS;
  // A younger one may still be opening, and the gateway does not know it before that.
  const known = await connections.recount(connection.userId);
  await forgetLost(known.filter(({ connectedAt }) => Date.parse(connectedAt) < opened));
  if (await connections.count(connection, most)) return;
  throw new MediaError('RATE_LIMITED', `At most ${most} connections may be open at once`, { retryAfter: 60 });
};

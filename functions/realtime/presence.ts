import { shownChannel } from '../domain/channels.ts';
import type { Clock } from '../domain/ports.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStore, Forgotten } from './connection-store.ts';
import type { Sender } from './send.ts';
import { type SendToAllDeps, sendToAll } from './send-to-all.ts';

export interface PresenceDeps extends SendToAllDeps {
  readonly connections: Pick<ConnectionStore, 'subscribers' | 'forgetGone' | 'forget'>;
  readonly sender: Sender;
  readonly clock: Clock;
}

/** A connection may have been in as many rooms as it may have subscriptions. */
const ROOMS_AT_ONCE = 16;

/**
 * Informs the members of a room who joined or left. Presence is not in the log: a client that reconnects asks for the present
 * members (`room.members`), and does not need the former ones.
 */
export const broadcastPresence = async (
  presence: 'joined' | 'left',
  { id, teamId, userId }: Pick<Connection, 'id' | 'teamId' | 'userId'>,
  channel: string,
  deps: PresenceDeps,
): Promise<void> => {
  const at = deps.clock().toISOString();
  const message = {
    type: 'presence',
    channel: shownChannel(channel),
    event: presence,
    user: userId,
    connection: id,
    at,
  };
  let after: Record<string, unknown> | undefined;
  do {
    const page = await deps.connections.subscribers(teamId, channel, after);
    const others = page.ids.filter((other) => other !== id);
    await sendToAll({ teamId, channel, ids: others, messages: [message] }, deps);
    after = page.next;
  } while (after);
};

/** Informs the rooms of a connection that it is gone. */
export const broadcastLeft = async (forgotten: Forgotten, deps: PresenceDeps): Promise<void> => {
  if (!forgotten) return;
  await forEachConcurrently(ROOMS_AT_ONCE, forgotten.rooms, (room) =>
    broadcastPresence('left', forgotten.connection, room, deps),
  );
};

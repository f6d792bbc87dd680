import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import type { Connection } from './connection.ts';
import { broadcastLeft, type PresenceDeps } from './presence.ts';
import type { LookingSender } from './send.ts';

const CONCURRENCY = 16;

/** Deletes those of these connections that are not open any more. */
export const forgetLost = async (
  connections: readonly Connection[],
  deps: PresenceDeps & { readonly sender: LookingSender },
): Promise<void> => {
  await forEachConcurrently(CONCURRENCY, connections, async ({ id }) => {
    if (await deps.sender.isOpen(id)) return;
    await broadcastLeft(await deps.connections.forget(id), deps);
  });
};

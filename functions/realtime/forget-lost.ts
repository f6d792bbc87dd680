import { inLanes } from '../shared/in-lanes.ts';
import type { Connection } from './connection-store.ts';
import { type PresenceDeps, tellGone } from './presence.ts';
import type { LookingSender } from './send.ts';

const LANES = 16;

/** Forgets those of these connections that are not open any more. */
export const forgetLost = async (
  connections: readonly Connection[],
  deps: PresenceDeps & { readonly sender: LookingSender },
): Promise<void> => {
  await inLanes(LANES, connections, async ({ id }) => {
    if (await deps.sender.isOpen(id)) return;
    await tellGone(await deps.connections.forget(id), deps);
  });
};

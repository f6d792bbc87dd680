import type { Clock } from '../domain/ports.ts';
import type { ConnectionStore, Forgotten } from '../stores/connection-store.ts';
import type { Sender } from './send.ts';

export interface SendToAllDeps {
  readonly connections: Pick<ConnectionStore, 'forgetGone' | 'forget'>;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly reportFailure: (connectionId: string, error: unknown) => void;
  /** Called for each connection that was forgotten on the way. */
  readonly onForgotten?: ((forgotten: Forgotten) => Promise<void>) | undefined;
}

export interface Sending {
  readonly teamId: string;
  readonly channel: string;
  readonly ids: readonly string[];
  readonly messages: readonly unknown[];
}

/** Connections that are sent to side by side: a slow one holds up one lane, and that for three seconds at most. */
const LANES = 64;

/**
 * Sends messages to connections, to each of them in order. What goes wrong with one does not concern the others: one that
 * is gone is forgotten, and one that does not take its messages is closed, so that its client comes back and resumes.
 */
export const sendToAll = async ({ teamId, channel, ids, messages }: Sending, deps: SendToAllDeps): Promise<void> => {
  const texts = messages.map((message) => JSON.stringify(message));
  const forgotten: Forgotten[] = [];
  const queue = ids.values();
  const lane = async (): Promise<void> => {
    for (const id of queue) {
      try {
        if (!(await inOrder(id, texts, deps.sender))) {
          forgotten.push(await deps.connections.forgetGone({ id, teamId, channel }, deps.clock()));
        }
      } catch (error) {
        deps.reportFailure(id, error);
        forgotten.push(await drop(id, deps));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, ids.length) }, lane));
  for (const each of forgotten) if (each) await deps.onForgotten?.(each);
};

/** False when the connection is gone. */
export const inOrder = async (id: string, texts: readonly unknown[], sender: Sender): Promise<boolean> => {
  for (const text of texts) if (!(await sender.send(id, text))) return false;
  return true;
};

const drop = async (id: string, { sender, connections, reportFailure }: SendToAllDeps): Promise<Forgotten> => {
  try {
    await sender.close(id);
    return await connections.forget(id);
  } catch (error) {
    reportFailure(id, error);
    return undefined;
  }
};

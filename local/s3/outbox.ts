import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { transaction } from './database.ts';

/** Delivers one message; the row is removed only after the promise resolved. */
export type Notify = (queueArn: string, body: string) => Promise<void>;

/** Messages that were committed with the change that they report, and are delivered at least once. */
export interface Outbox {
  /** Adds a message inside the caller's transaction. */
  add(queueArn: string, body: string): void;
  /** Starts delivering the committed messages. */
  wake(): void;
  /** Resolves when nothing is waiting or running. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

const MAX_IN_FLIGHT = 32;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
/** Forgetting waits a little, so that many delivered rows cost one commit. A crash in between only delivers twice. */
const FORGET_AFTER_MS = 50;

/** Opens the outbox; rows of an earlier run are delivered at the first `wake`. */
export function openOutbox(database: DatabaseSync, notify: Notify): Outbox {
  const insert = database.prepare('INSERT INTO outbox (queue, body) VALUES (?, ?)');
  const next = database.prepare('SELECT id, queue, body FROM outbox WHERE id > ? ORDER BY id LIMIT ?');
  const remove = database.prepare('DELETE FROM outbox WHERE id = ?');
  const stopping = new AbortController();
  const deliveries = new Set<Promise<void>>();
  const delivered: number[] = [];
  let forgetting: NodeJS.Timeout | undefined;
  let taken = 0;

  const forget = (): void => {
    clearTimeout(forgetting);
    forgetting = undefined;
    const ids = [...delivered];
    if (ids.length === 0) return;
    try {
      transaction(database, () => {
        for (const id of ids) remove.run(id);
      });
      delivered.splice(0, ids.length);
    } catch {
      // A full disk, or another program that reads the file: the rows stay, and at worst they are delivered again.
      if (!stopping.signal.aborted) forgetting = setTimeout(forget, FIRST_RETRY_MS);
    }
  };

  const deliver = async (id: number, queueArn: string, body: string): Promise<void> => {
    for (let pause = FIRST_RETRY_MS; !stopping.signal.aborted; pause = Math.min(pause * 2, LAST_RETRY_MS)) {
      try {
        await notify(queueArn, body);
        delivered.push(id);
        forgetting ??= setTimeout(forget, FORGET_AFTER_MS);
        return;
      } catch {
        await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const wake = (): void => {
    if (stopping.signal.aborted || deliveries.size >= MAX_IN_FLIGHT) return;
    for (const row of next.all(taken, MAX_IN_FLIGHT - deliveries.size)) {
      taken = Number(row.id);
      const delivery = deliver(taken, String(row.queue), String(row.body)).finally(() => {
        deliveries.delete(delivery);
        wake();
      });
      deliveries.add(delivery);
    }
  };

  return {
    add(queueArn, body) {
      insert.run(queueArn, body);
    },
    wake,
    async drained() {
      while (deliveries.size > 0) await Promise.race(deliveries);
    },
    async stop() {
      stopping.abort();
      // A queue that hangs must not keep the process; its row stays and is delivered at the next start.
      if (deliveries.size > 0) await Promise.race([Promise.allSettled(deliveries), sleep(500)]);
      forget();
    },
  };
}

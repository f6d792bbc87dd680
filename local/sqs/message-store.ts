import { DatabaseSync } from 'node:sqlite';

/** A message as the store keeps it. Times are milliseconds of the epoch. */
export interface StoredMessage {
  readonly id: number;
  readonly messageId: string;
  readonly body: string;
  /** JSON of the message attributes. */
  readonly attributes: string;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly receives: number;
}

/** What a queue holds at a moment. */
export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** Messages in one SQLite file. Every method is synchronous and meant to run inside a `transact`. */
export interface MessageStore {
  /** Runs the work in one transaction; `durable` waits for the disk. */
  transact(durable: boolean, work: () => void): void;
  add(queue: string, messageId: string, body: string, attributes: string, sentAt: number, visibleAt: number): void;
  /** Takes up to `limit` visible messages and hides them until `hiddenUntil` under one receipt each. */
  take(queue: string, limit: number, now: number, hiddenUntil: number, receipt: () => string): readonly Taken[];
  remove(queue: string, receipt: string): boolean;
  hide(queue: string, receipt: string, until: number): boolean;
  /** Moves messages that were received `maxReceives` times and are visible again to another queue. */
  redrive(queue: string, to: string, maxReceives: number, now: number): number;
  expire(queue: string, sentBefore: number): void;
  purge(queue: string): void;
  counts(queue: string, now: number): Counts;
  /** When the next hidden message of the queue becomes visible. */
  nextVisibleAt(queue: string, now: number): number | undefined;
  close(): void;
}

/** A message just taken, with the receipt that deletes it. */
export interface Taken extends StoredMessage {
  readonly receipt: string;
}

/** Opens the store. In-flight messages of a former run are visible at once: nobody works on them any more. */
export const openMessageStore = (file: string): MessageStore => {
  const database = new DatabaseSync(file, { timeout: 2_000 });
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, messageId TEXT NOT NULL, body TEXT NOT NULL,
      attributes TEXT NOT NULL, sentAt INTEGER NOT NULL, visibleAt INTEGER NOT NULL, firstReceivedAt INTEGER NOT NULL DEFAULT 0,
      receives INTEGER NOT NULL DEFAULT 0, receipt TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visibleAt, id);
    CREATE INDEX IF NOT EXISTS messages_by_receipt ON messages (receipt) WHERE receipt IS NOT NULL;
    UPDATE messages SET visibleAt = 0, receipt = NULL WHERE receipt IS NOT NULL;
  `);
  const insert = database.prepare(
    'INSERT INTO messages (queue, messageId, body, attributes, sentAt, visibleAt) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare(
    'SELECT id, messageId, body, attributes, sentAt, firstReceivedAt, receives FROM messages WHERE queue = ? AND visibleAt <= ? ORDER BY visibleAt, id LIMIT ?',
  );
  const claim = database.prepare(
    'UPDATE messages SET visibleAt = ?, receipt = ?, receives = receives + 1, firstReceivedAt = ? WHERE id = ?',
  );
  const remove = database.prepare('DELETE FROM messages WHERE receipt = ? AND queue = ?');
  const hide = database.prepare('UPDATE messages SET visibleAt = ? WHERE receipt = ? AND queue = ?');
  const redrive = database.prepare(
    'UPDATE messages SET queue = ?, receives = 0, receipt = NULL WHERE queue = ? AND receives >= ? AND visibleAt <= ?',
  );
  const expire = database.prepare('DELETE FROM messages WHERE queue = ? AND sentAt < ?');
  const purge = database.prepare('DELETE FROM messages WHERE queue = ?');
  const counts = database.prepare(
    `SELECT COALESCE(SUM(visibleAt <= :now), 0) AS visible, COALESCE(SUM(visibleAt > :now AND receipt IS NOT NULL), 0) AS inFlight,
       COALESCE(SUM(visibleAt > :now AND receipt IS NULL), 0) AS delayed FROM messages WHERE queue = :queue`,
  );
  const next = database.prepare('SELECT MIN(visibleAt) AS at FROM messages WHERE queue = ? AND visibleAt > ?');

  return {
    transact: (durable, work) => {
      // A lost receive or deletion is a second delivery, which every consumer bears; a lost message nobody can bear.
      database.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
      database.exec('BEGIN IMMEDIATE');
      try {
        work();
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    add: (...message) => void insert.run(...message),
    take: (queue, limit, now, hiddenUntil, receipt) =>
      (select.all(queue, now, limit) as unknown as StoredMessage[]).map((message) => {
        const taken = {
          ...message,
          receipt: receipt(),
          receives: message.receives + 1,
          firstReceivedAt: message.firstReceivedAt || now,
        };
        claim.run(hiddenUntil, taken.receipt, taken.firstReceivedAt, message.id);
        return taken;
      }),
    remove: (queue, receipt) => remove.run(receipt, queue).changes > 0,
    hide: (queue, receipt, until) => hide.run(until, receipt, queue).changes > 0,
    redrive: (queue, to, maxReceives, now) => Number(redrive.run(to, queue, maxReceives, now).changes),
    expire: (queue, sentBefore) => void expire.run(queue, sentBefore),
    purge: (queue) => void purge.run(queue),
    counts: (queue, now) => counts.get({ queue, now }) as unknown as Counts,
    nextVisibleAt: (queue, now) => (next.get(queue, now) as { at: number | null }).at ?? undefined,
    close: () => database.close(),
  };
};

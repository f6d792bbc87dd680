import type { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '../sqlite.ts';

/** A message in the store. Times are milliseconds of the epoch. */
export interface StoredMessage {
  readonly id: number;
  readonly messageId: string;
  readonly body: string;
  /** JSON of the message attributes. */
  readonly attributes: string;
  /** The message group; null when its sender named none. */
  readonly groupId: string | null;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly receives: number;
}

/** The counts of a queue at a moment. */
export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** The stored fields of a sent message. */
export interface NewMessage extends Pick<StoredMessage, 'messageId' | 'body' | 'attributes' | 'groupId' | 'sentAt'> {
  readonly visibleAt: number;
}

/** Messages in one SQLite file. Every method is synchronous and meant to run inside a `transact`. */
export interface MessageStore {
  /** Runs the work in one transaction; `durable` waits for the disk. */
  transact(durable: boolean, work: () => void): void;
  add(queue: string, message: NewMessage): void;
  /** The id of the message that was sent to the queue under this deduplication id since then. */
  sentBefore(queue: string, deduplicationId: string, since: number): string | undefined;
  noteSent(queue: string, deduplicationId: string, message: Pick<NewMessage, 'messageId' | 'sentAt'>): void;
  /** Takes visible messages and hides them under one receipt each. */
  take(queue: string, options: TakeOptions): readonly Taken[];
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

/** How to take messages. Times are milliseconds of the epoch. */
export interface TakeOptions {
  readonly limit: number;
  readonly now: number;
  readonly hiddenUntil: number;
  readonly receipt: () => string;
  /** One batch of a group at a time, in the order of sending. */
  readonly inOrder: boolean;
}

/** A received message, with the receipt that deletes it. */
export interface Taken extends StoredMessage {
  readonly receipt: string;
}

const BUSY =
  'SELECT groupId, COUNT(*) AS inFlight FROM messages WHERE queue = :queue AND visibleAt > :now AND receipt IS NOT NULL AND groupId IS NOT NULL GROUP BY groupId';
const COLUMNS = 'id, messageId, body, attributes, m.groupId AS groupId, sentAt, firstReceivedAt, receives';
/**
 * A fair queue: messages of groups that have fewer in flight come first. AWS looks at shares of a larger whole (a tenth of the
 * messages in flight and thirty of them, or a tenth of the time of processing), which a laptop has no numbers for.
 */
const FAIR = `WITH busy AS (${BUSY}) SELECT ${COLUMNS} FROM messages m LEFT JOIN busy ON busy.groupId = m.groupId
  WHERE queue = :queue AND visibleAt <= :now ORDER BY COALESCE(inFlight, 0), visibleAt, id LIMIT :limit`;
/** A FIFO queue: messages behind one in flight, of the same group, wait for it. */
const IN_ORDER = `WITH busy AS (${BUSY}) SELECT ${COLUMNS} FROM messages m
  WHERE queue = :queue AND visibleAt <= :now AND m.groupId NOT IN (SELECT groupId FROM busy) ORDER BY id LIMIT :limit`;

/** Adds the column of groups to a file of before there were any. */
const addGroups = (database: DatabaseSync): void => {
  const columns = database.prepare("SELECT name FROM pragma_table_info('messages')").all();
  if (!columns.some(({ name }) => name === 'groupId')) database.exec('ALTER TABLE messages ADD COLUMN groupId TEXT');
};

/** Opens the file with its tables; messages that were in flight when it was closed are visible. */
const openDatabase = (file: string): DatabaseSync => {
  const database = openSqlite(file, {
    schema: `
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, messageId TEXT NOT NULL, body TEXT NOT NULL,
      attributes TEXT NOT NULL, sentAt INTEGER NOT NULL, visibleAt INTEGER NOT NULL, firstReceivedAt INTEGER NOT NULL DEFAULT 0,
      receives INTEGER NOT NULL DEFAULT 0, receipt TEXT, groupId TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS deduplications (
      queue TEXT NOT NULL, id TEXT NOT NULL, messageId TEXT NOT NULL, sentAt INTEGER NOT NULL, PRIMARY KEY (queue, id)) STRICT;
    CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visibleAt, id);
    CREATE INDEX IF NOT EXISTS messages_by_receipt ON messages (receipt) WHERE receipt IS NOT NULL;
    UPDATE messages SET visibleAt = 0, receipt = NULL WHERE receipt IS NOT NULL;
  `,
    wayBack: 'Remove it: what was under way is lost, and the sweep finds the uploads that wait.',
    timeout: 2_000,
  });
  addGroups(database);
  return database;
};

/** What was sent lately under which deduplication id. */
const openDeduplications = (database: DatabaseSync): Pick<MessageStore, 'sentBefore' | 'noteSent'> => {
  const find = database.prepare('SELECT messageId FROM deduplications WHERE queue = ? AND id = ? AND sentAt >= ?');
  const note = database.prepare('INSERT OR REPLACE INTO deduplications VALUES (?, ?, ?, ?)');
  const forget = database.prepare('DELETE FROM deduplications WHERE queue = ? AND sentAt < ?');
  return {
    sentBefore: (queue, id, since) => {
      forget.run(queue, since);
      return find.get(queue, id, since)?.messageId as string | undefined;
    },
    noteSent: (queue, id, { messageId, sentAt }) => void note.run(queue, id, messageId, sentAt),
  };
};

/** Deliveries: a message is taken under a receipt, which hides it longer or removes it. */
const openDeliveries = (database: DatabaseSync): Pick<MessageStore, 'take' | 'remove' | 'hide'> => {
  const selectFair = database.prepare(FAIR);
  const selectInOrder = database.prepare(IN_ORDER);
  const claim = database.prepare(
    'UPDATE messages SET visibleAt = ?, receipt = ?, receives = receives + 1, firstReceivedAt = ? WHERE id = ?',
  );
  const remove = database.prepare('DELETE FROM messages WHERE receipt = ? AND queue = ?');
  const hide = database.prepare('UPDATE messages SET visibleAt = ? WHERE receipt = ? AND queue = ?');

  return {
    take: (queue, { limit, now, hiddenUntil, receipt, inOrder }) =>
      ((inOrder ? selectInOrder : selectFair).all({ queue, now, limit }) as unknown as StoredMessage[]).map(
        (message) => {
          const taken = {
            ...message,
            receipt: receipt(),
            receives: message.receives + 1,
            firstReceivedAt: message.firstReceivedAt || now,
          };
          claim.run(hiddenUntil, taken.receipt, taken.firstReceivedAt, message.id);
          return taken;
        },
      ),
    remove: (queue, receipt) => remove.run(receipt, queue).changes > 0,
    hide: (queue, receipt, until) => hide.run(until, receipt, queue).changes > 0,
  };
};

/** Messages as a whole queue sees them: which leave it, how many there are, and when the next can be received. */
const openUpkeep = (
  database: DatabaseSync,
): Pick<MessageStore, 'redrive' | 'expire' | 'purge' | 'counts' | 'nextVisibleAt'> => {
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
    redrive: (queue, to, maxReceives, now) => Number(redrive.run(to, queue, maxReceives, now).changes),
    expire: (queue, sentBefore) => void expire.run(queue, sentBefore),
    purge: (queue) => void purge.run(queue),
    counts: (queue, now) => counts.get({ queue, now }) as unknown as Counts,
    nextVisibleAt: (queue, now) => (next.get(queue, now) as { at: number | null }).at ?? undefined,
  };
};

/** Runs work in a transaction of its own. */
const transact = (database: DatabaseSync, durable: boolean, work: () => void): void => {
  // A lost receive or deletion causes a second delivery, which every consumer tolerates; no consumer tolerates a lost
  // message.
  database.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
};

/** Opens the store. In-flight messages of a former run are visible at once: no consumer works on them any more. */
export const openMessageStore = (file: string): MessageStore => {
  const database = openDatabase(file);
  const insert = database.prepare(
    'INSERT INTO messages (queue, messageId, body, attributes, groupId, sentAt, visibleAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    ...openDeduplications(database),
    ...openDeliveries(database),
    ...openUpkeep(database),
    transact: (durable, work) => transact(database, durable, work),
    add: (queue, { messageId, body, attributes, groupId, sentAt, visibleAt }) =>
      void insert.run(queue, messageId, body, attributes, groupId, sentAt, visibleAt),
    close: () => database.close(),
  };
};

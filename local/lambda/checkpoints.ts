import { openSqlite } from '../sqlite.ts';

/** The progress of each stream consumer. */
export interface Checkpoints {
  get(consumer: string): bigint | undefined;
  set(consumer: string, sequence: bigint): void;
  close(): void;
}

/**
 * Stores the checkpoints in a SQLite file. A lost checkpoint causes a second delivery, never a missed one, so writes do not
 * wait for the disk.
 */
export const openCheckpoints = (file: string): Checkpoints => {
  const database = openSqlite(file, {
    schema:
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE IF NOT EXISTS checkpoints (consumer TEXT PRIMARY KEY, sequence TEXT NOT NULL) STRICT',
    wayBack: 'Remove it: the changes of the last day are delivered a second time, which changes nothing.',
    timeout: 2_000,
  });
  const select = database.prepare('SELECT sequence FROM checkpoints WHERE consumer = ?');
  const upsert = database.prepare(
    'INSERT INTO checkpoints VALUES (?, ?) ON CONFLICT (consumer) DO UPDATE SET sequence = excluded.sequence',
  );
  return {
    get: (consumer) => {
      const row = select.get(consumer) as { sequence: string } | undefined;
      return row && BigInt(row.sequence);
    },
    set: (consumer, sequence) => void upsert.run(consumer, String(sequence)),
    close: () => database.close(),
  };
};

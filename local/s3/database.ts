import type { DatabaseSync } from 'node:sqlite';
import { FROM_A_COPY, openSqlite } from '../sqlite.ts';

/*
 * objects   one row per visible object; the row is the object, so committing it is the switch
 * tags      what objects are tagged with; a row is of one writing of an object, which its time tells
 * uploads   multipart uploads under way, parts beside them
 * completed what a finished upload answered, because S3 answers a repeated completion alike
 * outbox    notifications of committed changes that the queue has not taken yet
 * sequence  the counter behind the sequencers of events
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS objects (
  bucket TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL,
  headers TEXT NOT NULL, checksum TEXT, segments TEXT NOT NULL, PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tags (
  bucket TEXT NOT NULL, key TEXT NOT NULL, modified INTEGER NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, created INTEGER NOT NULL,
  headers TEXT NOT NULL, algorithm TEXT, type TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uploads_by_key ON uploads (bucket, key, id);
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE, number INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL,
  etag TEXT NOT NULL, checksum TEXT, modified INTEGER NOT NULL, PRIMARY KEY (upload, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS completed (
  upload TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, etag TEXT NOT NULL, checksum TEXT, at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sequence (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), value INTEGER NOT NULL);
INSERT OR IGNORE INTO sequence VALUES (1, 1);
`;

/** Opens the metadata; with `durable: false` a commit does not wait for the disk. */
export function openDatabase(path: string, durable: boolean): DatabaseSync {
  const settings = `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durable ? 'FULL' : 'OFF'}; PRAGMA foreign_keys = ON;`;
  return openSqlite(path, { schema: `${settings}${SCHEMA}`, wayBack: FROM_A_COPY });
}

/** Runs the work in one transaction: all of it happens, or none. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

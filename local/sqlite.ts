import { DatabaseSync } from 'node:sqlite';

/** A file of the data folder that cannot be used. The message names it, and the way back. */
export class DamagedFile extends Error {}

/** The way back from damage of a file whose content is nowhere else. */
export const FROM_A_COPY = 'Put back a copy of the data folder, or start with another one (--data).';

/** How a SQLite file is opened. */
export interface SqliteOptions {
  /** Runs first: settings and tables. */
  readonly schema: string;
  /** What a person can do when the file is damaged. */
  readonly wayBack: string;
  /** How long a call waits while another program writes. */
  readonly timeout?: number;
}

/** The primary result codes of SQLite that say that a file is damaged. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** Opens a SQLite file, or makes it. A file that is damaged, or no database at all, is named. */
export const openSqlite = (file: string, { schema, wayBack, timeout = 0 }: SqliteOptions): DatabaseSync => {
  const database = new DatabaseSync(file, { timeout });
  try {
    database.exec(schema);
    return database;
  } catch (error) {
    database.close();
    throw isDamage(error) ? new DamagedFile(`${file} is damaged, or no database: ${error.message}. ${wayBack}`) : error;
  }
};

const isDamage = (error: unknown): error is { readonly message: string } => {
  const code = Number((error as { readonly errcode?: unknown } | undefined)?.errcode) & 0xff;
  return code === CORRUPT || code === NOT_A_DATABASE;
};

import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedFile, FROM_A_COPY } from './sqlite.ts';

const HEADER = 'SQLite format 3\0';

/**
 * Throws `DamagedFile` when a folder that was in use lacks a part that nothing else has: a boot would make an empty one in its
 * place, and the other parts would refer to what is lost. With `ownTable` the table is one of its parts.
 */
export const expectParts = (folder: string, { ownTable }: { readonly ownTable: boolean }): void => {
  const table = join(folder, 'dynamodb.sqlite');
  if (ownTable) expectDatabase(table);
  if (!wasInUse(folder)) return;
  const parts = [
    ...(ownTable ? [[table, 'the records']] : []),
    [join(folder, 's3', 's3.sqlite'), 'the list of the stored files'],
    [join(folder, 'secrets.json'), 'the secret that logins are signed with'],
  ] as const;
  for (const [file, content] of parts) {
    if (!existsSync(file)) throw new DamagedFile(`${file} is gone, and with it ${content}. ${FROM_A_COPY}`);
  }
};

/** The owner's key is the last that a first boot writes. */
const wasInUse = (folder: string): boolean => {
  try {
    return 'apiKey' in JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'));
  } catch {
    return false;
  }
};

/** The engine opens its file without a word about a damaged beginning. An empty file is a new database. */
const expectDatabase = (file: string): void => {
  if (!existsSync(file)) return;
  const bytes = Buffer.alloc(HEADER.length);
  const descriptor = openSync(file, 'r');
  try {
    const read = readSync(descriptor, bytes, 0, bytes.length, 0);
    if (read > 0 && bytes.toString('latin1') !== HEADER)
      throw new DamagedFile(`${file} is damaged, or no database. ${FROM_A_COPY}`);
  } finally {
    closeSync(descriptor);
  }
};

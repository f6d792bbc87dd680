import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

/** Which connections were opened and whose `$disconnect` has not run yet, in a file that outlives the process. */
export interface ConnectionJournal {
  /** Connections of former runs: nothing told their functions of the end. */
  readonly former: readonly string[];
  opened(connectionId: string): void;
  ended(connectionId: string): void;
  close(): void;
}

/** Opens the journal: a line for each begin (`+id`) and end (`-id`), rewritten at each start. A line may be lost with the power. */
export const openJournal = (file: string): ConnectionJournal => {
  const former = [...read(file)];
  writeFileSync(`${file}.new`, former.map((id) => `+${id}\n`).join(''), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  const descriptor = openSync(file, 'a', 0o600);
  const write = (line: string): void => void writeSync(descriptor, `${line}\n`);
  return {
    former,
    opened: (id) => write(`+${id}`),
    ended: (id) => write(`-${id}`),
    close: () => closeSync(descriptor),
  };
};

const read = (file: string): ReadonlySet<string> => {
  const open = new Set<string>();
  for (const line of readIfThere(file).split('\n')) {
    if (line.startsWith('+')) open.add(line.slice(1));
    if (line.startsWith('-')) open.delete(line.slice(1));
  }
  return open;
};

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
};

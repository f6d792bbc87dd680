import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * The tables and indexes that the engine is making. An engine that is killed meanwhile describes them as `ACTIVE` all the same,
 * and lacks what they are stored in: a start that finds one noted makes it again.
 */
export interface Unfinished {
  has(name: string): boolean;
  /** Notes the name for as long as the work runs, and longer if it does not come to its end. */
  during(name: string, work: () => Promise<unknown>): Promise<void>;
}

/** Opens the notes in `file`. A note is on the disk before its work begins. */
export const openUnfinished = (file: string): Unfinished => {
  const noted = new Set<string>(read(file));
  const save = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify([...noted]), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  };
  return {
    has: (name) => noted.has(name),
    during: async (name, work) => {
      noted.add(name);
      save();
      await work();
      noted.delete(name);
      save();
    },
  };
};

/** No notes, for an engine whose data end with it. */
export const nothingUnfinished: Unfinished = { has: () => false, during: async (_, work) => void (await work()) };

const read = (file: string): readonly string[] => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as string[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read. It lists the tables that the last start was making.`, { cause: error });
  }
};

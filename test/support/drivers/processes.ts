import { readdirSync, readFileSync } from 'node:fs';

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** State and parent of a process; undefined when there is none. */
const statOf = (pid: number): { state: string; parent: number } | undefined => {
  const stat = read(`/proc/${pid}/stat`);
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state ? { state, parent: Number(parent) } : undefined;
};

/** Whether a process runs. A zombie does not. */
export const isAlive = (pid: number): boolean => !['Z', 'X', undefined].includes(statOf(pid)?.state);

/** Whether all of the processes end. */
export const gone = async (...pids: readonly number[]): Promise<boolean> => {
  for (let attempt = 0; attempt < 150 && pids.some(isAlive); attempt++)
    await new Promise((next) => setTimeout(next, 20));
  return !pids.some(isAlive);
};

/** The descendants of a process, with their command lines. */
export const descendantsOf = (pid: number): readonly { readonly pid: number; readonly command: string }[] => {
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const found = new Set([pid]);
  // Parents may be listed after their children, so this repeats until nothing is new.
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const each of all) if (found.has(statOf(each)?.parent ?? 0)) found.add(each);
  }
  return [...found]
    .filter((each) => each !== pid)
    .map((each) => ({ pid: each, command: read(`/proc/${each}/cmdline`).replaceAll('\0', ' ') }));
};

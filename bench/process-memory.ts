import { readdirSync, readFileSync } from 'node:fs';

const MIB = 1024;

const field = (pid: number, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

/** The process and all that descend from it. */
const family = (pid: number): readonly number[] => {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(family)];
};

/** Resident memory of a process and its descendants in MiB, pages that they share counted for each. */
export const residentMebibytes = (pid: number): number =>
  family(pid).reduce((sum, each) => sum + field(each, 'VmRSS'), 0) / MIB;

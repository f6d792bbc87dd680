import { readdirSync, readFileSync } from 'node:fs';

const KIB_IN_MIB = 1024;
const NS_IN_MS = 1e6;

const field = (pid: number, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

const tasksOf = (pid: number): readonly string[] => readdirSync(`/proc/${pid}/task`);

/** The process and all that descend from it. */
const family = (pid: number): readonly number[] => {
  const children = tasksOf(pid).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(family)];
};

/** Resident memory of a process and its descendants in MiB, pages that they share counted for each. */
export const residentMebibytes = (pid: number): number =>
  family(pid).reduce((sum, each) => sum + field(each, 'VmRSS'), 0) / KIB_IN_MIB;

/** Processor time of a process and its descendants so far, by their threads. */
export const processorMilliseconds = (pid: number): number =>
  family(pid)
    .flatMap((each) => tasksOf(each).map((task) => readFileSync(`/proc/${each}/task/${task}/schedstat`, 'utf8')))
    .reduce((sum, schedstat) => sum + Number(schedstat.split(' ')[0]), 0) / NS_IN_MS;

import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from '../ports.ts';
import { type FaultPlan, type FaultRule, type FaultyService, readPlan } from './plan.ts';

/** Decides which calls go wrong. */
export interface Faults extends Service {
  /** Resolves when the next change comes to the global indexes; undefined for indexes that are never behind. */
  readonly indexLagged: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** The fault of a call, if it has one. */
  at(service: FaultyService, call: string, text: () => string): FaultRule | undefined;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** The faults of a plan, in the order in which calls come. The first rule that fits a call decides. */
export const faultsOf = ({ seed, faults }: Pick<FaultPlan, 'seed' | 'faults'>): Faults['at'] => {
  const random = seeded(seed);
  const rules = faults.map((rule) => ({ rule, seen: 0, done: 0 }));
  return (service, call, text) => {
    for (const each of rules) {
      const { rule } = each;
      if (rule.service !== service || (rule.call !== undefined && rule.call !== call)) continue;
      if (rule.about !== undefined && !text().includes(rule.about)) continue;
      each.seen += 1;
      if (each.seen <= (rule.after ?? 0) || each.done >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (random() >= (rule.share ?? 1)) continue;
      each.done += 1;
      return rule;
    }
    return undefined;
  };
};

const lagOf = ({ seed, indexLag }: FaultPlan): Faults['indexLagged'] => {
  const random = seeded(seed);
  return indexLag === 0 ? undefined : (signal) => pause(random() * indexLag, undefined, { signal, ref: false });
};

const POLL_MS = 100;

/** Faults of a file, which is read again when it changes. A changed file that is no plan is reported, and the former plan stays. */
export const openFaults = (file: string, report: (message: string) => void): Faults => {
  const plan = readPlan(readFileSync(file, 'utf8'));
  let at = faultsOf(plan);
  const reread = (): void => {
    try {
      at = faultsOf(readPlan(readFileSync(file, 'utf8')));
    } catch (error) {
      report(`${file} was not read again: ${(error as Error).message}`);
    }
  };
  watchFile(file, { interval: POLL_MS, persistent: false }, reread);
  return {
    indexLagged: lagOf(plan),
    at: (...call) => at(...call),
    stop: async () => unwatchFile(file, reread),
  };
};

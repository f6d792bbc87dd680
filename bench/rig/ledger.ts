import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Figures, type UnitsByIndex, unitsOf } from '../../bin/cost/figures.ts';
import { type OperationName, operationNames } from '../../lib/operations.ts';
import type { LedgerEntry } from '../../local/ledger/entry.ts';
import { type Runtime, startRuntime } from '../../test/support/drivers/runtime.ts';

/** A runtime whose every charge is noted. */
export interface Metered {
  readonly runtime: Runtime;
  /** Does something, waits until all that follows has ended, and answers what was noted; what the clock begins when it counts. */
  charges(work: () => Promise<unknown>, clockCounts?: boolean): Promise<Figures>;
  stop(): Promise<void>;
}

/** Work that the clock begins, whatever else goes on. */
const BY_THE_CLOCK: readonly string[] = ['sweep', 'end-expired'];
const QUIET_MS = 500;
const POLL_MS = 100;

/** Starts a runtime that writes a ledger. */
export const startMetered = async (flags: readonly string[] = []): Promise<Metered> => {
  const folder = await mkdtemp(join(tmpdir(), 'mediashelf-ledger-'));
  const file = join(folder, 'ledger.jsonl');
  const runtime = await startRuntime(['--memory', '--ledger', file, ...flags]);
  const noted: LedgerEntry[] = [];
  const handle = await open(file);
  let rest = '';
  /** Reads what was written since the last time. */
  const read = async (): Promise<number> => {
    const text = rest + (await handle.readFile('utf8'));
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    for (const line of text.slice(0, end).split('\n'))
      if (line !== '') noted.push(named(JSON.parse(line) as LedgerEntry));
    return noted.length;
  };
  const underWay = (): number =>
    noted.reduce((count, { kind }) => count + Number(kind === 'begun') - Number(kind === 'invocation'), 0);
  const settle = async (): Promise<number> => {
    let known = await read();
    for (let quiet = 0; quiet < QUIET_MS; quiet += POLL_MS) {
      await pause(POLL_MS);
      const now = await read();
      if (now !== known || underWay() > 0) quiet = 0;
      known = now;
    }
    return known;
  };
  return {
    runtime,
    charges: async (work, clockCounts = false) => {
      const before = await settle();
      await work();
      await settle();
      return sum(noted.slice(before).filter(({ by }) => clockCounts || !BY_THE_CLOCK.includes(by)));
    },
    stop: async () => {
      await runtime.stop();
      await handle.close();
      await rm(folder, { recursive: true });
    },
  };
};

/** Functions by their operation: the runtime knows them by the names of the template. */
const named = (entry: LedgerEntry): LedgerEntry => ({ ...entry, by: operationOf(entry.by) ?? entry.by });
const operationOf = (physical: string): OperationName | undefined =>
  operationNames.find((name) => physical === name || physical.endsWith(`-${name}`));

const LISTED_AS_WRITES = new Set(['Put', 'Post', 'List', 'Complete']);

const sum = (entries: readonly LedgerEntry[]): Figures => {
  const of = <Kind extends LedgerEntry['kind']>(kind: Kind) =>
    entries.filter((entry): entry is Extract<LedgerEntry, { kind: Kind }> => entry.kind === kind);
  const [table, s3, invocations, calls] = [of('table'), of('s3'), of('invocation'), of('call')];
  const total = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
  return {
    tableCalls: table.length,
    readUnits: added(table.map(({ read }) => read)),
    writeUnits: added(table.map(({ write }) => write)),
    s3Writes: s3.filter(({ operation }) => LISTED_AS_WRITES.has(operation)).length,
    s3Reads: s3.filter(({ operation }) => operation === 'Get' || operation === 'Head').length,
    bytesIn: total(s3.map(({ received }) => received)),
    bytesOut: total(s3.filter(({ by }) => by === 'client').map(({ sent }) => sent)),
    invocations: added(invocations.map(({ by }) => ({ [by]: 1 }))),
    gbMilliseconds: total(invocations.map(({ milliseconds, memoryMb }) => (milliseconds * memoryMb) / 1024)),
    calls: added(calls.map(({ service, operation }) => ({ [`${service} ${operation}`]: 1 }))),
  };
};

const added = (all: readonly UnitsByIndex[]): UnitsByIndex => {
  const sums: Record<string, number> = {};
  for (const [name, value] of all.flatMap((each) => Object.entries(each))) sums[name] = (sums[name] ?? 0) + value;
  return Object.fromEntries(Object.entries(sums).sort(([one], [other]) => one.localeCompare(other)));
};

/** The cheapest of a few runs: what comes once in a while, as a renewed lease, is not in all of them. */
export const cheapest = (runs: readonly Figures[]): Figures => {
  const weight = (figures: Figures): number =>
    unitsOf(figures.readUnits) + unitsOf(figures.writeUnits) + figures.tableCalls + figures.s3Writes + figures.s3Reads;
  const [chosen] = runs.toSorted((one, other) => weight(one) - weight(other));
  if (chosen === undefined) throw new Error('nothing was run');
  return { ...chosen, gbMilliseconds: Math.round(Math.min(...runs.map(({ gbMilliseconds }) => gbMilliseconds))) };
};

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LEDGER_FILE } from '../../bench/rig/ledger-file.ts';
import { measureLedger } from '../../bench/rig/measure-ledger.ts';
import { type Figures, type LedgerTable, unitsOf } from '../../bin/cost/figures.ts';

const committed = JSON.parse(readFileSync(LEDGER_FILE, 'utf8')) as LedgerTable;

/**
 * Records of the stream reach their function in one batch or in several, as it happens: each batch more reads the
 * place of its channel and writes it once. Beside other load, each of the batches of a quiet machine may be two.
 */
const BATCH_MORE = { tableCalls: 2, readUnits: 2, writeUnits: 2, s3Writes: 0, s3Reads: 0, invocations: 1 };

/** A rate limit leases calls for some seconds at a time: a minute that turns in between needs one lease more. */
const LEASE_MORE = { tableCalls: 1, readUnits: 0, writeUnits: 1, s3Writes: 0, s3Reads: 0, invocations: 0 };

const summed = ({ tableCalls, readUnits, writeUnits, s3Writes, s3Reads, invocations }: Figures) => ({
  tableCalls,
  readUnits: unitsOf(readUnits),
  writeUnits: unitsOf(writeUnits),
  s3Writes,
  s3Reads,
  invocations: unitsOf(invocations),
});
type Summed = ReturnType<typeof summed>;

/** What the committed figures allow. */
const allowed = (figures: Figures): Summed => {
  const batches = figures.invocations.announce ?? 0;
  const more = (name: keyof Summed): number => LEASE_MORE[name] + batches * BATCH_MORE[name];
  return Object.fromEntries(
    Object.entries(summed(figures)).map(([name, value]) => [name, value + more(name as keyof Summed)]),
  ) as Summed;
};

describe('the ledger', () => {
  let measured: LedgerTable;
  beforeAll(async () => {
    measured = await measureLedger(2);
  }, 600_000);

  it.each(Object.entries(committed))('%s costs no more than what bench/ledger.json says', (name, figures) => {
    const now = measured[name];
    if (now === undefined) throw new Error(`${name} is not measured any more`);
    const most = allowed(figures);
    const dearer = Object.entries(summed(now)).filter(([column, value]) => value > most[column as keyof Summed]);
    // Cheaper is welcome: `npm run ledger` writes it down. Dearer needs a reason in the commit.
    expect(dearer).toEqual([]);
  });

  it('names every operation that is measured', () => {
    expect(Object.keys(measured)).toEqual(Object.keys(committed));
  });
});

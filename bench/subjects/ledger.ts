import { readFileSync } from 'node:fs';
import { type Figures, type LedgerTable, unitsOf } from '../../bin/cost/figures.ts';
import { LEDGER_FILE } from '../rig/ledger-file.ts';
import { measureLedger } from '../rig/measure-ledger.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow } from '../rig/table.ts';

/** What is charged of each operation, beside what the committed ledger says of it. */
export const benchLedger: Subject = async ({ quick, say }) => {
  const committed = JSON.parse(readFileSync(LEDGER_FILE, 'utf8')) as LedgerTable;
  const measured = await measureLedger(quick ? 1 : 3, say);
  return Object.entries(measured).flatMap(([name, figures]) => rowsOf(name, figures, committed[name]));
};

const COLUMNS: readonly (readonly [string, (figures: Figures) => number])[] = [
  ['table calls', ({ tableCalls }) => tableCalls],
  ['read units', ({ readUnits }) => unitsOf(readUnits)],
  ['write units', ({ writeUnits }) => unitsOf(writeUnits)],
  ['S3 requests', ({ s3Reads, s3Writes }) => s3Reads + s3Writes],
  ['invocations', ({ invocations }) => unitsOf(invocations)],
];

const rowsOf = (name: string, figures: Figures, before: Figures | undefined): readonly BenchRow[] =>
  COLUMNS.filter(([, read]) => read(figures) > 0).map(([unit, read]) => {
    const baseline = before ? read(before) : null;
    const value = read(figures);
    // Without a figure to be held against, and where there was none, the row informs.
    const held = baseline !== null && baseline > 0;
    return benchRow({ name, value, unit, baseline, budget: held ? 1 : null });
  });

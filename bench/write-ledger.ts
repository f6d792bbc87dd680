/**
 * `npm run ledger`: measures what each operation makes AWS charge for, and writes it to `bench/ledger.json`. For a change that
 * makes an operation cheaper, or dearer for a good reason.
 */
import { writeFileSync } from 'node:fs';
import { LEDGER_FILE } from './rig/ledger-file.ts';
import { measureLedger } from './rig/measure-ledger.ts';

const RUNS = 2;
const table = await measureLedger(RUNS, (message) => void process.stderr.write(`  ${message}\n`));
writeFileSync(LEDGER_FILE, `${JSON.stringify(table, null, 2)}\n`);
process.stderr.write('written; `npm run generate` brings docs/cost.md in step\n');

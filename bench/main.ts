/**
 * `npm run bench`: everything that has a budget, measured on this machine, each against a baseline of the same run.
 * `--quick` only shows that it works, `--only NAME` takes one subject (or several). A row over its budget is marked and
 * breaks nothing: machines differ.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchArrival } from './arrival.ts';
import { benchBoot } from './boot.ts';
import { benchClient } from './client.ts';
import { benchColdStart } from './cold-start.ts';
import { benchDuplicates } from './duplicates.ts';
import { benchFair } from './fair.ts';
import { benchFormats } from './formats.ts';
import { benchLarge } from './large.ts';
import { sharedLibraries } from './libraries.ts';
import { benchListPages } from './list-pages.ts';
import { benchRealtime } from './realtime.ts';
import { benchRenditions } from './renditions.ts';
import type { Subject } from './scope.ts';
import { benchSearch } from './search.ts';
import { type BenchRow, formatRow, report } from './table.ts';
import { benchUploads } from './uploads.ts';
import { benchWarmRequest } from './warm-request.ts';

const SUBJECTS: Readonly<Record<string, Subject>> = {
  cold: benchColdStart,
  warm: benchWarmRequest,
  lists: benchListPages,
  search: benchSearch,
  duplicates: benchDuplicates,
  renditions: benchRenditions,
  formats: benchFormats,
  uploads: benchUploads,
  arrival: benchArrival,
  fair: benchFair,
  realtime: benchRealtime,
  boot: benchBoot,
  client: benchClient,
  large: benchLarge,
};

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
});
const chosen = Object.entries(SUBJECTS).filter(([name]) => values.only?.includes(name) ?? true);
if (chosen.length === 0) {
  process.stderr.write(`--only takes one of: ${Object.keys(SUBJECTS).join(', ')}\n`);
  process.exit(2);
}
const say = (message: string): void => void process.stderr.write(`  ${message}\n`);
const rows: BenchRow[] = [];
const { libraries, close } = sharedLibraries({ quick: values.quick, say });
try {
  for (const [, subject] of chosen) {
    const measured = await subject({ quick: values.quick, say, libraries });
    for (const row of measured) say(formatRow(row));
    rows.push(...measured);
  }
} finally {
  await close();
}
await report(rows, fileURLToPath(new URL('./results.json', import.meta.url)));

/**
 * `npm run bench`: everything that has a budget, measured on this machine, each against a baseline of the same run.
 * `--quick` only shows that it works, `--only NAME` takes one subject (or several). A row over its budget is marked and
 * breaks nothing: machines differ.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sharedLibraries } from './rig/libraries.ts';
import type { Subject } from './rig/scope.ts';
import { type BenchRow, formatRow, report } from './rig/table.ts';
import { benchArrival } from './subjects/arrival.ts';
import { benchBoot } from './subjects/boot.ts';
import { benchClient } from './subjects/client.ts';
import { benchColdStart } from './subjects/cold-start.ts';
import { benchDuplicates } from './subjects/duplicates.ts';
import { benchEdge } from './subjects/edge.ts';
import { benchFair } from './subjects/fair.ts';
import { benchFormats } from './subjects/formats.ts';
import { benchLarge } from './subjects/large.ts';
import { benchLedger } from './subjects/ledger.ts';
import { benchListPages } from './subjects/list-pages.ts';
import { benchRealtime } from './subjects/realtime.ts';
import { benchRenditions } from './subjects/renditions.ts';
import { benchSearch } from './subjects/search.ts';
import { benchUploads } from './subjects/uploads.ts';
import { benchWarmRequest } from './subjects/warm-request.ts';

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
  edge: benchEdge,
  large: benchLarge,
  ledger: benchLedger,
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

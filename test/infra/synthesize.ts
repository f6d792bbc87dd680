/** Synthesizes the stack that standard input asks for, for `synthesized.ts`; says on standard error what is wrong with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { builtDashboard } from '../../lib/dashboard.ts';
import { mediashelfApp } from '../../lib/mediashelf-app.ts';
import { writeEntries } from './entries.ts';
import type { Order } from './synthesized.ts';

const layers = join(import.meta.dirname, '..', '..', 'layers');

const { outdir, settings, context, routes, functionsFolder } = JSON.parse(await text(process.stdin)) as Order;
const entries = mkdtempSync(join(tmpdir(), 'mediashelf-entries-'));
try {
  const app = await mediashelfApp({
    settings,
    routes,
    functionsFolder: functionsFolder ?? writeEntries(entries),
    sharpFolder: join(layers, 'sharp'),
    ocrFolder: join(layers, 'ocr'),
    // A stack with the real functions has the real dashboard.
    dashboardFolder: functionsFolder && (await builtDashboard(join(layers, '..'))),
    app: { outdir, context },
  });
  app.synth();
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(entries, { recursive: true });
}

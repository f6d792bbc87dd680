/** Synthesizes the stack that standard input asks for, for `synthesized.ts`; says on standard error what is wrong with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { builtBundles } from '../../lib/bundles.ts';
import { builtDashboard } from '../../lib/dashboard.ts';
import { mediashelfApp } from '../../lib/mediashelf-app.ts';
import { writeEntries } from './entries.ts';
import type { Order } from './synthesized.ts';

const root = join(import.meta.dirname, '..', '..');
const layers = join(root, 'layers');

const { outdir, settings, context, routes, functionsFolder } = JSON.parse(await text(process.stdin)) as Order;
const entries = mkdtempSync(join(tmpdir(), 'mediashelf-entries-'));
try {
  const app = await mediashelfApp({
    settings,
    routes,
    // The real functions are bundled once, whatever the settings are.
    functions: functionsFolder ? await builtBundles(root) : writeEntries(entries),
    sharpFolder: join(layers, 'sharp'),
    ocrFolder: join(layers, 'ocr'),
    // A stack with the real functions has the real dashboard.
    dashboardFolder: functionsFolder && (await builtDashboard(root)),
    app: { outdir, context },
  });
  app.synth();
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(entries, { recursive: true });
}

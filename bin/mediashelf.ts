import { join } from 'node:path';
import { routes } from '../functions/dialects/route-table.ts';
import { builtBundles } from '../lib/bundles.ts';
import { builtDashboard } from '../lib/dashboard.ts';
import { mediashelfApp } from '../lib/mediashelf-app.ts';
import { SettingsError } from '../lib/settings/settings-error.ts';
import settings from '../mediashelf.config.ts';

const root = join(import.meta.dirname, '..');

try {
  const app = await mediashelfApp({
    settings,
    routes,
    functions: await builtBundles(root),
    sharpFolder: join(root, 'layers', 'sharp'),
    ocrFolder: join(root, 'layers', 'ocr'),
    dashboardFolder: await builtDashboard(root),
  });
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

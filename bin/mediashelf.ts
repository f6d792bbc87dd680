import { join } from 'node:path';
import { routes } from '../functions/api/route-table.ts';
import { mediashelfApp } from '../lib/mediashelf-app.ts';
import settings from '../mediashelf.config.ts';

const root = join(import.meta.dirname, '..');

const app = await mediashelfApp({
  settings,
  routes,
  functionsFolder: join(root, 'functions'),
  sharpFolder: join(root, 'layers', 'sharp'),
  ocrFolder: join(root, 'layers', 'ocr'),
});
app.synth();

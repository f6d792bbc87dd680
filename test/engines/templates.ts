import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { routes } from '../../functions/dialects/route-table.ts';
import { mediashelfApp } from '../../lib/mediashelf-app.ts';
import type { SettingsInput } from '../../lib/settings/schema.ts';
import { writeEntries } from '../infra/entries.ts';

const LAYERS = join(import.meta.dirname, '..', '..', 'layers');

/** A template as CloudFormation gets it. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
}

/** Makes templates of the stack with all of its routes and without its code, and answers their text. */
export const templateMaker = (folder: string): ((settings: SettingsInput) => Promise<string>) => {
  const place = mkdtempSync(join(folder, 'templates-'));
  const entries = join(place, 'entries');
  mkdirSync(entries);
  writeEntries(entries);
  let made = 0;
  return async (settings) => {
    const outdir = join(place, `cdk-${made++}`);
    const app = await mediashelfApp({
      settings,
      routes,
      functions: entries,
      sharpFolder: join(LAYERS, 'sharp'),
      ocrFolder: join(LAYERS, 'ocr'),
      app: {
        outdir,
        context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true, 'mediashelf:checks': false },
      },
    });
    app.synth();
    const text = readFileSync(join(outdir, 'Mediashelf.template.json'), 'utf8');
    await rm(outdir, { recursive: true });
    return text;
  };
};

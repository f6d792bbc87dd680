/** Synthesizes the stack that standard input asks for, for `synthesized.ts`; says on standard error what is wrong with it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { mediashelfApp } from '../../lib/mediashelf-app.ts';
import { operations, operationThreads, programs } from '../../lib/operations.ts';
import type { Order } from './synthesized.ts';

const layers = join(import.meta.dirname, '..', '..', 'layers');

/** Entries that compile in no time and differ from each other, so that a template is about the stack alone. */
const writeEntries = (folder: string): string => {
  const write = (file: string, contents: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), contents);
  };
  for (const [name, capability] of Object.entries(operations))
    write(join(capability, `${name}.lambda.ts`), `export const handler = async () => '${name}';\n`);
  for (const [name, capability] of Object.entries(programs))
    write(join(capability, `${name}.server.ts`), `console.log('${name}');\n`);
  for (const entry of Object.values(operationThreads).flat()) write(`${entry}.ts`, `console.log('${entry}');\n`);
  return folder;
};

const { outdir, settings, context, routes, functionsFolder } = JSON.parse(await text(process.stdin)) as Order;
const entries = mkdtempSync(join(tmpdir(), 'mediashelf-entries-'));
try {
  const app = await mediashelfApp({
    settings,
    routes,
    functionsFolder: functionsFolder ?? writeEntries(entries),
    sharpFolder: join(layers, 'sharp'),
    ocrFolder: join(layers, 'ocr'),
    app: { outdir, context },
  });
  app.synth();
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(entries, { recursive: true });
}

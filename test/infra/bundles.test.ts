import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stop } from 'esbuild';
import { type Bundles, bundle } from '../../lib/bundles.ts';
import { decoders, type OperationName, operationNames, type ProgramName, programs } from '../../lib/operations.ts';

const functions = fileURLToPath(new URL('../../functions', import.meta.url));

describe('the bundles of the functions', () => {
  const output = mkdtempSync(join(tmpdir(), 'bundles-'));
  let bundles: Bundles;

  beforeAll(async () => {
    bundles = await bundle(functions, join(output, 'first'));
  }, 120_000);
  afterAll(async () => {
    rmSync(output, { recursive: true, force: true });
    // Its process would stay for as long as the worker of the tests.
    await stop();
  });

  const files = (folder: string): Readonly<Record<string, string>> =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

  it('hold the sources of a function in one file, whichever functions share them', () => {
    const holding = (text: string): readonly string[] =>
      Object.entries(files(bundles('list-media'))).flatMap(([name, contents]) =>
        contents.includes(text) ? [name] : [],
      );
    expect(holding('Failed to list media')).toEqual(['index.mjs']);
    expect(holding('Send one Authorization header, not several')).toEqual(['index.mjs']);
  });

  it('leave out the sources that a function does not use', () => {
    const all = Object.values(files(bundles('get-media'))).join('');
    expect(all).not.toContain('Failed to log in');
  });

  it('have no file that holds nothing, and every file that they ask for', () => {
    const all = files(bundles('list-media'));
    const banner = "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);";
    expect(Object.entries(all).filter(([, text]) => text.replace(banner, '').trim() === '')).toEqual([]);
    const asked = Object.values(all).flatMap((text) =>
      [...text.matchAll(/"\.\/([\w-]+\.mjs)"/g)].map(([, name]) => name),
    );
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => all[name ?? ''] === undefined)).toEqual([]);
  });

  it('take node:http alone, so that a function does not load fetch and WebSocket for nothing', () => {
    const imports = /\b(from|import)\s*\(?["'](node:)?http["']/;
    const texts = operationNames.map((name) => [name, Object.values(files(bundles(name))).join('')] as const);
    expect(texts.filter(([, text]) => imports.test(text)).map(([name]) => name)).toEqual([]);
    const asks = 'process.getBuiltinModule("node:http")';
    expect(texts.filter(([, text]) => !text.includes(asks)).map(([name]) => name)).toEqual([]);
  });

  it('hold decoders, and what starts them, in the functions that say so, and in no other function or program', () => {
    const decodes = (name: OperationName | ProgramName): readonly string[] => {
      const all = files(bundles(name));
      const text = Object.values(all).join('');
      return [
        ...Object.keys(all).filter(
          (file) => !(file.endsWith('.mjs') || file === 'Dockerfile') || file.includes('sandbox'),
        ),
        // The SDK itself can start a process; what ours does shows by its words.
        ...['("sharp")', 'node:worker_threads', 'a sandbox failed'].filter((part) => text.includes(part)),
      ];
    };
    const names = [...operationNames, ...(Object.keys(programs) as ProgramName[])].filter((name) => name !== 'openapi');
    expect(names.filter((name) => decodes(name).length > 0).toSorted()).toEqual([...decoders].toSorted());
    for (const name of ['draw-picture', 'examine-file'] as const) {
      expect(decodes(name)).toEqual(
        expect.arrayContaining([
          ...['pdfium.wasm', 'pictures.sandbox.mjs', 'preview.sandbox.mjs'],
          ...['("sharp")', 'node:worker_threads', 'a sandbox failed'],
        ]),
      );
    }
  });

  it('are the same bytes for the same sources', async () => {
    const again = await bundle(functions, join(output, 'second'));
    expect(files(again('create-upload'))).toEqual(files(bundles('create-upload')));
  }, 120_000);
});

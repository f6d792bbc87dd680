/** Programs of sandboxes that behave badly, written for one test. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'sandboxes-'));
const { href } = new URL('../../../functions/sandbox/', import.meta.url);

/** Writes code to a file of its own. */
export const written = (name: string, text: string): URL => {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return pathToFileURL(path);
};

/** The code of a process that does this with `task`. */
export const inProcess = (name: string, work: string): URL =>
  written(
    name,
    `import { answerInProcess } from '${href}in-process.ts';\nanswerInProcess(async (task) => { ${work} });`,
  );

/** The code of a thread that does this with `input` and `source`. */
export const inThread = (name: string, work: string): URL =>
  written(
    name,
    `import { answerInThread } from '${href}in-thread.ts';\nawait answerInThread(async (input, source) => { ${work} });`,
  );

/** Endless loops that no event interrupts. */
export const LOOP = 'for (;;) {}';
/** Native code at work in a thread of the pool, which no `terminate` and no `exit` interrupts. */
export const NATIVE = `
  const { pbkdf2 } = await import('node:crypto');
  await new Promise((resolve) => pbkdf2('a', 'b', 2_000_000_000, 64, 'sha512', resolve));`;
export const SLEEP = 'await new Promise((resolve) => setTimeout(resolve, 1e9));';
/** Touches memory beside the heap. */
export const GROW = `
  const all = [];
  for (;;) {
    all.push(Buffer.alloc(2 ** 24, 1));
    await new Promise((resolve) => setImmediate(resolve));
  }`;

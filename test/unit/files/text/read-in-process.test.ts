import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readInProcess } from '../../../../functions/files/text/read-in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads with a process that does this; every start of it is noted. */
const reading = (name: string, code: string) => {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, code);
  const limits = { enoughSeconds: 1, mostSeconds: 3, heapMb: 64, memoryBytes: 2 ** 29, env: {}, pdfiumFile: '' };
  const read = readInProcess({ ...limits, entry: pathToFileURL(path) });
  const options = { language: 'auto', preserveFormatting: false, pages: undefined };
  return read({ bytes: new Uint8Array(), mimeType: 'text/plain', options, languages: ['en'] });
};
const answering = (answer: string): string =>
  `process.once('message', () => process.send({ answer: ${answer}, memoryBytes: 0 }))`;

describe('a process that reads', () => {
  it('hands over the text', async () => {
    const text = { pages: [], pageCount: 1, truncated: false, language: null };
    expect(await reading('well', answering(`{ kind: 'text', text: ${JSON.stringify(text)} }`))).toEqual(text);
  });

  it('hands over why there is none', async () => {
    const refused = reading('refused', answering("{ kind: 'refused', code: 'ENCRYPTED', message: 'locked' }"));
    await expect(refused).rejects.toMatchObject({ code: 'ENCRYPTED', message: 'locked' });
  });

  it.each([
    ['hangs', 'for (;;) {}'],
    ['throws', "throw new Error('broken')"],
    ['ends without a word', ''],
    ['fills its memory', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));'],
  ])('is ended when it %s, and its file is refused after a second one', async (name, code) => {
    const noted = join(folder, `${name}.txt`);
    const counted = `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(noted)}, 'x');\n${code}`;
    await expect(reading(name, counted)).rejects.toMatchObject({ code: 'TIME_LIMIT' });
    expect(readFileSync(noted, 'utf8')).toBe('xx');
  });
});

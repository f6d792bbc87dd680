import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { builtOnce } from '../../../lib/built-once.ts';

let root: string;
let builds: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'built-once-'));
  builds = 0;
  writeFileSync(join(root, 'source.txt'), 'one');
});
afterEach(() => rmSync(root, { recursive: true }));

const built = () =>
  builtOnce({ root, name: 'things', inputs: ['source.txt'] }, async (draft) => {
    builds += 1;
    writeFileSync(join(draft, 'made.txt'), readFileSync(join(root, 'source.txt')));
  });
const made = async () => readFileSync(join(await built(), 'made.txt'), 'utf8');
const kept = () => readdirSync(join(root, '.mediashelf', 'things'));

describe('what is built once', () => {
  it('is built again when a source has changed, and not before', async () => {
    expect([await made(), await made(), builds]).toEqual(['one', 'one', 1]);
    writeFileSync(join(root, 'source.txt'), 'two');
    expect([await made(), builds]).toEqual(['two', 2]);
    writeFileSync(join(root, 'source.txt'), 'one');
    expect([await made(), builds]).toEqual(['one', 2]);
  });

  it('is the same folder for all that build at once', async () => {
    const folders = await Promise.all(Array.from({ length: 5 }, built));
    expect(new Set(folders).size).toBe(1);
    expect(kept()).toHaveLength(1);
  });

  it('leaves nothing when it fails', async () => {
    const failing = builtOnce({ root, name: 'things', inputs: ['source.txt'] }, async (draft) => {
      writeFileSync(join(draft, 'half.txt'), '');
      throw new Error('no room');
    });
    await expect(failing).rejects.toThrow('no room');
    expect(kept()).toEqual([]);
    expect(await made()).toBe('one');
  });

  it('removes the draft of a program that was killed, and none that is being written', async () => {
    await made();
    for (const [name, hours] of [
      ['.draft-killed', 2],
      ['.draft-running', 0.5],
    ] as const) {
      mkdirSync(join(root, '.mediashelf', 'things', name));
      const at = new Date(Date.now() - hours * 3_600_000);
      utimesSync(join(root, '.mediashelf', 'things', name), at, at);
    }
    writeFileSync(join(root, 'source.txt'), 'two');
    await made();
    expect(kept().filter((name) => name.startsWith('.'))).toEqual(['.draft-running']);
  });

  it('keeps the results of a few earlier sources', async () => {
    for (let at = 0; at < 6; at += 1) {
      writeFileSync(join(root, 'source.txt'), String(at));
      await made();
    }
    expect(kept()).toHaveLength(3);
  });
});

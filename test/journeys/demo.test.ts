import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { descendantsOf, gone } from '../support/drivers/processes.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'));
});

afterEach(() => rm(folder, { recursive: true }));

const demo = (): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['demo/main.ts', folder], (error, out) =>
      resolve({ code: Number(error?.code ?? 0), out }),
    );
  });

const lying = () =>
  sharp({ create: { width: 600, height: 400, channels: 3, background: '#b4431f' } }).withMetadata({ orientation: 6 });

describe('npm run demo with a folder', () => {
  it('ends well when pictures become records and what is no picture is refused', async () => {
    await writeFile(join(folder, 'photo.jpg'), await lying().jpeg().toBuffer());
    await writeFile(join(folder, 'page.png'), '<!doctype html><title>x</title>');
    const { code, out } = await demo();
    expect(out).toMatch(/photo\.jpg +active +400 x 600 .* small medium/);
    expect(out).toMatch(/page\.png +rejected CONTENT_MISMATCH/);
    expect(out).toContain('Every file ended as it must.');
    expect(out).not.toContain('░');
    expect(code).toBe(0);
  });

  it('ends with 1, naming the file, when a good picture does not become a record', async () => {
    // The API refuses names that turn the reading direction around.
    await writeFile(join(folder, 'photo\u202Egpj.jpg'), await lying().jpeg().toBuffer());
    const { code, out } = await demo();
    expect(out).toMatch(/Not as it must be:\n {2}photo\u202Egpj\.jpg: 400/);
    expect(code).toBe(1);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends its runtime when %s ends it', async (signal, expected) => {
    await writeFile(join(folder, 'photo.jpg'), await lying().jpeg().toBuffer());
    const child = spawn(process.execPath, ['demo/main.ts', folder], { stdio: 'ignore' });
    const exit = once(child, 'exit');
    let runtime: number | undefined;
    for (let look = 0; look < 500 && runtime === undefined; look++) {
      await pause(20);
      runtime = descendantsOf(child.pid ?? 0).find(({ command }) => command.includes('local/main.ts'))?.pid;
    }
    child.kill(signal);
    expect(await exit).toEqual([expected, null]);
    expect(await gone(runtime ?? process.pid)).toBe(true);
  });
});

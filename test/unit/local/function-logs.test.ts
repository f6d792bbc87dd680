import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FunctionLogs, fileLogs } from '../../../local/lambda/function-logs.ts';

let folder: string;
let logs: FunctionLogs;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mediashelf-logs-'));
  logs = fileLogs(join(folder, 'logs'));
});
afterEach(async () => {
  await logs.stop();
  rmSync(folder, { recursive: true, force: true });
});

const FULL = Buffer.alloc(5 * 1024 * 1024 + 1, 'x');
const file = (): string => join(folder, 'logs', 'upload.log');
const written = async (bytes: number): Promise<void> => {
  for (let look = 0; look < 200 && statSync(file(), { throwIfNoEntry: false })?.size !== bytes; look++) await pause(10);
};

describe("a function's log", () => {
  it('is put aside when it is full', async () => {
    for (const chunk of ['first\n', FULL, 'second\n']) logs.write('upload', Buffer.from(chunk));
    await logs.stop();
    expect(readFileSync(file(), 'utf8')).toBe('second\n');
    expect(readFileSync(`${file()}.old`).subarray(0, 6).toString()).toBe('first\n');
  });

  it.each(['logs', 'logs/upload.log'])('goes on in a new file when %s was removed', async (removed) => {
    logs.write('upload', FULL);
    await written(FULL.length);
    rmSync(join(folder, removed), { recursive: true });
    logs.write('upload', Buffer.from('second\n'));
    await logs.stop();
    expect(readFileSync(file(), 'utf8')).toBe('second\n');
  });

  it('that cannot be written costs its lines alone', async () => {
    writeFileSync(join(folder, 'logs'), 'a file where the folder should be');
    expect(() => logs.write('upload', Buffer.from('first\n'))).not.toThrow();
    rmSync(join(folder, 'logs'));
    logs.write('upload', Buffer.from('second\n'));
    await logs.stop();
    expect(readFileSync(file(), 'utf8')).toBe('second\n');
  });
});

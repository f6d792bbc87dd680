import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderInUse, takeFolder, takeMemoryFolder } from '../../../local/data-folder.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { gone } from '../../support/drivers/processes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mediashelf-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a data folder', () => {
  it('belongs to one runtime at a time', () => {
    const data = takeFolder(folder);
    expect(() => takeFolder(folder)).toThrow(FolderInUse);
    expect(() => takeFolder(folder)).toThrow(`Another runtime (pid ${process.pid}) uses the data folder ${folder}.`);
    data.release();
    takeFolder(folder).release();
  });

  it('is taken over from a runtime that is gone, also when its pid was given to another program', () => {
    writeFileSync(join(folder, 'runtime.lock'), '999999999 1');
    takeFolder(folder).release();
    writeFileSync(join(folder, 'runtime.lock'), `${process.pid} 1`);
    takeFolder(folder).release();
    expect(existsSync(join(folder, 'runtime.lock'))).toBe(false);
  });

  it('is taken over from a killed runtime that is still a zombie process', async () => {
    // The shell becomes a program that never asks, as the first process of many a container does not.
    const parent = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    // Before that, the shell would ask.
    await eventually(() => expect(readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n'));
    process.kill(pid, 'SIGKILL');
    expect(await gone(pid)).toBe(true);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    expect(state).toBe('Z');
    writeFileSync(join(folder, 'runtime.lock'), `${pid} ${fields[18]}`);
    takeFolder(folder).release();
    parent.kill('SIGKILL');
  });

  it('opens to its owner alone when it is new', () => {
    for (const data of [takeFolder(join(folder, 'new')), takeMemoryFolder()]) {
      expect(statSync(data.path).mode & 0o777).toBe(0o700);
      data.release();
    }
  });

  it('keeps its seed between runs, readable by its owner alone', () => {
    const first = takeFolder(folder);
    first.release();
    const second = takeFolder(folder);
    second.release();
    expect(second.seed).toBe(first.seed);
    expect(statSync(join(folder, 'seed')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'seed'), 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('in memory is gone once it is released', () => {
    const data = takeMemoryFolder();
    expect(existsSync(data.path)).toBe(true);
    data.release();
    expect(existsSync(data.path)).toBe(false);
  });
});

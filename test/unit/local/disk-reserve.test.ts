import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isDiskFull, releaseIfFull, watchDisk } from '../../../local/disk-reserve.ts';
import { memoryFolder } from '../../support/drivers/memory-folder.ts';

let folder: string;
beforeEach(() => {
  jest.useFakeTimers();
  folder = memoryFolder('disk-reserve-');
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const MIB = 1024 ** 2;
const reserve = () => existsSync(join(folder, 'reserve'));
const ofStart = () => existsSync(join(folder, 'reserve.start'));

describe('the reserve of a data folder', () => {
  it('is set aside where there is plenty, given free when the disk is full, and set aside again', async () => {
    const said: string[] = [];
    let free = 200 * MIB;
    const watch = watchDisk(
      folder,
      (message) => void said.push(message),
      () => free,
    );
    expect(statSync(join(folder, 'reserve')).size).toBe(2 * MIB);
    free = 3 * MIB;
    jest.advanceTimersByTime(10_000);
    expect([reserve(), said]).toEqual([true, []]);
    free = 0;
    jest.advanceTimersByTime(10_000);
    // That of the next start is kept: other programs may have used up the first by then.
    expect([reserve(), ofStart()]).toEqual([false, true]);
    expect(said).toEqual([expect.stringContaining('is full')]);
    free = 200 * MIB;
    jest.advanceTimersByTime(10_000);
    expect(reserve()).toBe(true);
    await watch.stop();
  });

  it('is given free by a start on a full disk', () => {
    void watchDisk(
      folder,
      () => {},
      () => 200 * MIB,
    ).stop();
    expect(releaseIfFull(folder, 'start', () => 2 * MIB)).toBe(false);
    expect(releaseIfFull(folder, 'start', () => 0)).toBe(true);
    expect(ofStart()).toBe(false);
    expect(releaseIfFull(folder, 'start', () => 0)).toBe(false);
  });
});

describe('a disk without room', () => {
  it('is known by the errors of the system and of SQLite', () => {
    const full = [{ code: 'ENOSPC' }, { code: 'EDQUOT' }, { code: 'ERR_SQLITE_ERROR', errcode: 13 }];
    expect(full.map((fields) => isDiskFull(Object.assign(new Error('no'), fields)))).toEqual([true, true, true]);
    expect([isDiskFull(new Error('no')), isDiskFull(undefined), isDiskFull({ errcode: 11 })]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

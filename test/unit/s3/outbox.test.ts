import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../../local/s3/database.ts';
import { openOutbox } from '../../../local/s3/outbox.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mediashelf-outbox-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the outbox', () => {
  it('outlives a database that cannot be written for a moment, and forgets what it delivered then', async () => {
    const file = join(folder, 's3.sqlite');
    const database = openDatabase(file, false);
    const other = new DatabaseSync(file);
    const delivered: string[] = [];
    const outbox = openOutbox(database, async (_, body) => void delivered.push(body));
    const waiting = () => database.prepare('SELECT body FROM outbox').all().length;
    outbox.add('queue', 'one');
    other.exec('BEGIN IMMEDIATE');
    outbox.wake();
    await outbox.drained();
    await pause(200);
    expect(delivered).toEqual(['one']);
    expect(waiting()).toBe(1);
    other.exec('COMMIT');
    for (let tries = 0; waiting() > 0 && tries < 100; tries += 1) await pause(50);
    expect(waiting()).toBe(0);
    await outbox.stop();
    other.close();
    database.close();
  });
});

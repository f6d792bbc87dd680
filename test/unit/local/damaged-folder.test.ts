import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { takeFolder } from '../../../local/data-folder.ts';
import { expectParts } from '../../../local/folder-parts.ts';
import { openCheckpoints } from '../../../local/lambda/checkpoints.ts';
import { ensureOwner } from '../../../local/owner.ts';
import type { FunctionHost } from '../../../local/ports.ts';
import { openDatabase } from '../../../local/s3/database.ts';
import { openSecretStore } from '../../../local/secrets/secret-store.ts';
import { DamagedFile } from '../../../local/sqlite.ts';
import { openMessageStore } from '../../../local/sqs/message-store.ts';
import { memoryFolder } from '../../support/drivers/memory-folder.ts';

let folder: string;
beforeEach(() => {
  folder = memoryFolder('damaged-folder-');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, name);
const GARBAGE = Buffer.alloc(8192, 0x5a);

describe('a damaged file of the data folder', () => {
  it.each([
    ['queues.sqlite', (path: string) => void openMessageStore(path)],
    ['checkpoints.sqlite', (path: string) => void openCheckpoints(path)],
    ['s3.sqlite', (path: string) => void openDatabase(path, true)],
    ['secrets.json', (path: string) => void openSecretStore(path, [])],
  ])('is named, with the way back: %s', (name, open) => {
    writeFileSync(file(name), GARBAGE);
    expect(() => open(file(name))).toThrow(DamagedFile);
    expect(() => open(file(name))).toThrow(new RegExp(`${name} .*(Remove it|Put back a copy)`));
  });

  it('is named when it is the table, before its engine opens it', () => {
    writeFileSync(file('dynamodb.sqlite'), GARBAGE);
    expect(() => expectParts(folder, { ownTable: true })).toThrow(/dynamodb\.sqlite is damaged, or no database/);
    expectParts(folder, { ownTable: false });
    writeFileSync(file('dynamodb.sqlite'), '');
    expectParts(folder, { ownTable: true });
  });

  it('is named when it is the seed, and the folder is free again', () => {
    writeFileSync(file('seed'), '');
    expect(() => takeFolder(folder)).toThrow(/seed is damaged. Remove it/);
    rmSync(file('seed'));
    takeFolder(folder).release();
  });
});

describe('a folder that was in use and lacks a part', () => {
  it.each(['dynamodb.sqlite', 's3/s3.sqlite', 'secrets.json'])('does not get an empty one: %s', (missing) => {
    mkdirSync(file('s3'));
    writeFileSync(file('dynamodb.sqlite'), 'SQLite format 3\0');
    for (const name of ['s3/s3.sqlite', 'secrets.json']) writeFileSync(file(name), '');
    expectParts(folder, { ownTable: true });
    rmSync(file(missing));
    // A first boot that was killed is no use of it.
    writeFileSync(file('owner.json'), '{"email":"a@b.example","password":"p"}');
    expectParts(folder, { ownTable: true });
    writeFileSync(file('owner.json'), '{"email":"a@b.example","password":"p","apiKey":"k"}');
    expect(() => expectParts(folder, { ownTable: true })).toThrow(`${file(missing)} is gone`);
  });
});

describe('a lock without a process', () => {
  it.each(['', ' ', '0', '1'])('is no lock: "%s"', (content) => {
    writeFileSync(file('runtime.lock'), content);
    takeFolder(folder).release();
  });
});

describe('owner.json', () => {
  /** The library has an owner with the password `known`. */
  const functions = (calls: unknown[] = []): FunctionHost => {
    let password = 'known';
    return {
      invoke: async (name: string, event: unknown) => {
        const given = event as { password: string };
        calls.push([name, given]);
        if (name === 'people') password = given.password;
        const known = name === 'people' || given.password === password;
        return known
          ? { payload: { apiKey: 'another key' } }
          : { payload: { errorMessage: 'the e-mail address is taken' }, functionError: 'Unhandled' };
      },
    } as unknown as FunctionHost;
  };
  const names = { createOwner: 'owner', managePeople: 'people' };
  const owner = { email: 'owner@mediashelf.local' };
  const write = (content: object | string) =>
    writeFileSync(file('owner.json'), typeof content === 'string' ? content : JSON.stringify(content));

  it('that was removed says the way back, and each way leads back', async () => {
    await expect(ensureOwner(folder, functions(), names)).rejects.toThrow(/Put a copy of that file back; or write/);
    write({ ...owner, password: 'known' });
    expect(await ensureOwner(folder, functions(), names)).toEqual({
      ...owner,
      password: 'known',
      apiKey: 'another key',
    });
    write({ ...owner, password: 'a new one', reset: true });
    const calls: unknown[] = [];
    const after = { ...owner, password: 'a new one', apiKey: 'another key' };
    expect(await ensureOwner(folder, functions(calls), names)).toEqual(after);
    expect(calls[0]).toEqual(['people', { action: 'reset-password', ...owner, password: 'a new one' }]);
    // From then on the file is whole: nothing is reset a second time.
    const later: unknown[] = [];
    expect(await ensureOwner(folder, functions(later), names)).toEqual(after);
    expect(later).toEqual([]);
  });

  it('that was emptied says the way back', async () => {
    write('');
    await expect(ensureOwner(folder, functions(), names)).rejects.toThrow(
      /owner\.json cannot be read. Put a copy back/,
    );
  });
});

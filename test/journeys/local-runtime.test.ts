import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { descendantsOf, gone, isAlive } from '../support/drivers/processes.ts';
import { photo } from '../support/fixtures/pictures.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface Started {
  readonly process: ChildProcess;
  readonly ready: Record<string, string>;
}

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mediashelf-journey-'));
  folders.push(folder);
  return folder;
};

const launch = (parameters: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, ['local/main.ts', ...parameters], {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
};

const start = async (...parameters: string[]): Promise<Started> => {
  const child = launch(['--json', '--port', '0', ...parameters]);
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  if (child.stdout === null) throw new Error('no standard output');
  const line = once(createInterface(child.stdout), 'line').then(([text]) => String(text));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`exit code ${code}: ${complaints}`)));
  ended.catch(() => {});
  return { process: child, ready: JSON.parse(await Promise.race([line, ended])) as Record<string, string> };
};

const failure = async (...parameters: string[]): Promise<{ code: number | null; complaint: string }> => {
  const child = launch(parameters);
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, complaint };
};

/** Everything that the runtime has started, once a process of each kind is among it. */
const descendants = async (child: ChildProcess, kinds: readonly string[]): Promise<readonly number[]> => {
  for (let look = 0; look < 1_000 && child.exitCode === null; look++) {
    const found = descendantsOf(child.pid ?? 0);
    if (kinds.every((kind) => found.some(({ command }) => command.includes(kind)))) return found.map(({ pid }) => pid);
    await pause(20);
  }
  throw new Error(`not all of ${kinds.join(', ')} were seen`);
};

const stop = async ({ process: child }: Started, signal: NodeJS.Signals): Promise<number | null> => {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
};

describe('the local runtime', () => {
  it('prints one ready line, stops cleanly, and comes back with the same owner and data', async () => {
    const folder = newFolder();
    const first = await start('--data', folder);
    expect(first.ready).toMatchObject({ ready: true, email: 'owner@mediashelf.local', region: 'us-east-1' });
    expect(first.ready.apiKey).toMatch(/^sk_live_/);
    expect(first.ready.ws).toBe(`${first.ready.http?.replace('http:', 'ws:')}/ws`);
    const headers = { authorization: `Bearer ${first.ready.apiKey}`, 'content-type': 'application/json' };
    const body = JSON.stringify({
      filename: 'cat.jpg',
      mimeType: 'image/jpeg',
      fileSize: 10,
      url: 'https://example.com/cat.jpg',
    });
    const created = await fetch(`${first.ready.http}/api/v1/media`, { method: 'POST', headers, body });
    expect(created.status).toBe(201);
    const engine = Number(readFileSync(join(folder, 'dynamodb.pid'), 'utf8'));
    expect(await stop(first, 'SIGTERM')).toBe(0);
    expect(isAlive(engine)).toBe(false);
    expect(readdirSync(folder)).not.toContain('runtime.lock');

    const second = await start('--data', folder);
    for (const name of ['email', 'password', 'apiKey', 'table', 'bucket']) {
      expect(second.ready[name]).toBe(first.ready[name]);
    }
    const list = await fetch(`${second.ready.http}/api/v1/media`, { headers });
    expect(JSON.stringify(await list.json())).toContain('cat.jpg');
    await stop(second, 'SIGTERM');
  });

  it('leaves nothing behind when it is killed at work on a large form, and starts again on the same folder', async () => {
    const folder = newFolder();
    const first = await start('--data', folder);
    const form = new FormData();
    const bytes = [await photo(4000, 3000), Buffer.alloc(6 * 2 ** 20)];
    form.append('file', new Blob(bytes, { type: 'image/jpeg' }), 'large.jpg');
    const headers = { authorization: `Bearer ${first.ready.apiKey}` };
    fetch(`${first.ready.http}/api/media`, { method: 'POST', headers, body: form }).catch(() => {});
    const kinds = ['dynoxide', '/index.mjs', 'pictures.sandbox.mjs'];
    const atWork = await descendants(first.process, kinds);
    await stop(first, 'SIGKILL');
    expect(await gone(...atWork)).toBe(true);
    const second = await start('--data', folder);
    expect(second.ready.apiKey).toBe(first.ready.apiKey);
    await stop(second, 'SIGTERM');
  });

  it('keeps nothing in memory mode', async () => {
    const started = await start('--memory');
    const own = (): string[] =>
      readdirSync('/dev/shm').filter((name) => name.startsWith(`mediashelf-${started.process.pid}-`));
    expect(own()).toHaveLength(1);
    await stop(started, 'SIGTERM');
    expect(own()).toEqual([]);
  });

  it('shares its data folder with no other runtime', async () => {
    const folder = newFolder();
    const first = await start('--data', folder);
    const { code, complaint } = await failure('--data', folder, '--port', '0');
    expect(code).toBe(1);
    expect(complaint).toBe(
      `Another runtime (pid ${first.process.pid}) uses the data folder ${folder}. Stop it, or choose another with --data.\n`,
    );
    await stop(first, 'SIGTERM');
  });

  it('says which port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, complaint } = await failure('--memory', '--port', String(port));
    server.close();
    expect(code).toBe(1);
    expect(complaint).toBe(`Port ${port} is in use. Choose another with --port, or --port 0 for a free one.\n`);
  });

  it('refuses a bad flag in one line', async () => {
    expect(await failure('--port', 'high')).toEqual({
      code: 2,
      complaint: '--port takes a number from 0 to 65535, not "high".\n',
    });
  });

  it('greets people with addresses and the next step', async () => {
    const child = launch(['--memory', '--port', '0']);
    let text = '';
    for await (const chunk of child.stdout ?? []) {
      text += String(chunk);
      if (text.includes('Ctrl+C')) break;
    }
    expect(text).toContain('Mediashelf is ready: http://127.0.0.1:');
    expect(text).toMatch(/API key\s+sk_live_/);
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readJson, writeJson } from '../../../cli/files-of-user.ts';
import { startCommand } from '../../support/drivers/command.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { inTerminal } from '../../support/drivers/in-terminal.ts';
import { type ScriptedApi, startScriptedApi } from '../../support/drivers/scripted-api.ts';

/** Every route answers until the one that is being tested, which never does. */
let silent: string;
let api: ScriptedApi;
let home: string;
let env: Record<string, string>;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mediashelf-interrupted-'));
  api = await startScriptedApi(({ route }) => {
    if (route === silent) return 'silence';
    return [200, route === 'GET /api/v1/media-tags' ? [{ id: 't1', slug: 'quay', name: 'Quay' }] : { message: 'done' }];
  });
  env = { HOME: home, MEDIASHELF_URL: api.url, MEDIASHELF_KEY: 'sk_live_x' };
});
afterEach(async () => {
  await api.close();
  await rm(home, { recursive: true });
});

/** Presses Ctrl-C when the route was asked for; answers the exit code and what was asked for in all. */
const interruptedAt = async (route: string, words: readonly string[]) => {
  silent = route;
  const { ended, interrupt, said } = inTerminal(words, { env });
  await eventually(() => expect(api.routes()).toContain(route));
  interrupt();
  return { code: await ended, asked: api.routes(), said };
};

describe('Ctrl-C', () => {
  it.each([
    ['rm', '--purge', 'a', 'b', 'c'],
    ['rm', 'a', 'b', 'c'],
  ])('ends %s %s with 130, and nothing is begun any more', async (...words) => {
    const { code, asked, said } = await interruptedAt('DELETE /api/v1/media/b', words);
    expect(code).toBe(130);
    expect(asked.at(-1)).toBe('DELETE /api/v1/media/b');
    expect(said).toEqual({ out: expect.stringMatching(/^a (purged|deleted)\n$/), errors: '' });
  });

  it.each([
    ['POST /api/v1/media/a/restore', ['restore', 'a', 'b']],
    ['GET /api/v1/media-tags', ['tags']],
    ['DELETE /api/v1/media-tags/t1', ['tags', 'delete', 'quay', 'quay']],
    ['POST /api/v1/media/a/tags', ['tags', 'add', 'a', 'quay', 'dawn']],
    ['GET /api/v1/media/a', ['get', 'a']],
    ['GET /api/v1/media-tags', ['upload', 'cli', '--tags', 'quay']],
    ['POST /api/v1/realtime/tickets', ['watch']],
    ['POST /api/v1/realtime/tickets', ['watch', '--channel', 'reviews']],
  ])('while %s is waited for ends %p', async (route, words) => {
    const { code, asked, said } = await interruptedAt(route, words);
    expect([code, said]).toEqual([130, { out: '', errors: '' }]);
    expect(asked.at(-1)).toBe(route);
  });

  it('leaves a user signed in whose login was not ended', async () => {
    const path = join(home, '.config', 'mediashelf', 'credentials.json');
    await writeJson(path, { url: api.url, apiKey: 'sk_live_kept' });
    env = { HOME: home };
    expect((await interruptedAt('POST /api/v1/auth/logout', ['logout'])).code).toBe(130);
    expect(await readJson(path)).toEqual({ url: api.url, apiKey: 'sk_live_kept' });
  });

  it.each([
    ['POST /api/v1/auth/login', ['--email', 'owner@example.com']],
    ['GET /api/v1/auth/me', ['--key']],
  ])('while %s is waited for does not sign in', async (route, flags) => {
    silent = route;
    const { ended, interrupt, input } = inTerminal(['login', api.url, ...flags], { env });
    input.end('secret\n');
    await eventually(() => expect(api.routes()).toContain(route));
    interrupt();
    expect(await ended).toBe(130);
  });

  it('is taken for itself where a password is typed unseen', async () => {
    const { ended, input, said } = inTerminal(['login', api.url, '--email', 'owner@example.com'], {
      env,
      isTyped: true,
    });
    await eventually(() => expect(said.errors).toBe('Password: '));
    input.write('sec\u0003');
    expect(await ended).toBe(130);
    expect(said).toEqual({ out: '', errors: 'Password: \n' });
  });

  it('reaches a program that runs', async () => {
    silent = 'DELETE /api/v1/media/b';
    const { child, ended } = startCommand(home, ['rm', 'a', 'b', 'c'], { env });
    await eventually(() => expect(api.routes()).toContain(silent));
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, out: 'a deleted\n', errors: '' });
    expect(child.signalCode).toBeNull();
  });
});

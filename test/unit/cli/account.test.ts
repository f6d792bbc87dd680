import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../cli/account.ts';
import { readJson, writeJson } from '../../../cli/files-of-user.ts';
import { inTerminal } from '../../support/drivers/in-terminal.ts';
import { type ScriptedApi, startScriptedApi } from '../../support/drivers/scripted-api.ts';

const login = { accessToken: 'old', refreshToken: 'r1' };
const NEW_COOKIE = { 'set-cookie': 'refreshToken=r2; Path=/; HttpOnly' };
let home: string;
let api: ScriptedApi;
let path: string;
/** Happens when a call is refused for its token. */
let onRefusal: () => void;

beforeEach(async () => {
  onRefusal = () => {};
  home = await mkdtemp(join(tmpdir(), 'mediashelf-account-'));
  path = join(home, '.config', 'mediashelf', 'credentials.json');
  api = await startScriptedApi(({ route, headers }) => {
    if (route === 'POST /api/v1/auth/refresh') return [200, { accessToken: 'new' }, NEW_COOKIE];
    if (headers.authorization === 'Bearer new') return [200, []];
    onRefusal();
    return [401];
  });
});
afterEach(async () => {
  await api.close();
  await rm(home, { recursive: true });
});

const tags = async (env: Record<string, string> = {}) => inTerminal(['tags'], { env: { HOME: home, ...env } }).ended;
const account = (): Account => ({ url: api.url, email: 'a@example.com', tokens: login });

describe('a login that is kept', () => {
  it('gets new tokens, and nothing of the environment beside them', async () => {
    await writeJson(path, account());
    expect(await tags({ MEDIASHELF_REALTIME_URL: 'wss://elsewhere/ws' })).toBe(0);
    expect(await readJson(path)).toEqual({ ...account(), tokens: { accessToken: 'new', refreshToken: 'r2' } });
  });

  it('takes over what another command got for it meanwhile', async () => {
    await writeJson(path, account());
    const fresh = { ...account(), tokens: { accessToken: 'new', refreshToken: 'r9' } };
    onRefusal = () => writeFileSync(path, JSON.stringify(fresh));
    expect(await tags()).toBe(0);
    expect(api.routes()).toEqual(['GET /api/v1/media-tags', 'GET /api/v1/media-tags']);
  });

  it.each<[string, Partial<Account>]>([
    ['of another library', { url: 'https://other.example.com' }],
    ['of another account', { email: 'b@example.com' }],
  ])('is over when it was replaced by a login %s', async (_, change) => {
    await writeJson(path, account());
    const other = { ...account(), ...change, tokens: { accessToken: 'theirs', refreshToken: 'r7' } };
    onRefusal = () => writeFileSync(path, JSON.stringify(other));
    expect(await tags()).toBe(3);
    expect(api.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer old']);
    expect(await readJson(path)).toEqual(other);
  });
});

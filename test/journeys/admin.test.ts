import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { client } from '../support/client.ts';
import { type Runtime, startRuntime } from '../support/runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'mediashelf-admin-'));
const ready = join(folder, 'ready.json');
let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime();
  writeFileSync(ready, JSON.stringify(runtime.ready));
});
afterAll(async () => {
  await runtime?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const admin = async (args: readonly string[], input = '', env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ['bin/admin.ts', ...args], { env: { ...process.env, ...env } });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, output, errors };
};
const login = (email: string, password: string) =>
  client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });

describe('the operator', () => {
  it('makes an owner with a password that is made and shown', async () => {
    const args = ['create-owner', '--email', 'first@example.com', '--team', 'First', '--outputs', ready];
    const { code, output } = await admin(args);
    expect(code).toBe(0);
    const [, password = ''] = /^password +(\S+)$/m.exec(output) ?? [];
    const [, apiKey = ''] = /^API key +(\S+)$/m.exec(output) ?? [];
    expect((await login('first@example.com', password)).body.data.team.name).toBe('First');
    expect((await client({ ...runtime.ready, apiKey }).call('GET', '/api/v1/media')).status).toBe(200);
  });

  it('may choose the password, which is not shown, and names function and endpoint by hand', async () => {
    const { outputs, aws, region, accessKeyId, secretAccessKey } = runtime.ready;
    const args = ['create-owner', '--email', 'second@example.com', '--team', 'Second', '--password-stdin'];
    const by = ['--function', outputs.CreateOwnerFunctionName, '--endpoint', aws];
    const env = { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const { code, output } = await admin([...args, ...by], 'a chosen password\n', env);
    expect(code).toBe(0);
    expect(output).not.toContain('a chosen password');
    expect((await login('second@example.com', 'a chosen password')).status).toBe(200);
  });

  it('rotates the secret, recounts and sweeps', async () => {
    expect((await admin(['rotate', '--outputs', ready])).output).toContain('version');
    for (const command of ['recount', 'sweep', 'rebuild-index']) {
      const { code, output } = await admin([command, '--outputs', ready]);
      expect([command, code]).toEqual([command, 0]);
      expect(JSON.parse(output)).toBeInstanceOf(Object);
    }
  });

  it.each([
    [['create-owner', '--outputs', 'nowhere.json', '--email', 'a@example.com', '--team', 't'], 'npm run deploy'],
    [['create-owner', '--email', 'a@example.com'], 'needs --email and --team'],
    [['destroy'], 'there is no command destroy'],
  ])('is told what is wrong with %j', async (args, message) => {
    const { code, errors } = await admin(args);
    expect(code).toBe(1);
    expect(errors).toContain(message);
  });

  it('is told why an owner was not made', async () => {
    const args = ['create-owner', '--email', runtime.ready.email, '--team', 't', '--outputs', ready];
    expect(await admin(args)).toMatchObject({ code: 1, errors: expect.stringContaining('is taken') });
  });
});

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

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

  it('gives an address back to its person: resets the password, and removes the user but for the last owner', async () => {
    const email = 'squatted@example.com';
    const made = await admin([
      'create-owner',
      '--email',
      'inviting@example.com',
      '--team',
      'Squatters',
      '--outputs',
      ready,
    ]);
    const [, password = ''] = /^password +(\S+)$/m.exec(made.output) ?? [];
    const owner = await login('inviting@example.com', password);
    const byToken = (answer: typeof owner) =>
      client(runtime.ready, { authorization: `Bearer ${answer.body.data.accessToken}` });
    const { id } = owner.body.data.team;
    const json = { email, role: 'admin' };
    const { token } = (await byToken(owner).call('POST', `/api/v1/teams/${id}/invitations`, { json })).body.data;
    const squatter = await client(runtime.ready, {}).call('POST', '/api/v1/invitations/accept', {
      json: { token, password: 'the one who was first' },
    });
    const { key } = (
      await byToken(squatter).call('POST', '/api/v1/api-keys', {
        json: { name: 'k', scopes: ['media:read', 'media:write'] },
      })
    ).body.data;
    const byKey = client({ ...runtime.ready, apiKey: key });
    const write = async (caller: typeof byKey) =>
      (await caller.call('POST', '/api/v1/realtime/tickets', { json: {} })).status;
    const accomplice = (
      await byToken(squatter).call('POST', `/api/v1/teams/${id}/invitations`, {
        json: { email: 'accomplice@example.com', role: 'admin' },
      })
    ).body.data.token;
    expect([await write(byToken(squatter)), (await byKey.call('GET', '/api/v1/usage')).status]).toEqual([201, 200]);

    const reset = await admin(['reset-password', '--email', 'SQUATTED@example.com', '--outputs', ready]);
    expect(reset.code).toBe(0);
    const [, fresh = ''] = /^password +(\S+)$/m.exec(reset.output) ?? [];
    expect(await write(byToken(squatter))).toBe(401);
    expect(await write(byKey)).toBe(401);
    const back = await client(runtime.ready, {}).call('POST', '/api/v1/invitations/accept', {
      json: { token: accomplice, password: 'the one who comes back' },
    });
    expect(back.status).toBe(404);
    expect((await login(email, 'the one who was first')).status).toBe(401);
    const person = await login(email, fresh);
    expect([person.status, person.body.data.team.id]).toEqual([200, id]);

    const last = await admin(['remove-user', '--email', 'inviting@example.com', '--outputs', ready]);
    expect([last.code, last.errors]).toEqual([1, expect.stringContaining('last owner of the team "Squatters"')]);
    expect((await login('inviting@example.com', password)).status).toBe(200);
    const removed = await admin(['remove-user', '--email', email, '--outputs', ready]);
    expect([removed.code, removed.output]).toEqual([0, expect.stringContaining('has left 1 teams')]);
    expect(await write(byToken(person))).toBe(401);
    expect((await login(email, fresh)).status).toBe(401);
    const members = (await byToken(owner).call('GET', `/api/v1/teams/${id}/members`)).body.data;
    expect(members.map((member: { email: string }) => member.email)).toEqual(['inviting@example.com']);
    expect((await admin(['remove-user', '--email', email, '--outputs', ready])).code).toBe(1);
    const weak = await admin(
      ['reset-password', '--email', 'inviting@example.com', '--password-stdin', '--outputs', ready],
      '1234567890\n',
    );
    expect([weak.code, (await login('inviting@example.com', password)).status]).toEqual([1, 200]);
  });

  it('rotates the secret, recounts and sweeps', async () => {
    expect((await admin(['rotate', '--outputs', ready])).output).toContain('version');
    for (const command of ['recount', 'sweep', 'rebuild-index', 'reread-metadata']) {
      const { code, output } = await admin([command, '--outputs', ready]);
      expect([command, code]).toEqual([command, 0]);
      expect(JSON.parse(output)).toBeInstanceOf(Object);
    }
  });

  it('brings the data to the version of the code, and has nothing to do the second time', async () => {
    const first = await admin(['migrate', '--outputs', ready]);
    expect(first).toMatchObject({ code: 0, output: expect.stringMatching(/^the data are of version \d+: \d+ items/) });
    const second = await admin(['migrate', '--outputs', ready]);
    expect(second.output).toContain('0 items looked at, 0 changed');
  });

  it.each([
    [['create-owner', '--outputs', 'nowhere.json', '--email', 'a@example.com', '--team', 't'], 'npm run deploy'],
    [['create-owner', '--email', 'a@example.com'], 'needs --email and --team'],
    [['remove-team', '--email', 'a@example.com'], 'needs --email and --team-id'],
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

import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/drivers/eventually.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let runtime: Runtime;
let teams: ReturnType<typeof teamsOf>;
let owner: Awaited<ReturnType<typeof teams.anOwner>>;
let server: Server;
let address: string;
let received: Received[] = [];
let answers: number[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  runtime = await startRuntime(['--memory', '-c', 'webhooksToLoopback=true']);
  teams = teamsOf(runtime);
  owner = await teams.anOwner();
}, 240_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await runtime?.stop();
});

const register = (api: typeof owner.api, filename: string) =>
  api.call('POST', '/api/v1/media', {
    json: { url: 'https://example.com/a.png', filename, fileSize: 1, mimeType: 'image/png' },
  });
const named = (filename: string) => received.filter(({ body }) => JSON.parse(body).data.filename === filename);

describe('a webhook', () => {
  it('hears what happens, signed so that it can tell who calls', async () => {
    const made = await owner.api.call('POST', '/api/v1/webhooks', { json: { url: address } });
    expect(made.status).toBe(201);
    const { id, secret } = made.body.data;
    expect(secret).toMatch(/^whsec_/);
    expect(JSON.stringify((await owner.api.call('GET', '/api/v1/webhooks')).body)).not.toContain(secret);

    answers = [503];
    const record = (await register(owner.api, 'hook.png')).body.data;
    await eventually(async () => expect(named('hook.png')).toHaveLength(2), 30_000);
    const [first, again] = named('hook.png') as [Received, Received];
    expect(JSON.parse(first.body)).toEqual({
      type: 'media.created',
      timestamp: record.createdAt,
      channel: 'media',
      seq: 1,
      data: record,
    });
    expect(again.body).toBe(first.body);
    expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
    for (const { headers, body } of [first, again]) {
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    }
    await eventually(async () => {
      const { body } = await owner.api.call('GET', `/api/v1/webhooks/${id}/deliveries`);
      expect(body.data.map(({ ok, status }: { ok: boolean; status: number }) => [ok, status])).toEqual([
        [true, 200],
        [false, 503],
      ]);
    });
  }, 60_000);

  it('that wants some events hears no others, and none of another team', async () => {
    received = [];
    const stranger = await teams.anOwner();
    await owner.api.call('POST', '/api/v1/webhooks', { json: { url: `${address}/some`, events: ['media.deleted'] } });
    const { id } = (await register(owner.api, 'some.png')).body.data;
    await register(stranger.api, 'theirs.png');
    await owner.api.call('DELETE', `/api/v1/media/${id}`);
    // The first webhook hears of both, the second of one.
    await eventually(async () => expect(named('some.png')).toHaveLength(3), 30_000);
    expect(named('theirs.png')).toEqual([]);
  }, 60_000);

  it('is silent once its keeper left or may keep none, says so, and is taken over by another', async () => {
    const team = await teams.anOwner();
    const list = async (api: typeof owner.api) => (await api.call('GET', '/api/v1/webhooks')).body.data;
    const memberPath = (userId: string) => `/api/v1/teams/${team.teamId}/members/${userId}`;
    const [leaving, demoted] = [await teams.aMember(team, 'admin'), await teams.aMember(team, 'admin')];
    for (const { api } of [leaving, demoted]) await api.call('POST', '/api/v1/webhooks', { json: { url: address } });
    await register(team.api, 'both.png');
    await eventually(async () => expect(named('both.png')).toHaveLength(2), 30_000);
    expect((await team.api.call('DELETE', memberPath(leaving.userId))).status).toBe(200);
    expect((await team.api.call('PATCH', memberPath(demoted.userId), { json: { role: 'editor' } })).status).toBe(200);
    await register(team.api, 'none.png');
    const off = await list(team.api);
    expect(off.map(({ enabled }: { enabled: boolean }) => enabled)).toEqual([false, false]);
    expect(off[0].disabledBecause).toMatch(/may not keep webhooks/);
    const json = { enabled: true };
    expect((await team.api.call('PATCH', `/api/v1/webhooks/${off[0].id}`, { json })).body.data).toMatchObject({
      enabled: true,
      disabledBecause: null,
    });
    await register(team.api, 'taken-over.png');
    await eventually(async () => expect(named('taken-over.png')).toHaveLength(1), 30_000);
    expect(named('none.png')).toEqual([]);
  }, 60_000);

  it('is for those who manage the team, and answers strangers as missing', async () => {
    const editor = await teams.aMember(owner);
    expect((await editor.api.call('GET', '/api/v1/webhooks')).status).toBe(403);
    const [{ id }] = (await owner.api.call('GET', '/api/v1/webhooks')).body.data;
    const stranger = await teams.anOwner();
    for (const [method, path] of [
      ['PATCH', `/api/v1/webhooks/${id}`],
      ['DELETE', `/api/v1/webhooks/${id}`],
      ['GET', `/api/v1/webhooks/${id}/deliveries`],
    ] as const) {
      const json = method === 'PATCH' ? { json: { enabled: false } } : {};
      expect((await stranger.api.call(method, path, json)).status).toBe(404);
    }
    expect(
      (await owner.api.call('PATCH', `/api/v1/webhooks/${id}`, { json: { enabled: false } })).body.data,
    ).toMatchObject({
      enabled: false,
    });
    expect((await owner.api.call('DELETE', `/api/v1/webhooks/${id}`)).status).toBe(200);
    expect((await owner.api.call('DELETE', `/api/v1/webhooks/${id}`)).status).toBe(404);
  });

  it.each([
    'http://example.com/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/',
  ])('may not lead to %s', async (url) => {
    expect((await owner.api.call('POST', '/api/v1/webhooks', { json: { url } })).status).toBe(400);
  });

  it('leaves no secret in the log of events', async () => {
    const items = await operator(runtime.ready).items();
    const beside = items.filter(({ sk }) => !String(sk).startsWith('WEBHOOK#'));
    expect(JSON.stringify(beside)).not.toContain('whsec_');
  });
});

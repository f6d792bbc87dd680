import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, client } from '../support/drivers/client.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const external = { url: 'https://example.com/a.jpg', filename: 'a.jpg', fileSize: 1, mimeType: 'image/jpeg' };
const create = (key: string, json: unknown = external) =>
  api.call('POST', '/api/v1/media', { json, headers: { 'idempotency-key': key } });
const total = async () => (await api.call('GET', '/api/v1/media')).body.data.total as number;

describe('an Idempotency-Key', () => {
  it('makes one record of a request that is sent twice, and gives the same answer', async () => {
    const before = await total();
    const [first, second] = [await create('order-1'), await create('order-1')];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await total()).toBe(before + 1);
    const other = await create('order-1', { ...external, filename: 'b.jpg' });
    expect([other.status, other.body.success]).toEqual([422, false]);
  });

  it('makes one record of twenty requests at once', async () => {
    const before = await total();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('race')));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
    const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.data.id);
    expect(new Set(ids).size).toBe(1);
    expect(await total()).toBe(before + 1);
  });

  it('keeps the signed request of an upload sealed', async () => {
    const body = { filename: 'a.txt', fileSize: 5, mimeType: 'text/plain' };
    const send = () => api.call('POST', '/api/v1/uploads', { json: body, headers: { 'idempotency-key': 'up' } });
    const first = await send();
    expect((await send()).body).toEqual(first.body);
    expect(JSON.stringify(await ops.items())).not.toContain('X-Amz-Signature');
  });

  it('makes one API key and one invitation of requests that are sent twice, and keeps their secrets sealed', async () => {
    const { email, password } = runtime.ready;
    const login = await api.call('POST', '/api/v1/auth/login', { json: { email, password } });
    const person = client(runtime.ready, { authorization: `Bearer ${login.body.data.accessToken}` });
    const { id } = (await person.call('GET', '/api/v1/auth/me')).body.data.team;
    const creations: [string, object][] = [
      ['/api/v1/api-keys', { name: 'CI', scopes: ['media:read'] }],
      [`/api/v1/teams/${id}/invitations`, { email: 'guest@example.com', role: 'viewer' }],
    ];
    for (const [path, json] of creations) {
      const before = (await person.call('GET', path)).body.data.length;
      const send = () => person.call('POST', path, { json, headers: { 'idempotency-key': 'once' } });
      const [first, second] = [await send(), await send()];
      expect([first.status, second.body]).toEqual([201, first.body]);
      expect((await person.call('GET', path)).body.data).toHaveLength(before + 1);
      const secret = first.body.data.key ?? first.body.data.token;
      expect(JSON.stringify(await ops.items())).not.toContain(secret);
    }
  });
});

describe('rate limits', () => {
  it('tell every caller where they stand', async () => {
    const { email, password } = runtime.ready;
    const login = await api.call('POST', '/api/v1/auth/login', { json: { email, password } });
    const person = client(runtime.ready, { authorization: `Bearer ${login.body.data.accessToken}` });
    // A key has half of what a person has.
    for (const [caller, limit] of [
      [person, 6000],
      [api, 3000],
    ] as const) {
      const { headers } = await caller.call('GET', '/api/v1/media');
      expect(headers.get('ratelimit-limit')).toBe(String(limit));
      expect(Number(headers.get('ratelimit-remaining'))).toBeLessThan(limit);
      expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
    }
  });

  it('answer 429 with the time to wait to a stranger who asks too often, and still serve who signed in', async () => {
    const anonymous = client(runtime.ready, {});
    const seen: Record<number, number> = {};
    let refused: Awaited<ReturnType<Client['call']>> | undefined;
    // The minute may turn once on the way: twice the limit and one more cannot pass within two minutes.
    const lane = async (): Promise<void> => {
      while (!refused) {
        const answer = await anonymous.call('GET', '/api/v1/media');
        seen[answer.status] = (seen[answer.status] ?? 0) + 1;
        if (answer.status === 429) refused = answer;
        if ((seen[401] ?? 0) > 2401) throw new Error('nothing was refused');
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    expect(refused?.body).toEqual({ success: false, error: 'Too many requests', details: { code: 'RATE_LIMITED' } });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(refused?.headers.get('ratelimit-remaining')).toBe('0');
    expect(Object.keys(seen).sort()).toEqual(['401', '429']);
    expect((await api.call('GET', '/api/v1/media')).status).toBe(200);
  });
});

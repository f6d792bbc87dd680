import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dialects } from '../../../functions/dialects/dialects.ts';
import { v1Refresh } from '../../../functions/dialects/v1/accounts.ts';
import { contentRoutes } from '../../../functions/dialects/v1/content.ts';
import { v1AcceptInvitation } from '../../../functions/dialects/v1/invitations.ts';
import { v1CreateMedia, v1ListMedia, v1UpdateMedia } from '../../../functions/dialects/v1/media.ts';
import { MediaError } from '../../../functions/domain/errors.ts';
import { type ShownMedia, untagged } from '../../../functions/domain/media.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import type { Role } from '../../../functions/domain/scopes.ts';
import { BODY_LIMIT } from '../../../functions/http/body-limit.ts';
import {
  type Claim,
  type Claimed,
  type GivenAnswer,
  type KeyedCall,
  keyedCall,
} from '../../../functions/http/idempotency.ts';
import type { Caller } from '../../../functions/http/rate-limit.ts';
import { render } from '../../../functions/http/render.ts';
import type { Reply } from '../../../functions/http/route.ts';
import { serve } from '../../../functions/http/serve.ts';
import { httpEvent, type RequestParts } from '../../support/drivers/http-event.ts';
import { aRecord } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const reader: Principal = {
  userId: 'u',
  teamId: 't',
  role: 'viewer',
  scopes: new Set(['media:read']),
  teams: [{ teamId: 't', role: 'viewer' }],
  credential: { kind: 'api-key', id: 'k' },
};
const editor: Principal = {
  ...reader,
  role: 'editor',
  teams: [{ teamId: 't', role: 'editor' }],
  scopes: new Set(['media:read', 'media:create', 'media:update']),
};
const holders = new Map([
  ['reader', reader],
  ['editor', editor],
  ['another', { ...editor, userId: 'another' }],
  ['guest', { ...editor, userId: 'guest', guest: true }],
]);

/** A key counts for itself, and with all keys of its maker. */
const OF_KEY = [
  { kind: 'key', id: 'k' },
  { kind: 'user', id: 'keys#u' },
];
const standing = { limit: 100, remaining: 99, reset: 30, exceeded: false };
const counted: Caller[] = [];
const kept = new Map<string, { fingerprint: string; answer?: GivenAnswer }>();

const api = {
  limit: async (caller: Caller) => {
    counted.push(caller);
    return standing;
  },
  /** Calls by key, in memory. */
  dialects,
  idempotency: {
    claim: async ({ scope, key, fingerprint }: KeyedCall): Promise<Claim> => {
      const known = kept.get(`${scope} ${key}`);
      if (known && known.fingerprint !== fingerprint) return { state: 'another request' };
      if (known?.answer) return { state: 'answered', answer: known.answer };
      if (known) return { state: 'in flight' };
      kept.set(`${scope} ${key}`, { fingerprint });
      return { state: 'claimed', token: 'token', seed: Buffer.alloc(32), isRepeat: false, wasAnswered: false };
    },
    finish: async ({ scope, key, fingerprint }: KeyedCall, _claim: Claimed, answer: GivenAnswer) => {
      kept.set(`${scope} ${key}`, { fingerprint, answer });
    },
    renew: async () => true,
    release: async ({ scope, key }: KeyedCall) => void kept.delete(`${scope} ${key}`),
  },
  publicUrl: 'https://api.example',
  settings: { allowedOrigins: ['https://app.example'], uploadsEnabled: true },
  authenticate: async ({ token }: { token: string }) => {
    const holder = holders.get(token);
    if (!holder) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    return holder;
  },
};

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  counted.length = 0;
  kept.clear();
  jest.spyOn(console, 'info').mockImplementation((line) => void lines.push(JSON.stringify(line)));
  jest.spyOn(console, 'error').mockImplementation((line) => void lines.push(JSON.stringify(line)));
});

const call = async (handler: (event: never, context: never) => Promise<unknown>, parts: RequestParts) => {
  const answer = (await handler(httpEvent(parts) as never, {} as never)) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
};

const received: unknown[] = [];
const list = serve(
  async ({ input }: { input: { limit: number; offset: number } }) => {
    received.push(input);
    return { items: [], total: 0, limit: input.limit, offset: input.offset };
  },
  [v1ListMedia],
  api,
);
const listing = (query: Record<string, string>, headers: Record<string, string> = { authorization: 'Bearer reader' }) =>
  call(list, { routeKey: 'GET /api/v1/media', query, headers });

describe('authentication', () => {
  it('answers 401 in the words of v1 without a credential', async () => {
    const answer = await listing({}, {});
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ success: false, error: 'Unauthorized' });
  });

  it.each(['Basic abc', 'Bearer', 'Bearer a b', 'reader'])('refuses the header %j', async (authorization) =>
    expect((await listing({}, { authorization })).status).toBe(401),
  );

  it('takes the header beside a cookie, since a browser adds that by itself', async () => {
    const asked = (authorization: string) =>
      call(list, { routeKey: 'GET /api/v1/media', headers: { authorization }, cookies: ['session=another'] });
    expect((await asked('Bearer reader')).status).toBe(200);
    expect(counted).toEqual(OF_KEY);
    expect((await asked('Bearer nobody')).status).toBe(401);
  });

  it('refuses two headers at once', async () => {
    const answer = await listing({}, { authorization: 'Bearer reader,Bearer editor' });
    expect(answer.status).toBe(400);
    expect(answer.body.details.code).toBe('AMBIGUOUS_CREDENTIALS');
  });

  it('names the missing scope as the reference does', async () => {
    const create = serve(async () => ({}) as never, [v1CreateMedia], api);
    const answer = await call(create, {
      routeKey: 'POST /api/v1/media',
      headers: { authorization: 'Bearer reader' },
      body: {},
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({ success: false, error: 'Insufficient permissions - media:write scope required' });
  });
});

describe('a body that comes beside its event', () => {
  const create = serve(async ({ input }) => ({ ...untagged(aRecord()), ...input }) as never, [v1CreateMedia], api);
  const sent = JSON.stringify({
    filename: 'a.png',
    url: 'https://a.example/a.png',
    mimeType: 'image/png',
    fileSize: 5,
  });
  const creating = async (headers: Record<string, string>) => {
    const whole = jest.fn(async () => Buffer.from(sent));
    const event = { ...httpEvent({ routeKey: 'POST /api/v1/media', headers }), whole };
    const { statusCode } = (await create(event, {} as never)) as { statusCode: number };
    return { statusCode, read: whole.mock.calls.length };
  };

  it('is read once, of a caller who may call', async () =>
    expect(await creating({ authorization: 'Bearer editor', 'idempotency-key': 'k' })).toEqual({
      statusCode: 201,
      read: 1,
    }));

  it.each([
    [401, {}],
    [401, { authorization: 'Bearer nobody' }],
    [403, { authorization: 'Bearer reader' }],
  ])('is not read of a caller who is answered %d', async (statusCode, headers) =>
    expect(await creating(headers as Record<string, string>)).toEqual({ statusCode, read: 0 }),
  );

  it('is not read when it says that it has more than the route takes', async () => {
    const announcing = (bytes: number) =>
      creating({
        authorization: 'Bearer editor',
        'content-length': String(bytes),
        'idempotency-key': crypto.randomUUID(),
      });
    expect(await announcing(BODY_LIMIT + 1)).toEqual({ statusCode: 413, read: 0 });
    expect(await announcing(BODY_LIMIT)).toEqual({ statusCode: 201, read: 1 });
  });
});

describe('query parameters', () => {
  it('have the defaults of the reference', async () => {
    await listing({});
    const defaults = { limit: 20, offset: 0, orderBy: 'createdAt', orderDir: 'desc', kind: undefined };
    expect(received.at(-1)).toEqual({ ...defaults, fits: expect.any(Function) });
  });

  it('are refused with the field errors that the reference shows', async () => {
    const answer = await listing({ limit: '101' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      success: false,
      error: 'Invalid query parameters',
      details: {
        code: 'VALIDATION',
        errors: [
          { code: 'too_big', maximum: 100, path: ['limit'], message: 'Number must be less than or equal to 100' },
        ],
      },
    });
  });

  it.each([
    [{ limit: '0' }],
    [{ limit: '-1' }],
    [{ limit: 'NaN' }],
    [{ limit: '1e9' }],
    [{ limit: '5.5' }],
    [{ limit: '1,2' }],
    [{ offset: '-1' }],
    [{ orderBy: 'password' }],
    [{ orderBy: '__proto__' }],
    [{ orderDir: 'DESC; DROP' }],
    [{ type: 'svg' }],
    [{ 'search[$ne]': '1' }],
    [JSON.parse('{"__proto__":"x"}')],
    [{ constructor: 'x' }],
  ])('refuses %j', async (query) => expect((await listing(query)).status).toBe(400));
});

describe('a body', () => {
  const update = serve(
    async () => ({ tags: [], renditions: {}, id: 'm', filename: 'f' }) as never,
    [v1UpdateMedia],
    api,
  );
  const patch = (body: unknown, headers: Record<string, string> = {}) =>
    call(update, {
      routeKey: 'PATCH /api/v1/media/{id}',
      path: { id: 'm' },
      headers: { authorization: 'Bearer editor', ...headers },
      body,
    });

  it.each(['key', 'owner', 'teamId', 'status', 'fileSize', 'filename', 'url'])('may not set %s', async (field) => {
    const answer = await patch({ title: 'x', [field]: 'y' });
    expect(answer.status).toBe(400);
    expect(answer.body.details.code).toBe('UNKNOWN_FIELD');
    expect(answer.body.details.errors[0].keys).toEqual([field]);
  });

  it('may not carry a prototype', async () => expect((await patch('{"__proto__":{"x":1}}')).status).toBe(400));
  it('has to be JSON', async () => expect((await patch('{"title":')).body.details.code).toBe('INVALID_JSON'));
  it.each(['{"title":"\\ud800"}', '{"\\udfff":1}', '{"alt":{"x":["\\uD83D"]}}'])(
    'may not spell half a character: %s',
    async (body) => expect((await patch(body)).status).toBe(400),
  );
  it('may spell a character in two halves', async () =>
    expect((await patch('{"title":"\\ud83d\\ude00"}')).status).toBe(200));
  it('has to be an object', async () => expect((await patch('[]')).status).toBe(400));
  it('is limited', async () => expect((await patch({ title: 'x'.repeat(300_000) })).status).toBe(413));
  it('holds titles of at most 255 characters', async () =>
    expect((await patch({ title: 'x'.repeat(256) })).body.details.errors[0]).toEqual({
      code: 'too_big',
      maximum: 255,
      path: ['title'],
      message: 'String must contain at most 255 character(s)',
    }));
});

describe('a write by cookie', () => {
  const update = serve(
    async () => ({ tags: [], renditions: {}, id: 'm', filename: 'f' }) as never,
    [v1UpdateMedia],
    api,
  );
  const write = async (headers: Record<string, string>) =>
    (
      await call(update, {
        routeKey: 'PATCH /api/v1/media/{id}',
        path: { id: 'm' },
        headers,
        cookies: ['__Host-session=editor'],
        body: { title: 'x' },
      })
    ).status;

  it.each([
    [{}],
    [{ origin: 'https://api.example' }],
    [{ origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('passes with %j', async (headers) => expect(await write(headers as Record<string, string>)).toBe(200));

  it.each([
    [{ origin: 'null' }],
    [{ origin: 'http://api.example' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'https://app.example.evil.example' }],
    [{ origin: 'https://evilapi.example' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('is refused with %j', async (headers) => expect(await write(headers as Record<string, string>)).toBe(403));
});

describe('an address that is open to all', () => {
  const callers: unknown[] = [];
  const content = serve(
    async ({ principal }) => {
      callers.push(principal);
      return { location: 'https://bucket.example/', cacheSeconds: 0 } as never;
    },
    [contentRoutes[2]],
    api,
  );
  const get = (parts: Partial<RequestParts>) => {
    callers.length = 0;
    return content(
      httpEvent({ routeKey: 'GET /m/{id}/{filename}', path: { id: 'm', filename: 'a.jpg' }, ...parts }) as never,
      {} as never,
    );
  };

  it('knows who comes with a session', async () => {
    await get({ cookies: ['session=reader'] });
    expect(callers).toEqual([reader]);
  });

  it('stays open for a browser whose session is over', async () => {
    expect((await get({ cookies: ['session=over'] })).statusCode).toBeLessThan(400);
    expect(callers).toEqual([undefined]);
  });

  it('refuses a header that opens nothing', async () =>
    expect((await get({ headers: { authorization: 'Bearer over' } })).statusCode).toBe(401));
});

describe('a call that needs no credential and may log in', () => {
  const accept = serve(async () => ({ team: { id: 't', name: 'T' }, role: 'viewer' }) as never, [v1AcceptInvitation], {
    ...api,
  });
  const accepting = async (headers: Record<string, string>, cookies?: string[]) => {
    const parts = {
      routeKey: 'POST /api/v1/invitations/accept',
      headers,
      body: { token: 't', password: 'p'.repeat(20) },
    };
    return (await call(accept, { ...parts, ...(cookies ? { cookies } : {}) })).status;
  };

  it('is taken from the own site, and from what is no browser', async () => {
    expect(await accepting({})).toBe(200);
    expect(await accepting({ origin: 'https://api.example' })).toBe(200);
    expect(await accepting({ authorization: 'Bearer reader', origin: 'https://evil.example' })).toBe(200);
  });

  it('is refused from another site, with a session and without', async () => {
    const elsewhere = { origin: 'https://evil.example', 'content-type': 'text/plain' };
    expect(await accepting(elsewhere)).toBe(403);
    expect(await accepting(elsewhere, ['session=reader'])).toBe(403);
    expect(await accepting(elsewhere, ['session=over'])).toBe(403);
  });
});

describe('answers', () => {
  it('are not stored or sniffed, and carry the request id', async () => {
    const { headers } = await listing({});
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'request-1',
      'content-type': 'application/json',
    });
  });

  it('ask browsers for TLS from then on, refusals included, and never on loopback', async () => {
    const hsts = 'strict-transport-security';
    for (const headers of [{ authorization: 'Bearer reader' }, {}] as Record<string, string>[])
      expect((await listing({}, headers)).headers[hsts]).toMatch(/^max-age=\d{8}$/);
    const onLoopback = { ...api, publicUrl: 'http://127.0.0.1:3000' };
    const local = serve(async () => ({ items: [], total: 0, limit: 1, offset: 0 }), [v1ListMedia], onLoopback);
    const answer = await call(local, { routeKey: 'GET /api/v1/media', headers: { authorization: 'Bearer reader' } });
    expect([answer.status, answer.headers[hsts]]).toEqual([200, undefined]);
  });

  it('tell nothing of a fault, which is logged whole', async () => {
    const broken = serve(() => Promise.reject(new Error('arn:aws:secret')), [v1ListMedia], api);
    const answer = await call(broken, { routeKey: 'GET /api/v1/media', headers: { authorization: 'Bearer reader' } });
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({ success: false, error: 'Failed to list media' });
    expect(lines.join()).toContain('arn:aws:secret');
  });

  it('say when to try again', async () => {
    const busy = serve(() => Promise.reject(new MediaError('BUSY', 'busy', { retryAfter: 3 })), [v1ListMedia], api);
    const answer = await call(busy, { routeKey: 'GET /api/v1/media', headers: { authorization: 'Bearer reader' } });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('3');
  });

  it('are compressed from 1 KB on for a client that accepts it, and never beside a cookie', async () => {
    const event = (encoding: string) => ({
      ...httpEvent({ routeKey: 'GET /api/v1/media' }),
      headers: { 'accept-encoding': encoding },
    });
    const context = { standing: undefined, publicUrl: 'http://127.0.0.1' };
    const large = { status: 200, body: { text: 'a'.repeat(2000) } };
    const answered = (encoding: string, reply: Reply = large) => render(reply, event(encoding), context);
    for (const encoding of ['gzip', 'br, GZIP;q=0.5', '*']) {
      const { headers, body, isBase64Encoded } = answered(encoding);
      expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
      expect(isBase64Encoded).toBe(true);
      expect(JSON.parse(gunzipSync(Buffer.from(String(body), 'base64')).toString())).toEqual(large.body);
    }
    for (const encoding of ['', 'identity', 'gzip;q=0', 'br']) {
      expect(answered(encoding).headers).not.toHaveProperty('content-encoding');
      expect(JSON.parse(String(answered(encoding).body))).toEqual(large.body);
    }
    const plain = [
      { status: 200, body: { text: 'short' } },
      { ...large, cookies: ['session=secret'] },
    ];
    for (const reply of plain) expect(answered('gzip', reply).headers).not.toHaveProperty('content-encoding');
    expect(answered('gzip', { ...large, headers: { vary: 'accept' } }).headers?.vary).toBe('accept, accept-encoding');
  });

  it('that a cache shows to others say nothing of the calls of the first caller, and pictures are not compressed', () => {
    const event = { ...httpEvent({ routeKey: 'GET /m/{id}/{filename}' }), headers: { 'accept-encoding': 'gzip' } };
    const standing = { limit: 60, remaining: 59, reset: 30, exceeded: false };
    const picture = (cacheControl: string): Reply => ({
      status: 200,
      bytes: new Uint8Array(70_000),
      headers: { 'content-type': 'image/png', 'cache-control': cacheControl },
    });
    const answered = (reply: Reply) => render(reply, event, { standing, publicUrl: 'http://127.0.0.1' });
    const shared = answered(picture('public, max-age=0, s-maxage=60'));
    expect(Object.keys(shared.headers ?? {}).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    expect(shared.headers).not.toHaveProperty('content-encoding');
    expect(Buffer.from(String(shared.body), 'base64')).toHaveLength(70_000);
    expect(answered(picture('private, no-store')).headers).toHaveProperty('ratelimit-remaining');
  });

  it('leave one line in the log, without the credential', async () => {
    await listing({ limit: '3' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      route: 'GET /api/v1/media',
      status: 200,
      userId: 'u',
      teamId: 't',
    });
    expect(lines[0]).not.toContain('Bearer');
    // An object: a text would stand quoted in the line that Lambda makes of it.
    expect(console.info).toHaveBeenCalledWith(expect.objectContaining({ route: 'GET /api/v1/media', status: 200 }));
  });

  it('are 404 for an id that no record could have', async () => {
    const update = serve(async () => ({}) as never, [v1UpdateMedia], api);
    const answer = await call(update, {
      routeKey: 'PATCH /api/v1/media/{id}',
      path: { id: 'x'.repeat(3000) },
      headers: { authorization: 'Bearer editor' },
      body: {},
    });
    expect(answer.body).toEqual({ success: false, error: 'Media not found' });
  });
});

describe('limits', () => {
  it('count a call for its caller, and answer what is left', async () => {
    const { headers } = await listing({});
    expect(counted).toEqual(OF_KEY);
    expect(headers).toMatchObject({ 'ratelimit-limit': '100', 'ratelimit-remaining': '99', 'ratelimit-reset': '30' });
  });

  it.each([[{}], [{ authorization: 'Bearer guess' }], [{ authorization: 'Basic x' }]])(
    'count %j for the address that it came from',
    async (headers) => {
      expect((await listing({}, headers as Record<string, string>)).status).toBe(401);
      expect(counted).toEqual([{ kind: 'address', id: '127.0.0.1' }]);
    },
  );

  it('count what guests do for the address that they came from', async () => {
    expect((await listing({}, { authorization: 'Bearer guest' })).status).toBe(200);
    expect(counted).toEqual([{ kind: 'address', id: '127.0.0.1' }]);
  });

  it('know the address of guests, who are counted by it, and of no other caller', async () => {
    const addresses: unknown[] = [];
    const noting = serve(
      async ({ principal }: { principal: Principal }) => {
        addresses.push(principal.address);
        return { items: [], total: 0, limit: 20, offset: 0 };
      },
      [v1ListMedia],
      api,
    );
    for (const token of ['guest', 'reader']) {
      await call(noting, { routeKey: 'GET /api/v1/media', headers: { authorization: `Bearer ${token}` } });
    }
    expect(addresses).toEqual(['127.0.0.1', undefined]);
  });

  it('count a call that lacks the scope, which is refused after that', async () => {
    const create = serve(async () => ({}) as never, [v1CreateMedia], api);
    const route = { routeKey: 'POST /api/v1/media', body: {}, headers: { authorization: 'Bearer reader' } };
    expect((await call(create, route)).status).toBe(403);
    expect(counted).toEqual(OF_KEY);
  });

  it('end in 429 with the time to wait, and the use case does not run', async () => {
    const limit = async () => ({ ...standing, remaining: 0, exceeded: true });
    const full = serve(() => Promise.reject(new Error('ran')), [v1ListMedia], { ...api, limit });
    const answer = await call(full, { routeKey: 'GET /api/v1/media', headers: { authorization: 'Bearer reader' } });
    expect([answer.status, answer.body.error]).toEqual([429, 'Too many requests']);
    expect(answer.headers).toMatchObject({ 'retry-after': '30', 'ratelimit-remaining': '0' });
  });

  it('of an address that others used up leave those of a refresh token to its holder, and none to a guess', async () => {
    const asked: Caller[] = [];
    const refresh = serve(async () => Promise.reject(new MediaError('CONFLICT', 'ran')), [v1Refresh], {
      ...api,
      limit: async (caller: Caller) => {
        asked.push(caller);
        return { ...standing, exceeded: caller.kind === 'address' };
      },
    });
    const routeKey = 'POST /api/v1/auth/refresh';
    const answers: [{ cookies?: string[]; body?: object }, number][] = [
      [{ cookies: ['refreshToken=editor'] }, 409],
      [{ body: { refreshToken: 'editor' } }, 409],
      [{ body: { refreshToken: 'guess' } }, 429],
      [{ cookies: ['refreshToken=guest'] }, 429],
      [{ body: {} }, 429],
    ];
    for (const [sent, status] of answers) {
      asked.length = 0;
      expect((await call(refresh, { routeKey, ...sent })).status).toBe(status);
      const holder = status === 409 ? OF_KEY : [];
      expect(asked).toEqual([{ kind: 'address', id: '127.0.0.1' }, ...holder]);
    }
  });

  it('let a call pass when the counter cannot be asked', async () => {
    const open = serve(async () => ({ items: [], total: 0, limit: 20, offset: 0 }), [v1ListMedia], {
      ...api,
      limit: async () => undefined,
    });
    const answer = await call(open, { routeKey: 'GET /api/v1/media', headers: { authorization: 'Bearer reader' } });
    expect([answer.status, answer.headers['ratelimit-limit']]).toEqual([200, undefined]);
  });
});

describe('an Idempotency-Key', () => {
  let runs = 0;
  let outcome: () => Promise<ShownMedia>;
  beforeEach(() => {
    runs = 0;
    outcome = async () => untagged(aRecord({ id: `record-${runs}` }));
  });
  const create = serve(
    () => {
      runs += 1;
      return outcome();
    },
    [v1CreateMedia],
    api,
  );
  const file = { url: 'https://example.com/a.jpg', filename: 'a.jpg', fileSize: 1, mimeType: 'image/jpeg' };
  const post = (key: string, body: unknown = file, token = 'editor') =>
    call(create, {
      routeKey: 'POST /api/v1/media',
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
      body,
    });

  it('answers the first answer again to the same request', async () => {
    const [first, second] = [await post('k'), await post('k')];
    expect(runs).toBe(1);
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
  });

  it('is refused for another request', async () => {
    await post('k');
    const answer = await post('k', { ...file, fileSize: 2 });
    expect([answer.status, answer.body.details.code, runs]).toEqual([422, 'KEY_REUSED', 1]);
  });

  it('is refused while the first request is under way', async () => {
    let finish: (record: ShownMedia) => void = () => undefined;
    outcome = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const first = post('k');
    for (; runs === 0; ) await new Promise(setImmediate);
    const second = await post('k');
    expect([second.status, second.headers['retry-after']]).toEqual([409, '1']);
    finish(untagged(aRecord()));
    expect((await first).status).toBe(201);
  });

  it('may be used again after a failure, and after a refusal', async () => {
    outcome = () => Promise.reject(new Error('power cut'));
    expect((await post('k')).status).toBe(500);
    outcome = () => Promise.reject(new MediaError('QUOTA_EXCEEDED', 'full'));
    expect((await post('k')).status).toBe(413);
    outcome = async () => untagged(aRecord());
    expect((await post('k')).status).toBe(201);
    expect(runs).toBe(3);
  });

  it('belongs to who sent it', async () => {
    await post('k');
    await post('k', file, 'another');
    expect(runs).toBe(2);
  });

  it.each(['', ' ', 'x'.repeat(256), 'schlüssel'])('is refused when it is %j', async (key) => {
    const answer = await post(key);
    expect([answer.status, runs]).toEqual([400, 0]);
  });

  it('gives no answer of before to who may do less by now, or comes by a key in place of a login', () => {
    const event = httpEvent({ routeKey: 'POST /api/v1/api-keys' });
    const asked = (principal: Principal) => keyedCall(event, principal, 'k');
    const scopeOf = (principal: Principal) => `${asked(principal).scope} ${asked(principal).authority}`;
    const admin = aPrincipal({ role: 'admin' });
    expect(scopeOf({ ...admin, credential: { kind: 'access-token', id: 'another login' } })).toBe(scopeOf(admin));
    const others = [
      aPrincipal({ role: 'viewer' }),
      aPrincipal({ role: 'admin', credential: { kind: 'api-key', id: 'one' } }),
      aPrincipal({ role: 'admin', credential: { kind: 'api-key', id: 'two' } }),
    ];
    expect(new Set([admin, ...others].map(scopeOf)).size).toBe(4);
    // The role that counts may be the one in the team that the path names.
    const elsewhere = {
      ...httpEvent({ routeKey: 'POST /api/v1/teams/{id}/invitations' }),
      pathParameters: { id: 'second' },
    };
    const inSecond = (role: Role) =>
      keyedCall(elsewhere, { ...admin, teams: [...admin.teams, { teamId: 'second', role }] }, 'k').authority;
    expect(inSecond('owner')).not.toBe(inSecond('viewer'));
  });

  it('gives no answer of before to a person who was removed from the team of what was found, or demoted in it', () => {
    // The path names a record or nothing, and never its team.
    const event = httpEvent({ routeKey: 'POST /api/v1/uploads' });
    const home = aPrincipal({ role: 'owner' });
    const scopeIn = (...roles: readonly Role[]) => {
      const others = roles.map((role, index) => ({ teamId: `other-${index}`, role }));
      return keyedCall(event, { ...home, teams: [...home.teams, ...others] }, 'k').authority;
    };
    expect(new Set([scopeIn('editor'), scopeIn('viewer'), scopeIn(), scopeIn('editor', 'viewer')]).size).toBe(4);
    const { teams } = { ...home, teams: [...home.teams, { teamId: 'second', role: 'viewer' as const }] };
    const inOrder = [teams, teams.toReversed()].map(
      (each) => keyedCall(event, { ...home, teams: each }, 'k').authority,
    );
    expect(inOrder[0]).toBe(inOrder[1]);
  });

  it('takes a form with another boundary for the same request', () => {
    const form = (boundary: string, content: string) =>
      httpEvent({
        routeKey: 'POST /api/v1/media/upload',
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        body: `--${boundary}\r\n\r\n${content}\r\n--${boundary}--\r\n`,
      });
    const print = (boundary: string, content: string) => keyedCall(form(boundary, content), editor, 'k').fingerprint;
    expect(print('----one', 'a')).toBe(print('----another', 'a'));
    expect(print('----one', 'a')).not.toBe(print('----one', 'b'));
  });
});

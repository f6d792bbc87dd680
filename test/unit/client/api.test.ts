import { describe, expect, it } from '@jest/globals';
import { openClient } from '../../../client/client.ts';

interface Seen {
  readonly address: string;
  readonly init: RequestInit & { headers: Record<string, string> };
}

type Given = readonly [status: number, body: unknown, headers?: Record<string, string>] | Response;

/** A client whose server gives these answers, one after the other, and what it was asked; an Error is no answer. */
const against = (answers: readonly (Given | Error)[], options: object = { apiKey: 'sk_live_1' }) => {
  const seen: Seen[] = [];
  const left = answers.values();
  const fetch = (async (address: string, init: Seen['init']) => {
    seen.push({ address, init });
    const answer = left.next().value;
    if (!answer) throw new Error('nothing more was expected');
    if (answer instanceof Error) throw answer;
    if (answer instanceof Response) return answer;
    const [status, body, headers = {}] = answer;
    return new Response(JSON.stringify(body), { status, headers });
  }) as typeof globalThis.fetch;
  const retry = { attempts: 3, firstDelayMs: 1, longestDelayMs: 1 };
  const sourceOf = () => {
    throw new Error('no file is uploaded here');
  };
  return { seen, shelf: openClient({ url: 'http://api/', fetch, retry, ...options }, { sourceOf }) };
};

const ok = (data: unknown, headers?: Record<string, string>): Given => [200, { success: true, data }, headers];
const refused = (status: number, error = 'no', details?: object): Given => [status, { success: false, error, details }];
const lost = new TypeError('fetch failed');

describe('a call', () => {
  it('fills path and query, and answers what is in the envelope', async () => {
    const { seen, shelf } = against([ok({ data: [], total: 0 }), ok({ id: 'a/b' })], { apiKey: 'k', team: 't1' });
    expect(await shelf.call('GET /api/v1/media', { query: { limit: 5, tagSlugs: ['sea', 'sky'] } })).toMatchObject({
      total: 0,
    });
    await shelf.call('GET /api/v1/media/{id}', { path: { id: 'a/b' } });
    expect(seen.map(({ address }) => address)).toEqual([
      'http://api/api/v1/media?limit=5&tagSlugs=sea%2Csky',
      'http://api/api/v1/media/a%2Fb',
    ]);
    expect(seen[0]?.init.headers).toEqual({ authorization: 'Bearer k', 'x-team-id': 't1' });
    expect(seen[0]?.init.credentials).toBe('omit');
  });

  it('tells what was refused, and why', async () => {
    const errors = [{ code: 'custom', path: ['fileSize'], message: 'Too small' }];
    const { shelf } = against([refused(400, 'Invalid request body', { code: 'VALIDATION', errors })]);
    const body = { filename: 'a', fileSize: 0, mimeType: 'image/png' };
    await expect(shelf.call('POST /api/v1/uploads', { body })).rejects.toMatchObject({
      name: 'MediashelfError',
      code: 'VALIDATION',
      status: 400,
      message: 'Invalid request body',
      fields: errors,
    });
  });

  it('that creates is repeated under one key when its answer got lost', async () => {
    const { seen, shelf } = against([lost, [502, {}], ok({ id: 'u' })]);
    await shelf.call('POST /api/v1/uploads', { body: { filename: 'a', fileSize: 1, mimeType: 'image/png' } });
    const keys = seen.map(({ init }) => init.headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[\w-]{36}$/);
  });

  it('is repeated when its answer breaks off, and tells of a server that is none of ours', async () => {
    const cut = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) });
    const { seen, shelf } = against([new Response(cut), ok([])]);
    expect(await shelf.call('GET /api/v1/media-tags')).toEqual([]);
    expect(seen).toHaveLength(2);
    const other = against([new Response('<!doctype html>')]);
    await expect(other.shelf.call('GET /api/v1/media-tags')).rejects.toMatchObject({ code: 'UNEXPECTED', status: 200 });
  });

  it('that must not be done twice is repeated only where nothing was done', async () => {
    const twice = against([[503, {}, { 'retry-after': '0' }], ok({ message: 'done' })]);
    await twice.shelf.call('POST /api/v1/auth/logout');
    expect(twice.seen).toHaveLength(2);
    const once = against([lost]);
    await expect(once.shelf.call('POST /api/v1/auth/logout')).rejects.toMatchObject({ code: 'NETWORK', status: null });
    expect(once.seen).toHaveLength(1);
  });
});

describe('a signed-in user', () => {
  const tokens = { accessToken: 'old', refreshToken: 'r1' };
  const login = ok({ accessToken: 'new' }, { 'set-cookie': 'refreshToken=r2; Path=/; HttpOnly' });

  it('is signed in again once, whatever number of calls was refused', async () => {
    const kept: unknown[] = [];
    const { seen, shelf } = against([refused(401), refused(401), login, ok([]), ok({})], {
      tokens,
      onTokens: (fresh: unknown) => kept.push(fresh),
    });
    await Promise.all([shelf.call('GET /api/v1/media-tags'), shelf.call('GET /api/v1/usage')]);
    expect(kept).toEqual([{ accessToken: 'new', refreshToken: 'r2' }]);
    expect(seen.filter(({ address }) => address.endsWith('/auth/refresh'))).toHaveLength(1);
    expect(seen.at(-1)?.init.headers.authorization).toBe('Bearer new');
  });

  it('is refused in the end when the new token is refused as well, or there is none', async () => {
    const again = against([refused(401), login, refused(401)], { tokens });
    await expect(again.shelf.call('GET /api/v1/usage')).rejects.toMatchObject({ status: 401 });
    const none = against([refused(401), refused(401)], { tokens });
    await expect(none.shelf.call('GET /api/v1/usage')).rejects.toMatchObject({ status: 401 });
    expect(none.seen).toHaveLength(2);
    const key = against([refused(401)]);
    await expect(key.shelf.call('GET /api/v1/usage')).rejects.toMatchObject({ status: 401 });
    expect(key.seen).toHaveLength(1);
  });

  it.each([
    ['by itself', { tokens }],
    [
      'by an exchange of its own',
      {
        tokens,
        refresh: (former: { refreshToken: string }, exchange: (token: string) => unknown) =>
          exchange(former.refreshToken),
      },
    ],
  ])('stays so when the exchange is not answered, or refused for now: %s', async (_, options) => {
    const busy: Given = [429, {}, { 'retry-after': '0' }];
    const { seen, shelf } = against([refused(401), lost, busy, login, ok([])], options);
    expect(await shelf.call('GET /api/v1/media-tags')).toEqual([]);
    const exchanges = seen.filter(({ address }) => address.endsWith('/auth/refresh'));
    expect(exchanges.map(({ init }) => init.body)).toEqual(Array(3).fill(JSON.stringify({ refreshToken: 'r1' })));
    // The client does not wait for an answer until the token counts as stolen.
    expect(exchanges.map(({ init }) => init.signal)).toEqual(Array(3).fill(expect.any(AbortSignal)));
  });

  it('is told that no server answers when no exchange came through, and may ask again', async () => {
    const { seen, shelf } = against([refused(401), lost, lost, lost, refused(401), login, ok({ message: 'done' })], {
      tokens,
    });
    await expect(shelf.call('POST /api/v1/auth/logout')).rejects.toMatchObject({ code: 'NETWORK' });
    expect(seen).toHaveLength(4);
    expect(await shelf.call('POST /api/v1/auth/logout')).toEqual({ message: 'done' });
  });

  it('gets the token that others wait for when one of them is called off, and none when all are', async () => {
    const exchange = Promise.withResolvers<typeof tokens>();
    let asked = 0;
    const refresh = () => {
      asked += 1;
      return exchange.promise;
    };
    const { seen, shelf } = against([refused(401), refused(401), ok({})], { tokens, refresh });
    const [one, other] = [new AbortController(), new AbortController()];
    const gone = shelf.call('GET /api/v1/usage', { signal: one.signal });
    const waits = shelf.call('GET /api/v1/usage', { signal: other.signal });
    // Both were refused by then, and wait for the one exchange.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([asked, seen.length]).toEqual([1, 2]);
    one.abort();
    await expect(gone).rejects.toThrow('aborted');
    exchange.resolve({ accessToken: 'new', refreshToken: 'r2' });
    expect(await waits).toEqual({});
    expect([asked, seen.at(-1)?.init.headers.authorization]).toEqual([1, 'Bearer new']);
  });

  it('by a cookie sends no token beside it', async () => {
    const { seen, shelf } = against([refused(401), ok({ accessToken: 'x' }), ok({})], { cookies: true });
    await shelf.call('GET /api/v1/usage');
    expect(seen.map(({ init }) => [init.credentials, init.headers.authorization])).toEqual([
      ['same-origin', undefined],
      ['same-origin', undefined],
      ['same-origin', undefined],
    ]);
  });

  it('by a password keeps what came with the login', async () => {
    const kept: unknown[] = [];
    const { shelf } = against([login, refused(401)], { onTokens: (fresh: unknown) => kept.push(fresh) });
    await shelf.login('a@example.com', 'secret');
    expect(kept).toEqual([{ accessToken: 'new', refreshToken: 'r2' }]);
    await expect(shelf.login('a@example.com', 'wrong')).rejects.toThrow('Wrong e-mail address or password');
  });
});

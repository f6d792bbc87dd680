import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AskOrigin,
  createCache,
  type EdgeCache,
  type Keeping,
  type WholeAnswer,
} from '../../../local/edge/cache.ts';

let now: number;
let cache: EdgeCache;
beforeEach(() => {
  now = Date.parse('2026-01-01T00:00:00Z');
  cache = createCache(() => now);
});

const keeping = {
  policy: {
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 3600,
    parameters: [],
    headers: [],
    cookies: [],
    gzip: false,
    brotli: false,
  },
  errorTtl: new Map([403, 404, 500, 502, 503, 504].map((status) => [status, 0])),
};
const answer = (text: string, headers: Record<string, string> = {}, status = 200): WholeAnswer => ({
  status,
  headers,
  body: Buffer.from(text),
});
const FOR_A_MINUTE = { 'cache-control': 'max-age=0, s-maxage=60, stale-if-error=0', etag: '"one"' };

/** An origin that gives its answers in turn, and notes the ETags that it was asked with. */
const origin = (...answers: readonly (WholeAnswer | Error)[]) => {
  const asked: (string | undefined)[] = [];
  const ask: AskOrigin = async (etag) => {
    const next = answers[asked.length];
    asked.push(etag);
    if (next === undefined) throw new Error('asked too often');
    if (next instanceof Error) throw next;
    return next;
  };
  return { ask, asked };
};
const get = async (ask: AskOrigin, changes: Partial<Keeping> = {}) => {
  const { answer, found, age } = await cache.get('key', { ...keeping, ...changes }, ask);
  return [found, answer.status, answer.body.toString(), age];
};

describe('the cache of the edge', () => {
  it('asks once for an answer that may be kept, and says its age', async () => {
    const { ask, asked } = origin(answer('first', FOR_A_MINUTE));
    expect(await get(ask)).toEqual(['Miss', 200, 'first', 0]);
    now += 59_000;
    expect(await get(ask)).toEqual(['Hit', 200, 'first', 59]);
    expect(asked).toEqual([undefined]);
  });

  it('asks by the ETag once the time is over, and keeps the bytes for another minute after a 304', async () => {
    const { ask, asked } = origin(
      answer('first', FOR_A_MINUTE),
      answer('', FOR_A_MINUTE, 304),
      answer('next', FOR_A_MINUTE),
    );
    await get(ask);
    now += 60_000;
    expect(await get(ask)).toEqual(['RefreshHit', 200, 'first', 0]);
    now += 59_000;
    expect(await get(ask)).toEqual(['Hit', 200, 'first', 59]);
    now += 1000;
    expect(await get(ask)).toEqual(['Miss', 200, 'next', 0]);
    expect(asked).toEqual([undefined, '"one"', '"one"']);
  });

  it('ends the life of an old answer when the origin refuses', async () => {
    const { ask } = origin(answer('first', FOR_A_MINUTE), answer('gone', {}, 404), answer('gone', {}, 404));
    await get(ask);
    now += 60_000;
    expect(await get(ask)).toEqual(['Error', 404, 'gone', 0]);
    expect(await get(ask)).toEqual(['Error', 404, 'gone', 0]);
  });

  it.each([
    ['fails', answer('down', {}, 503), 503],
    ['cannot be reached', new Error('no connection'), undefined],
  ] as const)('gives no old answer while the origin %s, where the answer forbids it', async (_, failure, status) => {
    const { ask } = origin(answer('first', FOR_A_MINUTE), failure);
    await get(ask);
    now += 60_000;
    if (status === undefined) await expect(get(ask)).rejects.toThrow('no connection');
    else expect(await get(ask)).toEqual(['Error', status, 'down', 0]);
  });

  it('gives an old answer while the origin fails, where the answer says nothing', async () => {
    const { ask } = origin(answer('first', { 'cache-control': 'max-age=60' }), answer('down', {}, 503), new Error('x'));
    await get(ask);
    now += 60_000;
    expect(await get(ask)).toEqual(['Error', 200, 'first', 0]);
    expect(await get(ask)).toEqual(['Error', 200, 'first', 0]);
  });

  it.each([
    ['fails', answer('down', {}, 503)],
    ['cannot be reached', new Error('no connection')],
  ] as const)('does not ask again while an error of this kind is kept, where the origin %s', async (_, failure) => {
    const errorTtl = new Map([503, 504].map((status) => [status, 10]));
    const { ask, asked } = origin(answer('first', { 'cache-control': 'max-age=60' }), failure, answer('next'));
    await get(ask);
    now += 60_000;
    expect(await get(ask, { errorTtl })).toEqual(['Error', 200, 'first', 0]);
    now += 9_999;
    expect((await get(ask, { errorTtl }))[2]).toBe('first');
    expect(asked).toHaveLength(2);
    now += 1;
    expect((await get(ask, { errorTtl }))[2]).toBe('next');
  });

  it('counts the time that an old answer stands in from its own end, however often it did', async () => {
    const errorTtl = new Map([[503, 20]]);
    const down = answer('down', {}, 503);
    const { ask } = origin(answer('first', { 'cache-control': 'max-age=60, stale-if-error=30' }), down, down, down);
    await get(ask);
    for (const [seconds, text] of [
      [60, 'first'],
      [20, 'first'],
      [20, 'down'],
    ] as const) {
      now += seconds * 1000;
      expect((await get(ask, { errorTtl }))[2]).toBe(text);
    }
  });

  it('keeps an error for the time of the distribution', async () => {
    const errorTtl = new Map([[404, 5]]);
    const { ask } = origin(answer('no', {}, 404), answer('yes', FOR_A_MINUTE));
    expect(await get(ask, { errorTtl })).toEqual(['Error', 404, 'no', 0]);
    now += 4999;
    expect(await get(ask, { errorTtl })).toEqual(['Error', 404, 'no', 4]);
    now += 1;
    expect(await get(ask, { errorTtl })).toEqual(['Miss', 200, 'yes', 0]);
  });

  it('gives the private answer of one caller to all, where the least time is more than 0', async () => {
    const trap = { policy: { ...keeping.policy, minTtl: 1 } };
    const { ask, asked } = origin(answer('of the first caller', { 'cache-control': 'private, no-store' }));
    const seen = await Promise.all([get(ask, trap), get(ask, trap)]);
    expect(seen.map(([, , text]) => text)).toEqual(['of the first caller', 'of the first caller']);
    expect(asked).toHaveLength(1);
  });

  it('lets simultaneous requests share an answer that may be kept', async () => {
    const { ask, asked } = origin(answer('first', FOR_A_MINUTE));
    const seen = await Promise.all(Array.from({ length: 20 }, () => get(ask)));
    expect(new Set(seen.map(([, , text]) => text))).toEqual(new Set(['first']));
    expect(asked).toHaveLength(1);
  });

  it.each([['private, no-store'], ['no-cache'], ['max-age=0']])(
    'gives each of simultaneous requests its own answer: %s',
    async (cacheControl) => {
      const own = (of: string) => origin(answer(of, { 'cache-control': cacheControl })).ask;
      const names = Array.from({ length: 20 }, (_, at) => `caller ${at}`);
      const seen = await Promise.all(names.map((name) => get(own(name))));
      expect(seen.map(([, , text]) => text)).toEqual(names);
    },
  );

  it('asks again after simultaneous requests whose answer failed', async () => {
    const failing = origin(new Error('no connection'));
    const waiting = origin(answer('second', FOR_A_MINUTE));
    const [first, second] = await Promise.allSettled([get(failing.ask), get(waiting.ask)]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect((await get(origin().ask)).slice(0, 3)).toEqual(['Hit', 200, 'second']);
  });

  it('keeps five thousand answers, and lets the oldest go', async () => {
    const { ask } = origin(...Array.from({ length: 5001 }, (_, at) => answer(String(at), FOR_A_MINUTE)));
    for (let at = 0; at <= 5000; at += 1) await cache.get(`key ${at}`, keeping, ask);
    expect([cache.fresh('key 0'), cache.fresh('key 1')?.answer.body.toString()]).toEqual([undefined, '1']);
  });
});

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { countedAddress, rateLimiter } from '../../../functions/http/rate-limit.ts';

/** A counter that all instances share, and how often it was written. */
const counter = () => {
  const taken = new Map<string, number>();
  let writes = 0;
  return {
    take: async (subject: string, window: number, calls: number) => {
      writes += 1;
      const sum = (taken.get(`${subject} ${window}`) ?? 0) + calls;
      taken.set(`${subject} ${window}`, sum);
      return sum;
    },
    writes: () => writes,
  };
};
const user = { kind: 'user', id: 'u' } as const;
const start = Date.parse('2026-01-01T00:00:10Z');

describe('the rate limit', () => {
  it('lets exactly as many calls of one instance pass as it says, until the next minute', async () => {
    let now = start;
    const limit = rateLimiter({ perMinute: 25, anonymousPerMinute: 3 }, counter().take, () => new Date(now));
    for (let call = 1; call <= 25; call += 1) {
      expect(await limit(user)).toEqual({ limit: 25, remaining: 25 - call, reset: 50, exceeded: false });
    }
    expect(await limit(user)).toEqual({ limit: 25, remaining: 0, reset: 50, exceeded: true });
    expect(await limit({ kind: 'address', id: 'u' })).toMatchObject({ limit: 3, exceeded: false });
    now += 50_000;
    expect(await limit(user)).toMatchObject({ remaining: 24, reset: 60, exceeded: false });
  });

  it('counts a call that costs as much as several as so many, and lets it pass whole or not at all', async () => {
    const limit = rateLimiter({ perMinute: 50, anonymousPerMinute: 3 }, counter().take, () => new Date(start));
    expect(await limit(user, 21)).toMatchObject({ remaining: 29, exceeded: false });
    expect(await limit(user, 21)).toMatchObject({ remaining: 8, exceeded: false });
    expect(await limit(user, 21)).toMatchObject({ exceeded: true });
    expect(await limit(user)).toMatchObject({ exceeded: false });
  });

  it('never lets more pass, however many instances are asked side by side', async () => {
    const instances = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(instances, fc.integer({ min: 1, max: 200 }), async (calls, perMinute) => {
        const { take } = counter();
        const limits = Array.from({ length: 5 }, () =>
          rateLimiter({ perMinute, anonymousPerMinute: 1 }, take, () => new Date(start)),
        );
        const standings = await Promise.all(calls.map((instance) => limits[instance]?.(user)));
        const passed = standings.filter((standing) => standing?.exceeded === false).length;
        expect(passed).toBeLessThanOrEqual(perMinute);
        if (new Set(calls).size === 1) expect(passed).toBe(Math.min(perMinute, calls.length));
      }),
    );
  });

  it('writes for one call in twenty, and no more once the limit is reached', async () => {
    const { take, writes } = counter();
    const limit = rateLimiter({ perMinute: 1200, anonymousPerMinute: 1 }, take, () => new Date(start));
    for (let call = 0; call < 1200; call += 1) await limit(user);
    expect(writes()).toBe(60);
    for (let call = 0; call < 100; call += 1) expect(await limit(user)).toMatchObject({ exceeded: true });
    expect(writes()).toBe(60);
  });

  it('does not count while the counter has no time', async () => {
    const limit = rateLimiter(
      { perMinute: 1, anonymousPerMinute: 1 },
      async () => undefined,
      () => new Date(start),
    );
    expect([await limit(user), await limit(user)]).toEqual([undefined, undefined]);
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:0001:2::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s is counted as %s', (address, counted) => expect(countedAddress(address)).toBe(counted));
});

import { describe, expect, it } from '@jest/globals';
import { lifetime, mayBeStale } from '../../../local/edge/freshness.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const policy = { minTtl: 0, defaultTtl: 86_400, maxTtl: 31_536_000 };
const answer = (cacheControl: string | undefined, status = 200, more: Record<string, string> = {}) => ({
  status,
  headers: { ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }), ...more },
});
const kept = (cacheControl: string | undefined, of: Partial<typeof policy> = {}) =>
  lifetime(answer(cacheControl), { ...policy, ...of }, new Map(), NOW);

/** As in the tables of CloudFront's page on the expiration of objects. */
describe('the life of an answer at the edge', () => {
  it.each([
    ['says nothing: the default', undefined, {}, 86_400],
    ['max-age', 'max-age=60', {}, 60],
    ['s-maxage before max-age', 'public, max-age=0, s-maxage=60', {}, 60],
    ['more than the most', 'max-age=100', { maxTtl: 30 }, 30],
    ['less than the least', 'max-age=5', { minTtl: 30 }, 30],
    ['no-store', 'no-store', {}, 0],
    ['no-cache', 'no-cache', {}, 0],
    ['private', 'private, max-age=60', {}, 0],
    ['no-store with a least time above 0, the trap', 'no-store', { minTtl: 1 }, 1],
    ['private with a least time above 0, the trap', 'private, max-age=600', { minTtl: 2 }, 2],
    ['a time that is no number: the default', 'max-age=soon', {}, 86_400],
    ['a quoted time', 'max-age="60"', {}, 60],
    ['capital letters', 'Max-Age=60', {}, 60],
    ['a behaviour that keeps nothing', 'max-age=60', { maxTtl: 0 }, 0],
  ] as const)('%s', (_, cacheControl, of, seconds) => {
    expect(kept(cacheControl, of)).toBe(seconds);
  });

  it('is what Expires says, where Cache-Control says no time', () => {
    const expires = new Date(NOW + 90_000).toUTCString();
    expect(lifetime(answer(undefined, 200, { expires }), policy, new Map(), NOW)).toBe(90);
    expect(lifetime(answer('max-age=5', 200, { expires }), policy, new Map(), NOW)).toBe(5);
    expect(lifetime(answer(undefined, 200, { expires: new Date(NOW - 1).toUTCString() }), policy, new Map(), NOW)).toBe(
      0,
    );
  });

  it.each([
    ['ten seconds, if the distribution says nothing', 404, undefined, [], 10],
    ['what the distribution says', 404, undefined, [[404, 0]], 0],
    ['longer, if the error says so', 404, 'max-age=60', [[404, 0]], 60],
    ['what the distribution says, for one that may not be kept', 404, 'no-store', [[404, 5]], 5],
    ['the longer one of what the distribution and the error say', 404, 'max-age=3', [[404, 20]], 20],
    ['the most of the policy, if the error says more', 404, 'max-age=31536001', [[404, 0]], 31_536_000],
    ['nothing, for a status that is kept only if it says a time', 403, undefined, [[403, 5]], 0],
    ['nothing, also for such a one that may not be kept', 400, 'no-store, max-age=60', [], 0],
    ['what such a one says', 403, 's-maxage=60', [[403, 5]], 60],
    ['nothing, for a status that CloudFront never keeps', 401, 'max-age=60', [], 0],
    ['nothing, for too many requests', 429, undefined, [], 0],
  ] as const)('of an error is %s', (_, status, cacheControl, errors, seconds) => {
    expect(lifetime(answer(cacheControl, status), policy, new Map(errors), NOW)).toBe(seconds);
  });
});

describe('an answer whose time is over', () => {
  it.each([
    ['stands in where the origin fails', 'max-age=60', 1000, true],
    ['not with stale-if-error=0', 'max-age=60, stale-if-error=0', 0, false],
    ['for as long as stale-if-error says', 'stale-if-error=30', 29, true],
    ['no longer than stale-if-error says', 'stale-if-error=30', 30, false],
    ['not with must-revalidate', 'max-age=60, must-revalidate', 1, false],
    ['not with proxy-revalidate', 'proxy-revalidate', 1, false],
    ['not with no-cache', 'no-cache', 1, false],
  ] as const)('%s', (_, cacheControl, over, may) => {
    expect(mayBeStale(answer(cacheControl), over)).toBe(may);
  });
});

import { describe, expect, it } from '@jest/globals';
import { routes } from '../../../functions/dialects/route-table.ts';
import { boundFor, countedAs } from '../../../functions/domain/counted-for.ts';
import { countCalls } from '../../../functions/http/cost.ts';
import { type RateLimitStatus, rateLimiter } from '../../../functions/http/rate-limit.ts';
import type { ClaimRequest } from '../../../functions/table/claim-store.ts';
import { claimText } from '../../../functions/text/request-text.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const PER_MINUTE = 10;
const key = (id: string) => aPrincipal({ credential: { kind: 'api-key', id } });
const login = (id: string) => aPrincipal({ credential: { kind: 'access-token', id } });

/** Makes calls until one is refused, and tells how many passed and what the last answer says is left. */
const caller = () => {
  const taken = new Map<string, number>();
  const take = async (subject: string, window: number, calls: number) => {
    taken.set(`${subject} ${window}`, (taken.get(`${subject} ${window}`) ?? 0) + calls);
    return taken.get(`${subject} ${window}`);
  };
  const limit = rateLimiter({ perMinute: PER_MINUTE, anonymousPerMinute: 3 }, take, () => new Date(0));
  return async (principal: ReturnType<typeof aPrincipal>, { endsAccess = false, most = 100 } = {}) => {
    const notes: RateLimitStatus[] = [];
    const call = () =>
      countCalls(limit, { principal, sourceIp: '192.0.2.1', endsAccess, note: (standing) => notes.push(standing) });
    let passed = 0;
    while (
      passed < most &&
      (await call().then(
        () => true,
        () => false,
      ))
    )
      passed += 1;
    return { passed, last: notes.at(-1) };
  };
};

describe('the calls of an API key', () => {
  it('are half as many as those of a person, and leave the person all of theirs', async () => {
    const calls = caller();
    expect(await calls(key('leaked'))).toMatchObject({ passed: 5, last: { limit: 5, remaining: 0, exceeded: true } });
    expect((await calls(login('own'))).passed).toBe(PER_MINUTE);
    expect((await calls(key('leaked'))).passed).toBe(0);
  });

  it('leave another key of the same person its own, while all of them together make no more than the person', async () => {
    const calls = caller();
    await calls(key('leaked'));
    expect((await calls(key('site'))).passed).toBe(5);
    expect((await calls(key('third'))).passed).toBe(0);
    expect((await calls(login('own'))).passed).toBe(PER_MINUTE);
  });
});

describe('a call that ends access', () => {
  it('is counted for its login alone: neither a key nor another login can use it up', async () => {
    const calls = caller();
    await calls(key('leaked'));
    await calls(login('stolen'));
    expect((await calls(login('own'))).passed).toBe(0);
    await calls(login('stolen'), { endsAccess: true });
    expect((await calls(login('own'), { endsAccess: true, most: 3 })).passed).toBe(3);
  });

  it('is one of these', () => {
    const marked = routes.filter(({ endsAccess }) => endsAccess).map(({ method, path }) => `${method} ${path}`);
    expect(marked.toSorted()).toEqual([
      'DELETE /api/v1/api-keys/{id}',
      'DELETE /api/v1/share-links/{id}',
      'DELETE /api/v1/teams/{id}/invitations/{invitationId}',
      'DELETE /api/v1/teams/{id}/members/{userId}',
      'DELETE /api/v1/webhooks/{id}',
      'GET /api/v1/api-keys',
      'POST /api/v1/auth/logout',
      'POST /api/v1/auth/password',
    ]);
  });
});

describe('what the keys of a person may have', () => {
  it('is half of what a person may, at least one, and the same for all keys of the person together', () => {
    const counted = countedAs(key('leaked'));
    expect(countedAs(key('other'))).toEqual(counted);
    expect(countedAs(login('own')).id).not.toBe(counted.id);
    expect([500, 3, 1].map((most) => boundFor(counted, most))).toEqual([250, 1, 1]);
    expect(boundFor(countedAs(login('own')), 500)).toBe(500);
    const token = aPrincipal({
      credential: { kind: 'upload-token', id: 'leaked', by: { kind: 'api-key', id: 'leaked' } },
    });
    expect(countedAs(token)).toEqual(counted);
  });

  it('is that of the address for guests, of whom it makes many', () => {
    const guests = ['one', 'two'].map((userId) => countedAs(aPrincipal({ userId, guest: true, address: '192.0.2.1' })));
    expect(guests).toEqual(Array(2).fill({ id: 'guests at 192.0.2.1', isKey: false }));
  });

  it('leaves the person the extractions of text that are theirs', async () => {
    const asked: ClaimRequest[] = [];
    const take = async (_share: string, _id: string, request: ClaimRequest) => {
      asked.push(request);
      return { lane: 0, isNew: true };
    };
    const claim = claimText({ claims: { take, release: async () => undefined } });
    await claim({ teamId: 'team', id: 'one' }, countedAs(key('leaked')), 1);
    await claim({ teamId: 'team', id: 'two' }, countedAs(login('own')), 1);
    expect(asked.map(({ holder, limits }) => [holder, limits.ofHolder])).toEqual([
      ['keys#user', 2],
      ['user', 4],
    ]);
  });
});

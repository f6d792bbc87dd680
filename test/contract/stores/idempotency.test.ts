import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Claimed, HELD_MILLISECONDS, type KeyedCall } from '../../../functions/http/idempotency.ts';
import { dynamoIdempotency } from '../../../functions/http/idempotency-store.ts';
import { dynamoRateCounter } from '../../../functions/http/rate-counter.ts';
import { rateLimiter } from '../../../functions/http/rate-limit.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

let now: Date;
beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z');
});
const wait = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
const [current, previous] = [Buffer.alloc(48, 1), Buffer.alloc(48, 2)];
const store = (...secrets: Buffer[]) =>
  dynamoIdempotency(
    library.table,
    async () => secrets,
    () => now,
  );
const answer = { status: 201, body: '{"success":true,"data":{"key":"sk_live_verysecret"}}' };
const aCall = (fields: Partial<KeyedCall> = {}): KeyedCall => ({
  scope: crypto.randomUUID(),
  key: 'my-key-1',
  fingerprint: 'sha',
  authority: 'owner',
  ...fields,
});
const HELD_SECONDS = HELD_MILLISECONDS / 1000;
/** Claims a key, for a test that goes on from there. */
const claimed = async (call: KeyedCall, from = store(current)): Promise<Claimed> => {
  const claim = await from.claim(call);
  if (claim.state !== 'claimed') throw new Error(claim.state);
  return claim;
};

describe('calls by key', () => {
  it('are claimed by one of many, and answered alike afterwards', async () => {
    const call = aCall();
    const claims = await Promise.all(Array.from({ length: 10 }, () => store(current).claim(call)));
    const [won, ...more] = claims.filter((claim) => claim.state === 'claimed');
    expect(more).toEqual([]);
    expect(claims.filter((claim) => claim.state === 'in flight')).toHaveLength(9);
    await store(current).finish(call, won as Claimed, answer);
    expect(await store(current).claim(call)).toEqual({ state: 'answered', answer });
    expect(await store(current).claim({ ...call, fingerprint: 'other' })).toEqual({ state: 'another request' });
  });

  it('are answered again where the answer is as large as that of a form, and never done twice where it is larger', async () => {
    const finished = async (body: string) => {
      const call = aCall();
      await store(current).finish(call, await claimed(call), { status: 200, body });
      return store(current).claim(call);
    };
    const records = JSON.stringify(
      Array.from({ length: 100 }, () => ({ id: crypto.randomUUID(), text: '"'.repeat(7500) })),
    );
    expect(await finished(records)).toEqual({ state: 'answered', answer: { status: 200, body: records } });
    expect(await finished(randomBytes(600_000).toString('base64'))).toEqual({ state: 'not kept' });
  });

  it('are free again once released, and five seconds after a crash', async () => {
    const call = aCall();
    await store(current).release(call, await claimed(call), { isUndone: true });
    await claimed(call);
    expect(await store(current).claim(call)).toEqual({ state: 'in flight' });
    wait(HELD_SECONDS + 1);
    await claimed(call);
  });

  it('have one seed for all attempts, until one of them left nothing', async () => {
    const call = aCall();
    const first = await claimed(call);
    wait(HELD_SECONDS + 1);
    const second = await claimed(call);
    expect([first.isRepeat, second.isRepeat, second.seed]).toEqual([false, true, Buffer.from(first.seed)]);
    await store(current).release(call, second, { isUndone: false });
    const third = await claimed(call);
    expect([third.isRepeat, third.seed]).toEqual([true, Buffer.from(first.seed)]);
    await store(current).release(call, third, { isUndone: true });
    const fourth = await claimed({ ...call, fingerprint: 'another request' });
    expect(fourth.isRepeat).toBe(false);
    expect(Buffer.from(fourth.seed).equals(first.seed)).toBe(false);
  });

  it('are no other request after a crash, of which the effects are not known', async () => {
    const call = aCall();
    await claimed(call);
    wait(HELD_SECONDS + 1);
    expect(await store(current).claim({ ...call, fingerprint: 'other' })).toEqual({ state: 'another request' });
  });

  it('are judged anew for a caller with other rights, who finds what was made', async () => {
    const call = aCall();
    const first = await claimed(call);
    await store(current).finish(call, first, answer);
    const demoted = { ...call, authority: 'viewer' };
    const again = await claimed(demoted);
    expect([again.isRepeat, again.seed]).toEqual([true, Buffer.from(first.seed)]);
    // A refusal of that caller takes nothing from the others.
    await store(current).release(demoted, again, { isUndone: true });
    expect(await store(current).claim(call)).toEqual({ state: 'answered', answer });
    await store(current).finish(demoted, await claimed(demoted), { ...answer, status: 200 });
    expect(await store(current).claim(demoted)).toEqual({ state: 'answered', answer: { ...answer, status: 200 } });
  });

  it('stay under way as long as they say so', async () => {
    const call = aCall();
    const first = await claimed(call);
    for (let times = 0; times < 3; times += 1) {
      wait(HELD_SECONDS - 1);
      expect(await store(current).renew(call, first)).toBe(true);
    }
    expect(await store(current).claim(call)).toEqual({ state: 'in flight' });
    wait(HELD_SECONDS + 1);
    await claimed(call);
    // The call that was taken over holds nothing more.
    wait(HELD_SECONDS + 1);
    expect(await store(current).renew(call, first)).toBe(false);
    await claimed(call);
  });

  it('cannot be answered by one whose claim was taken over', async () => {
    const call = aCall();
    const first = await claimed(call);
    wait(HELD_SECONDS + 1);
    const second = await claimed(call);
    await store(current).finish(call, first, { ...answer, status: 200 });
    expect(await store(current).claim(call)).toEqual({ state: 'in flight' });
    await store(current).finish(call, second, answer);
    expect(await store(current).claim(call)).toEqual({ state: 'answered', answer });
  });

  it('are forgotten after a day, before DynamoDB gets to removing them', async () => {
    const call = aCall();
    await store(current).finish(call, await claimed(call), answer);
    wait(24 * 3600 - 1);
    expect(await store(current).claim(call)).toMatchObject({ state: 'answered' });
    wait(2);
    expect(await store(current).claim({ ...call, fingerprint: 'other' })).toMatchObject({ state: 'claimed' });
  });

  it('keep neither the answer nor the key in clear, and open after one rotation of the secret', async () => {
    const call = aCall();
    await store(previous).finish(call, await claimed(call, store(previous)), answer);
    const items = (await library.ops.items()).filter(({ pk }) => String(pk).startsWith('IDEMPOTENCY#'));
    const texts = items.map((item) => JSON.stringify(item) + Buffer.from((item.answer as Uint8Array) ?? []).toString());
    for (const text of texts) {
      expect(text).not.toContain('sk_live_');
      expect(text).not.toContain(call.key);
    }
    expect(await store(current, previous).claim(call)).toEqual({ state: 'answered', answer });
    await expect(store(current).claim(call)).rejects.toThrow('no secret');
  });
});

describe('the counter of calls', () => {
  it('deals the limit out over all instances, exactly', async () => {
    const limits = Array.from({ length: 4 }, () =>
      rateLimiter({ perMinute: 30, anonymousPerMinute: 1 }, dynamoRateCounter(library.table), () => now),
    );
    const caller = { kind: 'user', id: crypto.randomUUID() } as const;
    const standings = await Promise.all(Array.from({ length: 60 }, (_, index) => limits[index % 4]?.(caller)));
    expect(standings.filter((standing) => standing?.exceeded === false)).toHaveLength(30);
    wait(60);
    expect(await limits[0]?.(caller)).toMatchObject({ exceeded: false, remaining: 29 });
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyedCall } from '../../../functions/http/idempotency.ts';
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
  ...fields,
});

describe('calls by key', () => {
  it('are claimed by one of many, and answered alike afterwards', async () => {
    const call = aCall();
    const claims = await Promise.all(Array.from({ length: 10 }, () => store(current).claim(call)));
    const won = claims.filter((claim) => claim.state === 'claimed');
    expect(won).toHaveLength(1);
    expect(claims.filter((claim) => claim.state === 'in flight')).toHaveLength(9);
    await store(current).finish(call, won[0]?.state === 'claimed' ? won[0].token : '', answer);
    expect(await store(current).claim(call)).toEqual({ state: 'answered', answer });
    expect(await store(current).claim({ ...call, fingerprint: 'other' })).toEqual({ state: 'another request' });
  });

  it('are answered again where the answer is as large as that of a form, and never done twice where it is larger', async () => {
    const finished = async (body: string) => {
      const call = aCall();
      const claim = await store(current).claim(call);
      await store(current).finish(call, claim.state === 'claimed' ? claim.token : '', { status: 200, body });
      return store(current).claim(call);
    };
    const records = JSON.stringify(
      Array.from({ length: 100 }, () => ({ id: crypto.randomUUID(), text: '"'.repeat(7500) })),
    );
    expect(await finished(records)).toEqual({ state: 'answered', answer: { status: 200, body: records } });
    expect(await finished(randomBytes(600_000).toString('base64'))).toEqual({ state: 'not kept' });
  });

  it('are free again once released, and half a minute after a crash', async () => {
    const call = aCall();
    const first = await store(current).claim(call);
    if (first.state !== 'claimed') throw new Error(first.state);
    await store(current).release(call, first.token);
    expect(await store(current).claim(call)).toMatchObject({ state: 'claimed' });
    expect(await store(current).claim(call)).toEqual({ state: 'in flight' });
    wait(31);
    expect(await store(current).claim(call)).toMatchObject({ state: 'claimed' });
  });

  it('stay under way as long as they say so', async () => {
    const call = aCall();
    const first = await store(current).claim(call);
    if (first.state !== 'claimed') throw new Error(first.state);
    for (let times = 0; times < 3; times += 1) {
      wait(20);
      await store(current).renew(call, first.token);
    }
    expect(await store(current).claim(call)).toEqual({ state: 'in flight' });
    wait(31);
    expect(await store(current).claim(call)).toMatchObject({ state: 'claimed' });
    // The call that was taken over holds nothing more.
    wait(31);
    await store(current).renew(call, first.token);
    expect(await store(current).claim(call)).toMatchObject({ state: 'claimed' });
  });

  it('cannot be answered by one whose claim was taken over', async () => {
    const call = aCall();
    const first = await store(current).claim(call);
    wait(31);
    const second = await store(current).claim(call);
    if (first.state !== 'claimed' || second.state !== 'claimed') throw new Error('not claimed');
    await store(current).finish(call, first.token, { ...answer, status: 200 });
    expect(await store(current).claim(call)).toEqual({ state: 'in flight' });
    await store(current).finish(call, second.token, answer);
    expect(await store(current).claim(call)).toEqual({ state: 'answered', answer });
  });

  it('are forgotten after a day, before DynamoDB gets to removing them', async () => {
    const call = aCall();
    const first = await store(current).claim(call);
    if (first.state === 'claimed') await store(current).finish(call, first.token, answer);
    wait(24 * 3600 - 1);
    expect(await store(current).claim(call)).toMatchObject({ state: 'answered' });
    wait(2);
    expect(await store(current).claim({ ...call, fingerprint: 'other' })).toMatchObject({ state: 'claimed' });
  });

  it('keep neither the answer nor the key in clear, and open after one rotation of the secret', async () => {
    const call = aCall();
    const first = await store(previous).claim(call);
    if (first.state === 'claimed') await store(previous).finish(call, first.token, answer);
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

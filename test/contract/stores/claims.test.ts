import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoClaims } from '../../../functions/table/claim-store.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const LIMITS = { ofHolder: 4, ofAll: 6, lanes: 2 };
const claims = (now = new Date('2026-01-01T00:00:00.000Z')) => dynamoClaims(library.table, () => now);
const ask = (holder: string) => ({ holder, limits: LIMITS, seconds: 60 });

describe('claims of a share', () => {
  it('are no more than a person may have, however many are asked for at once', async () => {
    const share = crypto.randomUUID();
    const asked = Array.from({ length: 6 }, (_, at) => claims().take(share, `job ${at}`, ask('greedy')));
    const places = (await Promise.all(asked)).filter((place) => place !== undefined);
    expect(places).toHaveLength(4);
    expect(new Set(places.map(({ lane }) => lane)).size).toBe(1);
    expect(await claims().take(share, 'mine', ask('colleague'))).toEqual({ lane: 1, isNew: true });
  });

  it('are taken once under one id, and free again when they are given back', async () => {
    const share = crypto.randomUUID();
    const one = { holder: 'guest', limits: { ...LIMITS, ofHolder: 1 }, seconds: 60 };
    expect(await claims().take(share, 'a', one)).toEqual({ lane: 0, isNew: true });
    expect(await claims().take(share, 'a', one)).toEqual({ lane: 0, isNew: false });
    expect(await claims().take(share, 'b', one)).toBeUndefined();
    await claims().release(share, 'a');
    await claims().release(share, 'a');
    expect(await claims().take(share, 'b', one)).toEqual({ lane: 0, isNew: true });
  });

  it('that are never given back end by themselves', async () => {
    const share = crypto.randomUUID();
    const one = { holder: 'guest', limits: { ...LIMITS, ofHolder: 1 }, seconds: 60 };
    await claims().take(share, 'lost', one);
    expect(await claims(new Date('2026-01-01T00:00:59.000Z')).take(share, 'b', one)).toBeUndefined();
    expect(await claims(new Date('2026-01-01T00:01:00.000Z')).take(share, 'b', one)).toMatchObject({ isNew: true });
  });
});

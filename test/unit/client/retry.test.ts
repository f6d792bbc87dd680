import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MediashelfError } from '../../../client/errors.ts';
import { delayBefore, mayRepeat, pause, retryAfterOf, retrying } from '../../../client/retry.ts';

const policy = { attempts: 4, firstDelayMs: 100, longestDelayMs: 1_000 };
const quick = { attempts: 4, firstDelayMs: 1, longestDelayMs: 1 };
const refusal = (status: number, retryAfter: number | null = null) =>
  new MediashelfError(`HTTP_${status}`, 'refused', { status, retryAfter });
const silence = new MediashelfError('NETWORK', 'no answer');

describe('the pause before a try', () => {
  it('doubles up to a limit, and half of it is left to chance', () => {
    const [least, most] = [() => 0, () => 1];
    const at = (attempt: number) => [least, most].map((random) => delayBefore(attempt, policy, null, random));
    expect([1, 2, 3, 4, 5, 60].map(at)).toEqual([
      [50, 100],
      [100, 200],
      [200, 400],
      [400, 800],
      [500, 1000],
      [500, 1000],
    ]);
  });

  it('is never shorter than the server asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 300 }), (attempt, seconds) => {
        expect(delayBefore(attempt, policy, seconds)).toBeGreaterThanOrEqual(seconds * 1000);
      }),
    );
  });

  it('is read from seconds and from a date', () => {
    const now = Date.parse('2026-01-01T12:00:00Z');
    expect(retryAfterOf('7', now)).toBe(7);
    expect(retryAfterOf('Thu, 01 Jan 2026 12:00:09 GMT', now)).toBe(9);
    expect(retryAfterOf('Thu, 01 Jan 2026 11:00:00 GMT', now)).toBe(0);
    expect([retryAfterOf(null), retryAfterOf('soon')]).toEqual([null, null]);
  });
});

describe('whether a request is repeated', () => {
  it.each([
    [429, true, true],
    [503, true, true],
    [500, true, false],
    [502, true, false],
    [504, true, false],
    [408, true, false],
    [400, false, false],
    [403, false, false],
    [404, false, false],
    [409, false, false],
    [413, false, false],
  ])('after %i: %p, and if it must not be done twice: %p', (status, repeatable, once) => {
    expect([mayRepeat(refusal(status), true), mayRepeat(refusal(status), false)]).toEqual([repeatable, once]);
  });

  it('after no answer only if it may be done twice, and never after a fault of the program', () => {
    expect([mayRepeat(silence, true), mayRepeat(silence, false)]).toEqual([true, false]);
    expect(mayRepeat(new TypeError('undefined is no function'), true)).toBe(false);
  });

  it('after a conflict that is said to pass', () => {
    expect(mayRepeat(refusal(409, 1), false)).toBe(true);
  });

  it('as often as the policy says, and the last failure is told', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      throw silence;
    };
    await expect(retrying(work, { policy: quick, mayRepeat: () => true })).rejects.toBe(silence);
    expect(tries).toBe(4);
  });

  it('not once it was called off', async () => {
    const controller = new AbortController();
    const work = async () => {
      controller.abort(new Error('enough'));
      throw silence;
    };
    await expect(retrying(work, { policy: quick, signal: controller.signal, mayRepeat: () => true })).rejects.toThrow(
      'enough',
    );
    await expect(pause(60_000, controller.signal)).rejects.toThrow('enough');
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startClock } from '../../../local/schedules/clock.ts';
import type { ScheduleSpec } from '../../../local/template/functions.ts';

beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-11-21T22:00:00Z') }));
afterEach(() => void jest.useRealTimers());

const MINUTE = 60_000;
const sweeping = { functionArn: 'sweep', expression: 'rate(5 minutes)', kind: 'rule', arn: 'rule' };

describe('the clock', () => {
  it('calls at each due time, and once after a night asleep', async () => {
    let calls = 0;
    const clock = startClock({
      schedules: [sweeping as unknown as ScheduleSpec],
      invoke: async () => {
        calls += 1;
      },
      onFailure: () => {},
    });
    jest.advanceTimersByTime(15 * MINUTE);
    expect(calls).toBe(3);
    jest.setSystemTime(new Date('2026-11-22T07:00:00Z'));
    jest.advanceTimersByTime(5 * MINUTE);
    expect(calls).toBe(4);
    jest.advanceTimersByTime(5 * MINUTE);
    expect(calls).toBe(5);
    await clock.stop();
  });
});

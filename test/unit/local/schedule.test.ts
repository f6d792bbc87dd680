import { describe, expect, it } from '@jest/globals';
import { parseSchedule } from '../../../local/schedules/expression.ts';

const nextRun = (expression: string, from: string): string | undefined =>
  parseSchedule(expression)(new Date(from))?.toISOString();

describe('schedules', () => {
  it('repeat at a rate', () => {
    expect(nextRun('rate(5 minutes)', '2026-11-21T10:00:00Z')).toBe('2026-11-21T10:05:00.000Z');
    expect(nextRun('rate(1 day)', '2026-11-21T10:00:00Z')).toBe('2026-11-22T10:00:00.000Z');
  });

  it.each([
    ['cron(0 3 * * ? *)', '2026-11-21T10:00:00Z', '2026-11-22T03:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-11-21T10:16:30Z', '2026-11-21T10:30:00.000Z'],
    ['cron(30 8 ? * MON-FRI *)', '2026-11-21T10:00:00Z', '2026-11-23T08:30:00.000Z'],
    ['cron(0 0 1 JAN ? *)', '2026-11-21T10:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['cron(59 23 29 2 ? *)', '2026-11-21T10:00:00Z', '2028-02-29T23:59:00.000Z'],
  ])('%s follows the calendar', (expression, from, expected) => {
    expect(nextRun(expression, from)).toBe(expected);
  });

  it('run once at a time, and not again', () => {
    expect(nextRun('at(2026-11-21T12:00:00)', '2026-11-21T10:00:00Z')).toBe('2026-11-21T12:00:00.000Z');
    expect(nextRun('at(2026-11-21T09:00:00)', '2026-11-21T10:00:00Z')).toBeUndefined();
  });

  it('that never come are known as such', () => {
    expect(nextRun('cron(0 0 31 2 ? *)', '2026-11-21T10:00:00Z')).toBeUndefined();
  });

  it('that are not understood are refused', () => {
    expect(() => parseSchedule('rate(0 minutes)')).toThrow('not understood');
    expect(() => parseSchedule('cron(0 3 * * *)')).toThrow('six fields');
    expect(() => parseSchedule('cron(0 3 L * ? *)')).toThrow('does not understand "L"');
    expect(() => parseSchedule('every day')).toThrow('does not know the schedule');
  });
});

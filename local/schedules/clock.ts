import { randomUUID } from 'node:crypto';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Service } from '../ports.ts';
import type { ScheduleSpec } from '../template/functions.ts';
import { parseSchedule } from './expression.ts';

/** The calls of the clock. */
export interface ClockOptions {
  readonly schedules: readonly ScheduleSpec[];
  readonly invoke: (functionArn: string, event: unknown) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

// A longer timer overflows and fires at once.
const LONGEST_TIMER_MS = 2_147_483_647;

const OVERSLEPT_MS = 60_000;

/** Calls functions by schedule. Its timers do not keep the process alive. */
export const startClock = (options: ClockOptions): Service => {
  const timers = new Map<ScheduleSpec, NodeJS.Timeout>();
  let stopped = false;
  const arm = (spec: ScheduleSpec, due: Date | undefined, next: (after: Date) => Date | undefined): void => {
    if (due === undefined || stopped) return;
    const wait = due.getTime() - Date.now();
    const ring = (): void => {
      if (wait > LONGEST_TIMER_MS) {
        arm(spec, due, next);
        return;
      }
      options.invoke(spec.functionArn, eventOf(spec, due)).catch(options.onFailure);
      // A machine that slept for a night does not make up for each run that it missed.
      arm(spec, next(Date.now() - due.getTime() > OVERSLEPT_MS ? new Date() : due), next);
    };
    timers.set(spec, setTimeout(ring, Math.min(Math.max(wait, 0), LONGEST_TIMER_MS)).unref());
  };
  for (const spec of options.schedules) {
    const next = parseSchedule(spec.expression);
    arm(spec, next(new Date()), next);
  }
  return {
    stop: async () => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};

/** The event of a schedule: its own input, or what EventBridge sends. */
export const eventOf = (spec: ScheduleSpec, due: Date): unknown => {
  if (spec.input !== undefined)
    return JSON.parse(spec.input.replaceAll('<aws.scheduler.scheduled-time>', due.toISOString()));
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: spec.kind === 'rule' ? 'aws.events' : 'aws.scheduler',
    account: LOCAL_ACCOUNT,
    time: `${due.toISOString().slice(0, 19)}Z`,
    region: LOCAL_REGION,
    resources: [spec.arn],
    detail: spec.kind === 'rule' ? {} : '{}',
  };
};

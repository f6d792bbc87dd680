import { describe, expect, it } from '@jest/globals';
import type { WebhookDelivery } from '../../../functions/domain/webhook.ts';
import { sendWebhook } from '../../../functions/webhooks/send-webhook.ts';

const START = '2026-01-01T00:00:00.000Z';
const MINUTE = 60_000;

/** A receiver that takes its time, and what is known of it. */
const receiver = (status: number | null, seconds: number) => {
  let now = Date.parse(START);
  let patientUntil: string | undefined;
  const calls: string[] = [];
  const marks: string[] = [];
  const postponed: WebhookDelivery[] = [];
  const logged: string[] = [];
  const send = sendWebhook({
    accounts: { standing: async () => ({ role: 'admin', since: '' }) },
    webhooks: {
      get: async (teamId, id) => ({
        ...{ id, teamId, url: 'https://example.com/', events: [], secret: 'whsec_', createdAt: '', keptBy: 'u' },
        ...{ enabled: true, disabledBecause: null, succeededAt: START, ...(patientUntil && { patientUntil }) },
      }),
      bePatient: async (_team, _id, until) => {
        patientUntil = until;
        marks.push(until);
        return undefined;
      },
      succeeded: async () => undefined,
      disable: async () => undefined,
      abandon: async () => undefined,
      log: async (_id, { at }) => void logged.push(at),
    },
    queue: { postpone: async (delivery) => void postponed.push(delivery) },
    call: async ({ messageId }) => {
      calls.push(messageId);
      now += seconds * 1000;
      return { status, error: null };
    },
    clock: () => new Date(now),
  });
  const delivery = (messageId: string): WebhookDelivery => ({
    ...{ teamId: 't', webhookId: 'w', messageId, event: 'media.created', body: '{}' },
    ...{ firstAt: START, attempts: 0, notBefore: START },
  });
  return {
    ...{ calls, marks, postponed, logged },
    prompt: (messageId: string) => send(delivery(messageId), 'prompt'),
    patient: (messageId: string) => send(delivery(messageId), 'patient'),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
};

describe('a receiver', () => {
  it.each([
    ['was slow', 200, 9],
    ['failed', 500, 0],
    ['did not answer', null, 10],
  ])('that %s is called from the patient queue alone for ten minutes', async (_, status, seconds) => {
    const { prompt, patient, calls, postponed, pass } = receiver(status, seconds);
    await prompt('1');
    const before = postponed.length;
    await prompt('2');
    expect(calls).toEqual(['1']);
    // As it came: the attempt that was not made does not count.
    expect(postponed.slice(before)).toMatchObject([{ messageId: '2', attempts: 0 }]);
    await patient('2');
    expect(calls).toEqual(['1', '2']);
    pass(11 * MINUTE);
    await prompt('3');
    expect(calls).toEqual(['1', '2', '3']);
  });

  it('that is quick is called at once, and nothing is noted of it', async () => {
    const { prompt, calls, marks } = receiver(200, 1);
    for (const message of ['1', '2', '3']) await prompt(message);
    expect([calls, marks]).toEqual([['1', '2', '3'], []]);
  });

  it('that fails again and again is noted once in five minutes', async () => {
    const { patient, marks, pass } = receiver(500, 0);
    for (let minute = 0; minute < 10; minute += 1) {
      await patient(String(minute));
      pass(MINUTE);
    }
    expect(marks.length).toBeLessThanOrEqual(2);
  });

  it('has its attempts logged by when they began, whatever they took', async () => {
    const { patient, logged } = receiver(null, 10);
    await patient('1');
    expect(logged).toEqual([START]);
  });
});

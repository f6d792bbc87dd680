import { describe, expect, it } from '@jest/globals';
import type { MembershipStatus } from '../../../functions/domain/team-rules.ts';
import type { WebhookAttempt, WebhookDelivery } from '../../../functions/domain/webhook.ts';
import { sendWebhook } from '../../../functions/webhooks/send-webhook.ts';
import { ABANDONED } from '../../../functions/webhooks/webhook-store.ts';

const DAY = 24 * 3600;

/** A receiver that answers as it is told, and a clock that moves with what is postponed. */
const receiver = (
  answer: (call: number) => number | null,
  succeededAt: string | null = null,
  keeper: () => MembershipStatus | undefined = () => ({ role: 'admin', since: '' }),
) => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const attempts: WebhookAttempt[] = [];
  const waiting: WebhookDelivery[] = [];
  let disabled: string | undefined;
  let succeeded = succeededAt;
  const send = sendWebhook({
    accounts: { standing: async () => keeper() },
    webhooks: {
      get: async (teamId, id) => ({
        ...{ id, teamId, url: 'https://example.com/', events: [], secret: 'whsec_', createdAt: '', keptBy: 'u' },
        ...{ enabled: disabled === undefined, disabledBecause: disabled ?? null, succeededAt: succeeded },
      }),
      succeeded: async (_team, _id, at) => {
        succeeded = at;
        return undefined;
      },
      disable: async (_team, _id, because) => {
        disabled = because;
        return undefined;
      },
      bePatient: async () => undefined,
      abandon: async () => {
        disabled = ABANDONED;
      },
      log: async (_id, attempt) => void attempts.push(attempt),
    },
    queue: {
      postpone: async (delivery, seconds) => {
        now += Math.min(seconds, 900) * 1000;
        waiting.push(delivery);
      },
    },
    call: async () => {
      const status = answer(attempts.length + 1);
      return { status, error: status === null ? 'connect ECONNREFUSED' : null };
    },
    clock: () => new Date(now),
  });
  const at = new Date(now).toISOString();
  const first: WebhookDelivery = {
    ...{ teamId: 't', webhookId: 'w', messageId: 'msg_1', event: 'media.created', body: '{}' },
    ...{ firstAt: at, attempts: 0, notBefore: at },
  };
  const run = async () => {
    waiting.push(first);
    for (let next = waiting.shift(); next; next = waiting.shift()) await send(next);
    return { attempts, disabled, succeeded, seconds: (now - Date.parse(at)) / 1000 };
  };
  return { run };
};

describe('a delivery', () => {
  it('that is taken is not tried again', async () => {
    const { attempts, succeeded, disabled } = await receiver(() => 204).run();
    expect(attempts.map(({ ok, status }) => [ok, status])).toEqual([[true, 204]]);
    expect([succeeded, disabled]).toEqual(['2026-01-01T00:00:00.000Z', undefined]);
  });

  it.each<[string, MembershipStatus | undefined]>([
    ['left the team', undefined],
    ['left the team and came back', { role: 'owner', since: '2026-01-01T00:00:00.000Z' }],
    ['may not keep webhooks any more', { role: 'editor', since: '' }],
  ])('is not made once the keeper of the webhook %s, and the webhook is off', async (_, later) => {
    let calls = 0;
    const { run } = receiver(
      () => {
        calls += 1;
        return 503;
      },
      null,
      () => (calls < 2 ? { role: 'admin', since: '' } : later),
    );
    const { attempts, disabled } = await run();
    expect(attempts).toHaveLength(2);
    expect(disabled).toBe(ABANDONED);
  });

  it('is tried again later and later until it is taken', async () => {
    const { attempts } = await receiver((call) => [503, null, 302, 500, 200].at(call - 1) as number | null).run();
    expect(attempts.map(({ status }) => status)).toEqual([503, null, 302, 500, 200]);
    const times = attempts.map(({ at }) => Date.parse(at));
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    expect(attempts[0]).toMatchObject({ ok: false, nextAt: '2026-01-01T00:00:05.000Z' });
  });

  it('that its receiver never takes is given up after a day, and the webhook is switched off', async () => {
    const { attempts, disabled, seconds } = await receiver(() => 500).run();
    expect(attempts.length).toBeGreaterThan(8);
    expect(seconds).toBeLessThanOrEqual(DAY);
    expect(seconds).toBeGreaterThan(DAY / 2);
    expect(attempts.at(-1)?.nextAt).toBeNull();
    expect(disabled).toBe('It took nothing for a day');
  });

  it('that alone fails leaves the webhook on', async () => {
    const { disabled } = await receiver(() => 500, '2026-01-01T12:00:00.000Z').run();
    expect(disabled).toBeUndefined();
  });

  it('that is answered 410 ends the webhook at once', async () => {
    const { attempts, disabled } = await receiver(() => 410).run();
    expect([attempts.length, disabled]).toEqual([1, 'It answered 410 Gone']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Role } from '../../../functions/domain/scopes.ts';
import type { WebhookAttempt, WebhookDelivery } from '../../../functions/domain/webhook.ts';
import { redeliver, testWebhook } from '../../../functions/webhooks/send-on-request.ts';
import { sendWebhook } from '../../../functions/webhooks/send-webhook.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const AT = '2026-01-02T00:00:00.000Z';
const event = {
  type: 'event' as const,
  channel: 'media',
  seq: 7,
  event: 'media.created' as const,
  at: AT,
  data: { id: 'm' },
};
const attempt: WebhookAttempt = {
  ...{ messageId: 'msg_t_media_7', event: 'media.created', attempt: 3, at: AT },
  ...{ ok: false, status: 503, error: null, nextAt: null },
};

/** A webhook of a team, its deliveries and what is queued for it. */
const team = ({ enabled = true, keeper = 'owner' as Role, log = [attempt] as readonly WebhookAttempt[] } = {}) => {
  const queued: WebhookDelivery[] = [];
  const asked: unknown[] = [];
  const webhook = {
    ...{ id: 'w', teamId: 't', url: 'https://example.com/', events: [], secret: 'whsec_', createdAt: '' },
    ...{ keptBy: 'keeper', enabled, disabledBecause: null, succeededAt: null },
  };
  const deps = {
    accounts: { standing: async () => ({ role: keeper, since: '' }) },
    webhooks: {
      get: async (teamId: string, id: string) => (teamId === 't' && id === 'w' ? webhook : undefined),
      attempts: async () => log,
    },
    webhookQueue: { add: async (deliveries: readonly WebhookDelivery[]) => void queued.push(...deliveries) },
    eventOf: async (teamId: string, channel: string, seq: number) => {
      asked.push([teamId, channel, seq]);
      return seq === 7 ? event : undefined;
    },
    newId: () => 'new',
    clock: () => new Date(AT),
  };
  const as = (role: Role, teamId = 't') => aPrincipal({ role, teamId });
  return {
    ...{ queued, asked, webhook },
    test: (role: Role, teamId?: string) => testWebhook(deps)({ input: { id: 'w' }, principal: as(role, teamId) }),
    redeliver: (messageId: string, role: Role = 'owner') =>
      redeliver(deps)({ input: { id: 'w', messageId }, principal: as(role) }),
  };
};

describe('a webhook that a person tries out', () => {
  it('is sent a test once, that says nothing of the files of the team', async () => {
    const { test, queued } = team();
    expect(await test('admin').catch(({ code }) => code)).toBe('FORBIDDEN');
    expect(await test('owner')).toEqual({ messageId: 'msg_test_new' });
    expect(queued).toHaveLength(1);
    expect(queued[0]).toMatchObject({ event: 'webhook.test', attempts: 0, once: true, webhookId: 'w' });
    expect(JSON.parse(queued[0]?.body ?? '')).toEqual({ type: 'webhook.test', timestamp: AT, data: { id: 'w' } });
  });

  it.each(['editor', 'viewer'] as const)('is none of a %s', async (role) => {
    const { test, redeliver: again, queued } = team({ keeper: 'admin' });
    await expect(test(role)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(again('msg_t_media_7', role)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(queued).toEqual([]);
  });

  it('is not found by another team, and not called while it is switched off', async () => {
    const { test } = team({ enabled: false });
    await expect(test('owner', 'another')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(test('owner')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is neither tried again nor switched off when the test fails', async () => {
    const { test, queued, webhook } = team();
    await test('owner');
    const logged: WebhookAttempt[] = [];
    const changed: string[] = [];
    const send = sendWebhook({
      accounts: { standing: async () => ({ role: 'owner', since: '' }) },
      webhooks: {
        get: async () => webhook,
        log: async (_, each) => void logged.push(each),
        bePatient: async () => undefined,
        abandon: async () => undefined,
        succeeded: async () => undefined,
        disable: async (_team, _id, because) => void changed.push(because) as undefined,
      },
      queue: { postpone: async () => void changed.push('postponed') },
      call: async () => ({ status: 410, error: null }),
      clock: () => new Date(AT),
    });
    for (const delivery of queued) await send(delivery);
    expect(logged).toMatchObject([{ event: 'webhook.test', ok: false, status: 410, nextAt: null }]);
    expect(changed).toEqual([]);
  });
});

describe('a delivery that is sent again', () => {
  it('has the id and the body that it had, and the next number', async () => {
    const { redeliver: again, queued, asked } = team();
    expect(await again('msg_t_media_7')).toEqual({ messageId: 'msg_t_media_7' });
    expect(asked).toEqual([['t', 'media', 7]]);
    expect(queued[0]).toMatchObject({ messageId: 'msg_t_media_7', attempts: 3, once: true });
    expect(JSON.parse(queued[0]?.body ?? '')).toEqual({
      ...{ type: 'media.created', timestamp: AT, channel: 'media', seq: 7, data: { id: 'm' } },
    });
  });

  it('is one of this webhook, and no event of another channel or team', async () => {
    const { redeliver: again, asked } = team();
    for (const messageId of ['msg_t_media_8', 'msg_other_media_7', 'msg_t_user:u_7', 'x']) {
      await expect(again(messageId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(asked).toEqual([]);
  });

  it('says that its event is gone after a day', async () => {
    const { redeliver: again } = team({ log: [{ ...attempt, messageId: 'msg_t_media_6' }] });
    await expect(again('msg_t_media_6')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is a new test where it was one', async () => {
    const log = [{ ...attempt, messageId: 'msg_test_1', event: 'webhook.test', attempt: 1 }];
    const { redeliver: again, queued, asked } = team({ log });
    await again('msg_test_1');
    expect(asked).toEqual([]);
    expect(queued[0]).toMatchObject({ messageId: 'msg_test_1', event: 'webhook.test', attempts: 1 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { answerMessage } from '../../../functions/realtime/message.ts';

const setup = () => {
  const subscriptions: string[] = [];
  const answer = answerMessage({
    connections: {
      get: async (id) => (id === 'c' ? { id, teamId: 't', userId: 'u', connectedAt: '' } : undefined),
      subscribe: async ({ teamId }, channel) => void subscriptions.push(`${teamId}/${channel}`),
      unsubscribe: async ({ teamId }, channel) =>
        void subscriptions.splice(subscriptions.indexOf(`${teamId}/${channel}`), 1),
    },
  });
  return {
    subscriptions,
    ask: (message: unknown, id = 'c') => answer(id, typeof message === 'string' ? message : JSON.stringify(message)),
  };
};

describe('a message', () => {
  it('subscribes and repeats its id', async () => {
    const { ask, subscriptions } = setup();
    expect(await ask({ action: 'subscribe', channel: 'media', id: '1' })).toEqual({ type: 'ack', id: '1' });
    expect(subscriptions).toEqual(['t/media']);
    expect(await ask({ action: 'unsubscribe', channel: 'media' })).toEqual({ type: 'ack' });
    expect(subscriptions).toEqual([]);
  });

  it('may ask for a sign of life', async () =>
    expect(await setup().ask({ action: 'ping', id: 'x' })).toEqual({ type: 'pong', id: 'x' }));

  it.each([
    ['{', 'INVALID_MESSAGE'],
    ['null', 'INVALID_MESSAGE'],
    ['[]', 'INVALID_MESSAGE'],
    ['{"action":1}', 'INVALID_MESSAGE'],
    ['{"__proto__":{"action":"ping"}}', 'INVALID_MESSAGE'],
    ['{"action":"constructor"}', 'UNKNOWN_ACTION'],
    ['{"action":"subscribe","channel":"*"}', 'UNKNOWN_CHANNEL'],
    ['{"action":"subscribe","channel":"other#media"}', 'UNKNOWN_CHANNEL'],
    ['{"action":"subscribe","channel":{"$ne":1}}', 'UNKNOWN_CHANNEL'],
    [JSON.stringify({ action: 'ping', fill: 'x'.repeat(33_000) }), 'TOO_LARGE'],
  ])('that is %.40s is answered with an error and changes nothing', async (message, code) => {
    const { ask, subscriptions } = setup();
    expect(await ask(message)).toMatchObject({ type: 'error', code });
    expect(subscriptions).toEqual([]);
  });
});

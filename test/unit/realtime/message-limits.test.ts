import { describe, expect, it } from '@jest/globals';
import { rateLimiter, type TakeCalls } from '../../../functions/http/rate-limit.ts';
import type { MessageDeps } from '../../../functions/realtime/client-message.ts';
import type { Connection } from '../../../functions/realtime/connection.ts';
import { answerMessage } from '../../../functions/realtime/message.ts';
import type { Answer } from '../../../functions/realtime/protocol.ts';

const NOW = new Date('2026-01-01T00:00:10Z');
const OF_SENDER = 20;

/** Connections of people and guests under small limits, and what is answered to each message. */
const messenger = (ofConnection = 1_000) => {
  const taken = new Map<string, number>();
  const take: TakeCalls = async (subject, window, calls) => {
    const sum = (taken.get(`${subject} ${window}`) ?? 0) + calls;
    taken.set(`${subject} ${window}`, sum);
    return sum;
  };
  const limiter = (most: number) => rateLimiter({ perMinute: most, anonymousPerMinute: OF_SENDER }, take, () => NOW);
  const open = new Map<string, Connection>();
  const answers: Answer[] = [];
  const deps = {
    limits: { ofConnection: limiter(ofConnection), ofSender: limiter(OF_SENDER) },
    connections: { get: async (id: string) => open.get(id), forget: async () => undefined },
    sender: {
      send: async (_id: string, answer: Answer) => {
        answers.push(answer);
        return true;
      },
      close: async () => {},
    },
  } as unknown as MessageDeps;
  const answer = answerMessage(deps, (_, error) => expect(error).toBeUndefined());
  const connect = (fields: Partial<Connection>): string => {
    const id = `c${open.size}`;
    const by = { credentialId: 's', credentialKind: 'login' } as const;
    open.set(id, { id, teamId: 't', userId: 'u', connectedAt: '', scopes: [], ...by, ...fields });
    return id;
  };
  /** How many of so many messages were not refused for being too many. */
  const accepted = async (connectionId: string, messages: number, message: object = { action: 'ping' }) => {
    const before = answers.length;
    const body = JSON.stringify(message);
    for (let n = 0; n < messages; n += 1) await answer({ connectionId, messageId: `m${n}`, body });
    return answers.slice(before).filter(({ code }) => code !== 'RATE_LIMITED').length;
  };
  return { connect, accepted, http: limiter(1) };
};

describe('the messages', () => {
  it('of a person are bounded over all connections, the next one included', async () => {
    const { connect, accepted } = messenger();
    expect(await accepted(connect({}), 15)).toBe(15);
    expect(await accepted(connect({}), 15)).toBe(5);
    expect(await accepted(connect({}), 15)).toBe(0);
    expect(await accepted(connect({ userId: 'other' }), 15)).toBe(15);
  });

  it('of all keys of a person are half as many, and leave the person theirs', async () => {
    const { connect, accepted } = messenger();
    expect(await accepted(connect({ credentialKind: 'api-key', credentialId: 'leaked' }), 30)).toBe(OF_SENDER / 2);
    expect(await accepted(connect({ credentialKind: 'api-key', credentialId: 'site' }), 30)).toBe(0);
    expect(await accepted(connect({}), 30)).toBe(OF_SENDER);
  });

  it('of guests are bounded for their address together with their calls, whichever guest sends them', async () => {
    const { connect, accepted, http } = messenger();
    const address = '192.0.2.1';
    for (const userId of ['g1', 'g2', 'g3']) await accepted(connect({ userId, guest: true, address }), 6);
    expect(await http({ kind: 'address', id: address })).toMatchObject({ exceeded: false });
    expect(await accepted(connect({ userId: 'g4', guest: true, address }), 6)).toBe(1);
    expect(await http({ kind: 'address', id: address })).toMatchObject({ exceeded: true });
    expect(await accepted(connect({ userId: 'g5', guest: true, address: '192.0.2.2' }), 6)).toBe(6);
  });

  it('count by their size, refused ones too', async () => {
    const { connect, accepted } = messenger();
    const long = { action: 'ping', fill: 'x'.repeat(30 * 1024) };
    expect(await accepted(connect({}), 5, long)).toBe(2);
  });

  it('of one connection leave the others of its person what they may send', async () => {
    const { connect, accepted } = messenger(10);
    expect(await accepted(connect({}), 100)).toBe(10);
    expect(await accepted(connect({}), 5)).toBe(5);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { ChannelEvent } from '../../../functions/domain/channels.ts';
import { type Claim, laneFor } from '../../../functions/domain/shares.ts';
import type { RateLimiter } from '../../../functions/http/rate-limit.ts';
import type { MessageDeps } from '../../../functions/realtime/client-message.ts';
import type { Connection } from '../../../functions/realtime/connection.ts';
import { answerMessage } from '../../../functions/realtime/message.ts';
import type { Answer } from '../../../functions/realtime/protocol.ts';
import type { Claims } from '../../../functions/table/claim-store.ts';

/** Claims in memory, by the rule of those in the table. */
const claimsInMemory = (): Pick<Claims, 'take' | 'release'> => {
  const shares = new Map<string, Map<string, Claim>>();
  return {
    take: async (share, id, { holder, limits }) => {
      const held = shares.get(share) ?? new Map<string, Claim>();
      shares.set(share, held);
      const lane = laneFor([...held.values()], holder, limits);
      if (lane === undefined) return undefined;
      held.set(id, { holder, lane, until: 0 });
      return { lane, isNew: true };
    },
    release: async (share, id) => void shares.get(share)?.delete(id),
  };
};

/** Connections whose log answers only when it is let to, and what is answered and counted. */
const resuming = ({
  missed = [],
  rooms = 0,
  remaining = 1000,
}: {
  missed?: ChannelEvent[];
  rooms?: number;
  remaining?: number;
} = {}) => {
  const open = new Map<string, Connection>();
  const answers: Answer[] = [];
  const counted: number[] = [];
  const ofSender: RateLimiter = async (_, messages = 1) => {
    counted.push(messages);
    return { limit: 1000, remaining, reset: 1, exceeded: false };
  };
  let reads = 0;
  let letRead = Promise.withResolvers<void>();
  const deps = {
    limits: { ofConnection: async () => undefined, ofSender },
    claims: claimsInMemory(),
    connections: { get: async (id: string) => open.get(id), forget: async () => undefined },
    rounds: () => ({
      pause: async () => true,
      status: async () => ({ underWay: undefined, seq: missed.length }),
      rejoinNow: async () => true,
    }),
    log: {
      read: async () => {
        reads += 1;
        await letRead.promise;
        return missed;
      },
    },
    rooms: {
      list: async () =>
        Array.from({ length: rooms }, (_, index) => ({
          name: `r${index}`,
          private: true,
          createdBy: 'x',
          invited: [],
        })),
    },
    sender: {
      send: async (_id: string, said: Answer | string) => {
        if (typeof said !== 'string') answers.push(said);
        return true;
      },
      close: async () => {},
    },
    clock: () => new Date(0),
    reportFailure: () => {},
  } as unknown as MessageDeps;
  const answer = answerMessage(deps, (_, error) => expect(error).toBeUndefined());
  const connect = (fields: Partial<Connection> = {}): string => {
    const id = `c${open.size}`;
    const by = { credentialId: 's', credentialKind: 'login' } as const;
    open.set(id, { id, teamId: 't', userId: 'u', connectedAt: '', scopes: [], ...by, ...fields });
    return id;
  };
  const send = (connectionId: string, message: object) =>
    answer({ connectionId, messageId: crypto.randomUUID(), body: JSON.stringify(message) });
  const resume = (id: string) => send(id, { action: 'resume', channel: 'media', since: 0 });
  /** How many of the resumes of these connections, sent side by side, reach the log, and how the others are refused. */
  const sideBySide = async (ids: readonly string[]) => {
    letRead = Promise.withResolvers<void>();
    [reads, answers.length] = [0, 0];
    const sent = ids.map(resume);
    while (reads + answers.length < ids.length) await new Promise((resolve) => setTimeout(resolve, 5));
    const refused = answers.map(({ code }) => code);
    const reached = reads;
    letRead.resolve();
    await Promise.all(sent);
    return { reached, refused };
  };
  return { connect, send, resume, sideBySide, counted, letRead: () => letRead.resolve() };
};

const refusals = (count: number) => Array(count).fill('RATE_LIMITED');

describe('a resume', () => {
  it('is one of a connection and four of a person at a time, and half of that of their keys', async () => {
    const { connect, sideBySide } = resuming();
    const one = connect();
    expect(await sideBySide([one, one, one])).toEqual({ reached: 1, refused: refusals(2) });
    const ten = Array.from({ length: 10 }, () => connect());
    expect(await sideBySide([...ten, connect({ userId: 'other' })])).toEqual({ reached: 5, refused: refusals(6) });
    const keys = Array.from({ length: 4 }, () => connect({ credentialKind: 'api-key' }));
    expect(await sideBySide([...keys, connect()])).toEqual({ reached: 3, refused: refusals(2) });
    // And the places are free again.
    expect(await sideBySide([one])).toEqual({ reached: 1, refused: [] });
  });

  it('is one of two for all guests of an address', async () => {
    const { connect, sideBySide } = resuming();
    const guests = ['g1', 'g2', 'g3'].map((userId) => connect({ userId, guest: true, address: '192.0.2.1' }));
    const other = connect({ userId: 'g4', guest: true, address: '192.0.2.2' });
    expect(await sideBySide([...guests, other])).toEqual({ reached: 3, refused: refusals(1) });
  });

  it('counts as what was sent, and takes the rest of the minute at most', async () => {
    const missed = Array.from({ length: 500 }, (_, index) => ({ seq: index + 1 }) as ChannelEvent);
    const large = [{ seq: 1, data: 'x'.repeat(39_000) } as unknown as ChannelEvent];
    for (const [past, remaining, expected] of [
      [missed, 1000, [1, 4]],
      [large, 1000, [1, 9]],
      [large, 3, [1, 3]],
      [[], 1000, [1]],
    ] as const) {
      const { connect, resume, counted, letRead } = resuming({ missed: [...past], remaining });
      letRead();
      await resume(connect());
      expect(counted).toEqual(expected);
    }
  });
});

describe('a list of rooms', () => {
  it('counts as the rooms that are read for it', async () => {
    const { connect, send, counted } = resuming({ rooms: 500 });
    await send(connect(), { action: 'room.list' });
    expect(counted).toEqual([1, 24]);
  });
});

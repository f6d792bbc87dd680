import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ChannelEvent } from '../../../functions/domain/channels.ts';
import { type ChannelLease, LEASE_MILLISECONDS } from '../../../functions/realtime/channel-lease-store.ts';
import { type DeliverDeps, deliver, deliverPortion } from '../../../functions/realtime/deliver.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const events = (count: number): ChannelEvent[] =>
  Array.from({ length: count }, (_, index) => {
    return { type: 'event', channel: 'talk', seq: index + 1, event: 'message', data: index, at: '' };
  });

/** A channel with so many events and these listeners, to whom `send` sends; and what became of both. */
const channelOf = (count: number, ids: string[], send: (id: string) => Promise<boolean>) => {
  const done: string[] = [];
  const round: ChannelLease = { seq: count, delivered: 0, asked: 0, admitted: 0, round: 1 };
  const deps = {
    log: {
      read: async (_team: string, _channel: string, since: number, until: number, most: number) =>
        events(until).slice(since, since + most),
    },
    rounds: () => ({
      claim: async () => round,
      renew: async () => {
        done.push('renew');
        return true;
      },
      release: async () => {
        done.push('release');
        return true;
      },
      pendingRejoins: async () => [],
      next: async () => undefined,
      abandon: async () => {},
      status: () => Promise.reject(new Error('not asked for')),
      pause: () => Promise.reject(new Error('not asked for')),
      rejoinNow: () => Promise.reject(new Error('not asked for')),
      requestRejoin: () => Promise.reject(new Error('not asked for')),
      completeRejoin: () => Promise.reject(new Error('not asked for')),
    }),
    connections: {
      subscribers: async () => ({ ids, next: undefined }),
      endedIn: async () => new Set<string>(),
      forgetGone: async () => undefined,
      forget: async (id: string) => void done.push(`forget ${id}`),
    },
    sender: { send, close: async (id: string) => void done.push(`close ${id}`) },
    fanOutPage: async () => {},
    continueInBackground: async () => {},
    newId: () => 'holder',
    clock: () => new Date(),
    reportFailure: () => {},
  } satisfies DeliverDeps;
  return { deps, done };
};

describe('a round that takes longer than a claim holds', () => {
  it('keeps its channel until it is over, and not beyond', async () => {
    const turn = Promise.withResolvers<boolean>();
    const { deps, done } = channelOf(1, ['one'], () => turn.promise);
    const delivering = deliver('team', 'talk', deps);
    await jest.advanceTimersByTimeAsync(1.5 * LEASE_MILLISECONDS);
    expect(done).toEqual(Array(4).fill('renew'));
    turn.resolve(true);
    expect(await delivering).toBe(true);
    await jest.advanceTimersByTimeAsync(1.5 * LEASE_MILLISECONDS);
    expect(done).toEqual([...Array(4).fill('renew'), 'release']);
  });
});

describe('a connection that takes each message, and all of them slowly', () => {
  const after = (milliseconds: number) =>
    new Promise<boolean>((resolve) => {
      setTimeout(resolve, milliseconds, true);
    });

  it('is closed, so that it holds up no other, and those behind it are not', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `quick ${index}`);
    const { deps, done } = channelOf(100, ['slow', ...many], (id) => after(id === 'slow' ? 2000 : 100));
    const portion = { teamId: 'team', channel: 'talk', after: 0, until: 100, ids: ['slow', ...many] };
    const delivering = deliverPortion(portion, deps);
    // The quick take ten seconds each, and a lane has three or four of them.
    await jest.advanceTimersByTimeAsync(60_000);
    await delivering;
    expect(done).toEqual(['close slow', 'forget slow']);
  });
});

import { setImmediate as turn } from 'node:timers/promises';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { mediaView } from '../../../functions/dialects/v1/media-view.ts';
import { channelsOf } from '../../../functions/domain/channels.ts';
import { type AnnounceDeps, announce } from '../../../functions/realtime/announce.ts';
import { dynamoConnections } from '../../../functions/realtime/connection-store.ts';
import { closeEnded, endConnection, endConnections } from '../../../functions/realtime/end-connections.ts';
import type { PlannedEnd } from '../../../functions/realtime/end-queue.ts';
import { mediaKey } from '../../../functions/table/keys.ts';
import type { Table } from '../../../functions/table/table.ts';
import { aRecord } from '../../support/drivers/library.ts';

const CONNECTIONS = 200;
const CHANNELS = 200;
/** A table takes less than 20 ms for a call, so these stay below five seconds by far. */
const ROUNDS_TO_END = 25;
const ROUNDS_TO_FORGET = 80;

/** Calls under way are answered together, round by round: the number of rounds is how many calls follow one another. */
const roundsOf = () => {
  let waiting: (() => void)[] = [];
  let rounds = 0;
  const call = <T>(answer: T): Promise<T> => new Promise((resolve) => waiting.push(() => resolve(answer)));
  /** Rounds until the work is done; undefined when it is not done after `most`. */
  const until = async (work: Promise<unknown>, most: number): Promise<number | undefined> => {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    for (rounds = 0; rounds <= most; rounds += 1) {
      await turn();
      await turn();
      if (done) {
        await ended;
        return rounds;
      }
      const answered = waiting;
      waiting = [];
      for (const answer of answered) answer();
    }
    return undefined;
  };
  return { call, until };
};

/** A member of team `t` who has many connections with many rooms each, and another one who is in all of those. */
const crowd = () => {
  const { call, until } = roundsOf();
  const rooms = Array.from({ length: CHANNELS - 4 }, (_, index) => `room:r${index}`);
  const channels = new Set([...channelsOf('u', 'login'), ...rooms]);
  const ids = Array.from({ length: CONNECTIONS }, (_, index) => `c${index}`);
  const ended = new Set<string>();
  const connection = (pk: string) => ({
    ...{ id: pk.slice('CONNECTION#'.length), teamId: 't', userId: 'u', scopes: [], channels },
    ...{ connectedAt: new Date(0).toISOString(), credentialId: 's', credentialKind: 'login' },
  });
  const itemsOf = (pk: string) => {
    if (pk.startsWith('ENDED#')) return ended.size > 0 && pk.endsWith('#t') ? [{ ids: ended }] : [];
    if (pk.endsWith('keys:u')) return [];
    return (pk.endsWith('user:u') ? ids : ['other']).map((connectionId) => ({ connectionId }));
  };
  const table = {
    name: 'table',
    get: async (key) => call(connection(key.pk)),
    batchGet: async (keys) => call(keys.map(({ pk }) => connection(pk))),
    put: async () => call(true),
    update: async ({ Key, ExpressionAttributeValues }) => {
      if (Key?.pk === 'ENDED#t') for (const id of ExpressionAttributeValues?.[':ids'] ?? []) ended.add(id);
      return call({ Attributes: connection(Key?.pk), $metadata: {} });
    },
    query: async ({ ExpressionAttributeValues }) =>
      call({ Items: itemsOf(ExpressionAttributeValues?.[':pk']), $metadata: {} }),
    scan: () => Promise.reject(new Error('not asked for')),
    transact: async () => call([]),
    remove: async () => call(undefined),
  } satisfies Table;
  const sent: { readonly to: string; readonly message: { readonly type: string; readonly event: string } }[] = [];
  const closed: string[] = [];
  const planned: PlannedEnd[] = [];
  const deps = {
    connections: dynamoConnections(table),
    accounts: { person: async () => undefined, standing: async () => undefined },
    sender: {
      send: async (to: string, message: unknown) => {
        sent.push({ to, message: JSON.parse(String(message)) });
        return call(true);
      },
      close: async (id: string) => {
        closed.push(id);
        return call(undefined);
      },
    },
    plan: async (ends: readonly PlannedEnd[]) => {
      planned.push(...ends);
      return call(undefined);
    },
    clock: () => new Date(0),
    reportFailure: (_: string, error: unknown) => {
      throw error;
    },
  };
  return { deps, until, ids, rooms, sent, closed, planned };
};

const removal = {
  dynamodb: { OldImage: marshall({ pk: 'TEAM#t', sk: 'MEMBER#u', teamId: 't', userId: 'u', role: 'viewer' }) },
} as unknown as DynamoDBRecord;

const creation = (teamId: string): DynamoDBRecord => {
  const record = aRecord({ teamId });
  const NewImage = marshall({ ...mediaKey(record.id), ...record });
  return { eventID: 'event', dynamodb: { NewImage } } as unknown as DynamoDBRecord;
};

describe('the end of the access of a person with 200 connections in 200 channels each', () => {
  it('closes all of them within a few calls that follow one another, and has each forgotten by the queue', async () => {
    const { deps, until, ids, closed, planned } = crowd();
    const end = async () => closeEnded(await endConnections([removal], deps), deps);
    expect(await until(end(), ROUNDS_TO_END)).toBeLessThanOrEqual(ROUNDS_TO_END);
    expect(closed.toSorted()).toEqual(ids.toSorted());
    expect(planned.map(({ connectionId }) => connectionId)).toEqual(ids);
  });

  it('takes one connection out of all its rooms side by side, and tells each room once', async () => {
    const { deps, until, rooms, sent } = crowd();
    expect(await until(endConnection('c0', deps), ROUNDS_TO_FORGET)).toBeLessThanOrEqual(ROUNDS_TO_FORGET);
    const left = sent.map(({ to, message }) => ({ to, ...message }));
    expect(left).toHaveLength(rooms.length);
    expect(left).toContainEqual(expect.objectContaining({ to: 'other', type: 'presence', event: 'left' }));
  });

  it('holds up no event of another team in the same batch', async () => {
    const { deps, until, sent, closed } = crowd();
    const told = Promise.withResolvers<void>();
    const waiting: AnnounceDeps = {
      ...deps,
      awaitDelivery: async () => {},
      // No connection is closed before the event was sent.
      sender: {
        close: async (id) => {
          closed.push(id);
          await told.promise;
        },
        send: async (to, message) => {
          await deps.sender.send(to, message);
          told.resolve();
          return true;
        },
      },
      log: {
        append: async (teamId, channel, domainEvents) =>
          domainEvents.map(({ eventId, event, data, at }) => ({
            ...{ eventId, delivered: false, webhooksQueued: true },
            event: { type: 'event', channel, seq: 1, event, data, at, teamId },
          })),
        markQueued: async () => {},
        read: async () => [{ type: 'event', channel: 'media', seq: 1, event: 'media.created', data: {}, at: '' }],
        last: async () => 1,
      },
      rounds: () =>
        ({
          claim: async () => ({ seq: 1, delivered: 0, asked: 0, round: 1 }),
          renew: async () => true,
          release: async () => true,
          pendingRejoins: async () => [],
        }) as unknown as ReturnType<AnnounceDeps['rounds']>,
      fanOutPage: async () => {},
      continueInBackground: async () => {},
      newId: () => 'holder',
      webhooks: {} as AnnounceDeps['webhooks'],
      webhookQueue: { add: async () => {} },
      publicUrl: 'https://api.example',
      show: async (records) => records.map((record) => ({ ...record, tags: [] })) as never,
      view: (record, publicUrl) => mediaView(record, { publicUrl }),
    };
    const work = announce(waiting)([removal, creation('another')]);
    expect(await until(work, 2 * ROUNDS_TO_END)).toBeLessThanOrEqual(2 * ROUNDS_TO_END);
    expect(sent).toMatchObject([{ to: 'other', message: { event: 'media.created' } }]);
    expect(closed).toHaveLength(CONNECTIONS);
  });
});

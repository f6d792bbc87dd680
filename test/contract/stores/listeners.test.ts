import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { putMember } from '../../../functions/accounts/account-items.ts';
import { dynamoAccounts } from '../../../functions/accounts/account-store.ts';
import { mediaView } from '../../../functions/dialects/v1/media-view.ts';
import type { WebhookDelivery } from '../../../functions/domain/webhook.ts';
import { showTags } from '../../../functions/library/tag-store.ts';
import { type AnnounceDeps, announce } from '../../../functions/realtime/announce.ts';
import { dynamoChannelLeases } from '../../../functions/realtime/channel-lease-store.ts';
import { dynamoConnections } from '../../../functions/realtime/connection-store.ts';
import type { DeliverDeps } from '../../../functions/realtime/deliver.ts';
import { endExpired } from '../../../functions/realtime/end-expired.ts';
import type { AwaitedDelivery } from '../../../functions/realtime/end-queue.ts';
import { dynamoEventLog } from '../../../functions/realtime/event-log.ts';
import { connectionKey, mediaKey, sequenceKey } from '../../../functions/table/keys.ts';
import type { WebhookQueue } from '../../../functions/webhooks/webhook-queue.ts';
import { dynamoWebhooks } from '../../../functions/webhooks/webhook-store.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const CONNECTED = '2026-01-01T00:00:00.000Z';
const secondsLater = (seconds: number) => new Date(Date.parse(CONNECTED) + seconds * 1000);
const connections = () => dynamoConnections(library.table);

const listener = async () => {
  const connection = {
    id: crypto.randomUUID(),
    teamId: crypto.randomUUID(),
    userId: 'user',
    connectedAt: CONNECTED,
    scopes: [],
    credentialId: 'key',
    credentialKind: 'api-key' as const,
  };
  await connections().open(connection, ['media']);
  return connection;
};
const listening = async ({ teamId }: { teamId: string }) => (await connections().subscribers(teamId, 'media')).ids;

/** Tells a team of a new record while none of its connections can be reached. */
const announceToNobody = (teamId: string, now: Date) => announcing(now)([aChange(teamId)]);

const aChange = (teamId: string): DynamoDBRecord => {
  const record = aRecord({ teamId });
  const NewImage = marshall({ ...mediaKey(record.id), ...record });
  return { eventID: crypto.randomUUID(), dynamodb: { NewImage } } as unknown as DynamoDBRecord;
};

/** The time of a lease on the team's channel is over. */
const expired = (teamId: string) =>
  library.table.update({
    Key: sequenceKey(teamId, 'media'),
    UpdateExpression: 'SET #until = :past',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':past': 1 },
  });

const nothingFor = (now: Date): DeliverDeps => ({
  log: dynamoEventLog(library.table),
  connections: connections(),
  rounds: (team, channel) => dynamoChannelLeases(library.table, team, channel),
  sender: { send: async () => false, close: async () => {} },
  fanOutPage: async () => {},
  continueInBackground: async () => {},
  newId: () => crypto.randomUUID(),
  clock: () => now,
  reportFailure: (_, error) => {
    throw error;
  },
});

const announcing = (now: Date, change: Partial<AnnounceDeps> = {}) =>
  announce({
    ...nothingFor(now),
    log: dynamoEventLog(library.table),
    connections: connections(),
    accounts: dynamoAccounts(library.table),
    webhooks: dynamoWebhooks(library.table),
    webhookQueue: { add: async () => {} },
    show: showTags(library.table),
    plan: async () => {},
    awaitDelivery: async () => {},
    view: (record, publicUrl) => mediaView(record, { publicUrl }),
    publicUrl: 'https://api.example',
    ...change,
  });

describe('a connection that answers 410', () => {
  it('is forgotten', async () => {
    const connection = await listener();
    await announceToNobody(connection.teamId, secondsLater(31));
    expect(await listening(connection)).toEqual([]);
    expect(await connections().get(connection.id)).toBeUndefined();
  });

  it('still listens when its handshake may not be over', async () => {
    const connection = await listener();
    await announceToNobody(connection.teamId, secondsLater(29));
    expect(await listening(connection)).toEqual([connection.id]);
  });

  it('leaves no subscription behind that came while it was being forgotten', async () => {
    const connection = await listener();
    await library.table.remove(connectionKey(connection.id));
    await announceToNobody(connection.teamId, secondsLater(1));
    expect(await listening(connection)).toEqual([]);
  });
});

describe('a channel whose holder crashed', () => {
  it('delays no other team, and its events are sent by the next invocation once the lease is over', async () => {
    const [held, free] = [await listener(), await listener()];
    const rounds = dynamoChannelLeases(library.table, held.teamId, 'media');
    await rounds.claim('crashed');
    const heard: string[] = [];
    const awaited: AwaitedDelivery[] = [];
    const send = async (id: string) => heard.push(id) > 0;
    const sender = { send, close: async () => {} };
    const sending = { ...nothingFor(secondsLater(1)), sender, connections: connections(), plan: async () => {} };
    const changes = [aChange(held.teamId), aChange(free.teamId)];
    await announcing(secondsLater(1), {
      sender,
      awaitDelivery: async (delivery) => void awaited.push(delivery),
    })(changes);
    expect(heard).toEqual([free.id]);
    expect(awaited).toEqual([{ teamId: held.teamId, channel: 'media', seq: 1 }]);

    // The next invocation waits until the lease is over: this one is over as soon as it looks.
    const later = {
      ...sending,
      rounds: (teamId: string, channel: string) => {
        const own = dynamoChannelLeases(library.table, teamId, channel);
        return { ...own, status: async () => expired(teamId).then(() => own.status()) };
      },
    };
    await endExpired(later)(awaited[0] as AwaitedDelivery);
    expect(heard).toEqual([free.id, held.id]);
    expect(await rounds.status()).toMatchObject({ underWay: undefined, delivered: 1 });
    // A repeated message finds it sent.
    await endExpired(sending)(awaited[0] as AwaitedDelivery);
    expect(heard).toHaveLength(2);
  });
});

describe('a team whose connections take their events slowly', () => {
  it('holds up the batches of the stream once: its next events are sent by another invocation', async () => {
    const [slow, quick] = [await listener(), await listener()];
    const heard: string[] = [];
    const handedOver: string[] = [];
    let now = secondsLater(1);
    const run = announcing(now, {
      clock: () => now,
      sender: {
        send: async (id) => {
          if (id === slow.id) now = new Date(now.getTime() + 2_500);
          return heard.push(id) > 0;
        },
        close: async () => {},
      },
      continueInBackground: async (teamId) => void handedOver.push(teamId),
    });
    await run([aChange(slow.teamId)]);
    expect([heard, handedOver]).toEqual([[slow.id], []]);
    await run([aChange(slow.teamId), aChange(quick.teamId)]);
    expect([heard, handedOver]).toEqual([[slow.id, quick.id], [slow.teamId]]);
    // Its events are in the log, and are sent when it is tried again.
    now = new Date(now.getTime() + 601_000);
    await run([aChange(slow.teamId)]);
    expect(heard).toEqual([slow.id, quick.id, slow.id, slow.id]);
  });
});

describe('a connection that is gone', () => {
  it('cannot subscribe', async () => {
    const connection = await listener();
    await connections().forget(connection.id);
    await connections().subscribe(connection, 'media');
    expect(await listening(connection)).toEqual([]);
  });
});

describe('webhooks', () => {
  it('are told once of what could not be queued at first, though connections have it by then', async () => {
    const teamId = crypto.randomUUID();
    const member = { teamId, userId: 'keeper', email: null, role: 'owner', createdAt: CONNECTED } as const;
    await library.table.transact(putMember(member));
    await dynamoWebhooks(library.table).create({
      ...{ id: 'hook', teamId, url: 'https://example.com/', events: [], secret: 'whsec_', createdAt: CONNECTED },
      ...{ enabled: true, disabledBecause: null, succeededAt: null, keptBy: 'keeper', memberSince: CONNECTED },
    });
    const queued: WebhookDelivery[] = [];
    let power = false;
    const add: WebhookQueue['add'] = async (deliveries) => {
      if (!power) throw new Error('power cut');
      queued.push(...deliveries);
    };
    const tell = announcing(secondsLater(0), { webhookQueue: { add } });
    const change = aChange(teamId);
    await expect(tell([change])).rejects.toThrow('power cut');
    // Another invocation holds the channel, and sends all that is in it.
    const rounds = dynamoChannelLeases(library.table, teamId, 'media');
    const round = await rounds.claim('another');
    if (round) expect(await rounds.release('another', round)).toBe(true);
    power = true;
    await tell([change]);
    await tell([change]);
    expect(queued).toMatchObject([{ messageId: `msg_${teamId}_media_1`, event: 'media.created' }]);
  });
});

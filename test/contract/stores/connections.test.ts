import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { channelsOf, userChannel } from '../../../functions/domain/channels.ts';
import { admitConnection } from '../../../functions/realtime/admit-connection.ts';
import type { Connection } from '../../../functions/realtime/connection.ts';
import { dynamoConnections, guestsAt } from '../../../functions/realtime/connection-store.ts';
import { forgetLost } from '../../../functions/realtime/forget-lost.ts';
import { dynamoPlaceCounter, MOST_PLACES } from '../../../functions/realtime/place-counter.ts';
import { connectionKey, placesKey } from '../../../functions/table/keys.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const MOST = 5;
const NOW = Date.parse('2026-01-01T01:00:00Z');
const store = () => dynamoConnections(library.table);

/** A person who opens connections, and the gateway that they are open at. */
const person = () => {
  const userId = crypto.randomUUID();
  const teamId = crypto.randomUUID();
  const atGateway = new Set<string>();
  const sender = {
    isOpen: async (id: string) => atGateway.has(id),
    send: async (id: string) => atGateway.has(id),
    close: async (id: string) => void atGateway.delete(id),
  };
  const deps = { connections: store(), sender, clock: () => new Date(NOW), reportFailure: () => {} };
  const open = async (secondsAgo = 60): Promise<string | undefined> => {
    const connection: Connection = {
      ...{ id: crypto.randomUUID(), teamId, userId, scopes: [], credentialId: 'key', credentialKind: 'api-key' },
      connectedAt: new Date(NOW - secondsAgo * 1000).toISOString(),
    };
    await store().open(connection, channelsOf(userId, 'login'));
    atGateway.add(connection.id);
    try {
      await admitConnection(connection, MOST, { ...deps, forgetLost: (lost) => forgetLost(lost, deps) });
      return connection.id;
    } catch (error) {
      expect(error).toMatchObject({ code: 'RATE_LIMITED' });
      await store().forget(connection.id);
      return undefined;
    }
  };
  const heard = async () => (await store().subscribers(teamId, userChannel(userId))).ids;
  return { open, heard, atGateway, userId };
};

describe('the connections of a person', () => {
  it('are never more than allowed, however many come at once', async () => {
    const { open, heard } = person();
    const opened = await Promise.all(Array.from({ length: 40 }, () => open()));
    expect(opened.filter((id) => id !== undefined)).toHaveLength(MOST);
    expect(await heard()).toHaveLength(MOST);
    expect(await open()).toBeUndefined();
  });

  it('make room for another when one ends', async () => {
    const { open } = person();
    const opened = await Promise.all(Array.from({ length: MOST }, () => open()));
    expect(await open()).toBeUndefined();
    await store().forget(opened[0] ?? '');
    await store().forget(opened[0] ?? '');
    expect(await open()).toBeDefined();
    expect(await open()).toBeUndefined();
  });

  it('that ended without a report, or were half forgotten, are found gone before a person is refused', async () => {
    const { open, atGateway, heard } = person();
    const opened = await Promise.all(Array.from({ length: MOST }, () => open()));
    atGateway.delete(opened[0] ?? '');
    await library.table.remove(connectionKey(opened[1] ?? ''));
    expect([await open(), await open()]).not.toContain(undefined);
    expect(await open()).toBeUndefined();
    expect(await heard()).not.toContain(opened[0]);
  });

  it('count while they are opening, though the gateway does not know them yet', async () => {
    const { open, atGateway } = person();
    await Promise.all(Array.from({ length: MOST }, () => open(10)));
    atGateway.clear();
    expect(await open()).toBeUndefined();
  });
});

describe('the connections of all guests of an address', () => {
  it('are never more than allowed together, however many guests come at once, and make room as each ends', async () => {
    const address = crypto.randomUUID();
    const deps = { connections: store(), forgetLost: async () => {}, clock: () => new Date(NOW) };
    const open = async (): Promise<string | undefined> => {
      const connection: Connection = {
        ...{ id: crypto.randomUUID(), teamId: crypto.randomUUID(), userId: crypto.randomUUID(), scopes: [] },
        ...{ credentialId: 's', credentialKind: 'login', guest: true, address },
        connectedAt: new Date(NOW - 60_000).toISOString(),
      };
      await store().open(connection, []);
      return admitConnection({ id: connection.id, userId: guestsAt(address) }, MOST, deps).then(
        () => connection.id,
        async () => {
          await store().forget(connection.id);
          return undefined;
        },
      );
    };
    const opened = (await Promise.all(Array.from({ length: 12 }, open))).filter((id) => id !== undefined);
    expect(opened).toHaveLength(MOST);
    expect(await open()).toBeUndefined();
    await store().forget(opened[0] ?? '');
    expect(await open()).toBeDefined();
    expect(await open()).toBeUndefined();
  });
});

describe('the places of a person in channels', () => {
  const aConnection = async (userId: string): Promise<Connection> => {
    const connection: Connection = {
      ...{ id: crypto.randomUUID(), teamId: crypto.randomUUID(), userId, scopes: [], credentialId: 's' },
      ...{ credentialKind: 'login', connectedAt: new Date(NOW).toISOString() },
    };
    await store().open(connection, channelsOf(userId, 'login'));
    expect(await store().count(connection, 10)).toBe(true);
    return connection;
  };
  const placesOf = async (userId: string) => (await library.table.get(placesKey(userId)))?.places ?? 0;

  it('are counted once each over all connections, and given back as they are left', async () => {
    const userId = crypto.randomUUID();
    const [one, two] = [await aConnection(userId), await aConnection(userId)];
    await Promise.all([one, one, two].map((each) => store().subscribe(each, 'talk')));
    await store().subscribe(two, 'media');
    await store().subscribe(two, 'news');
    expect(await placesOf(userId)).toBe(3);
    await store().unsubscribe(two, 'news');
    await store().unsubscribe(two, 'news');
    expect(await placesOf(userId)).toBe(2);
    await Promise.all([store().forget(one.id), store().forget(one.id)]);
    expect(await placesOf(userId)).toBe(1);
  });

  it('are bounded, and counted anew before one is refused', async () => {
    const userId = crypto.randomUUID();
    const connection = await aConnection(userId);
    await store().subscribe(connection, 'talk');
    await library.table.put({ Item: { ...placesKey(userId), places: MOST_PLACES } });
    expect(await store().subscribe(connection, 'news')).toBe('noted');
    expect(await placesOf(userId)).toBe(2);
    const few = dynamoPlaceCounter(library.table, store().recount, 2);
    expect(await few.count({ id: userId, isKey: false })).toBe(false);
  });

  it('refuse no channel that a connection hears already, when all of them are taken', async () => {
    const userId = crypto.randomUUID();
    const hearing = async (number: number): Promise<Connection> => {
      const connection = await aConnection(userId);
      await library.table.update({
        Key: connectionKey(connection.id),
        UpdateExpression: 'ADD channels :channels',
        ExpressionAttributeValues: { ':channels': new Set(Array.from({ length: number }, (_, at) => `talk-${at}`)) },
      });
      return connection;
    };
    const [one, other] = [await hearing(100), await hearing(150), await hearing(150), await hearing(100)];
    await library.table.put({ Item: { ...placesKey(userId), places: MOST_PLACES } });
    expect(await store().subscribe(one, 'talk-99')).toBe('noted');
    expect(await store().subscribe(one, 'talk-100')).toBe('crowded');
    expect(await store().subscribe(other, 'talk-100')).toBe('noted');
    expect(await placesOf(userId)).toBe(MOST_PLACES);
    await store().forget(one.id);
    expect(await store().subscribe(one, 'talk-99')).toBe('gone');
  });
});

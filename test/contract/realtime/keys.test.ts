import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { channelsOf, userChannel } from '../../../functions/domain/channels.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import type { Scope } from '../../../functions/domain/scopes.ts';
import { dynamoBegunChannels, MOST_BEGUN } from '../../../functions/realtime/begun-channels.ts';
import type { Connection } from '../../../functions/realtime/connection.ts';
import { answerMessage } from '../../../functions/realtime/message.ts';
import { readEvents } from '../../../functions/realtime/read-events.ts';
import { dynamoClaims } from '../../../functions/table/claim-store.ts';
import { sequenceKey } from '../../../functions/table/keys.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { deliveringOver, takingSender } from '../../support/drivers/listening.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const PERSON: readonly Scope[] = ['media:read', 'realtime:broadcast'];

/** A team with its owner, a colleague, and whatever connections they open. */
const aTeam = (mostBegun = MOST_BEGUN) => {
  const teamId = crypto.randomUUID();
  const ears = takingSender();
  const begunChannels = dynamoBegunChannels(library.table, () => new Date(), mostBegun);
  const deps = { ...deliveringOver(library.table, ears.sender), begunChannels };
  const answer = answerMessage(deps, (_, error) => expect(error).toBeUndefined());
  const connect = async (userId: string, fields: Partial<Connection> = {}) => {
    const id = crypto.randomUUID();
    const by = { credentialId: 'c', credentialKind: 'login' } as const;
    const connection = { id, teamId, userId, connectedAt: '2026-01-01T00:00:00Z', scopes: PERSON, ...by, ...fields };
    await deps.connections.open(connection, channelsOf(userId, connection.credentialKind));
    let asked = 0;
    const ask = async (message: object) => {
      asked += 1;
      await answer({
        connectionId: id,
        messageId: crypto.randomUUID(),
        body: JSON.stringify({ id: asked, ...message }),
      });
      return ears.to(id).find((each) => (each as { id?: unknown }).id === asked);
    };
    const heard = () => ears.to(id).filter((each) => (each as { type: string }).type === 'event');
    return { id, ask, heard };
  };
  const keyOf = (userId: string, ...scopes: readonly Scope[]) => connect(userId, { credentialKind: 'api-key', scopes });
  const { log, rooms, limits, newId } = deps;
  const claims = dynamoClaims(library.table, () => new Date());
  const read = readEvents({ log, rooms, claims, newId, limit: limits.ofSender, stillMay: async () => {} });
  const readBy = (principal: Partial<Principal>, channel: string) =>
    read({
      input: { channel, since: 0, limit: 10, wait: 0 },
      principal: aPrincipal({ userId: 'owner', teamId, ...principal }),
    });
  return { teamId, deps, connect, keyOf, readBy };
};
const KEY = { kind: 'api-key', id: 'k' } as const;
const TOKEN_OF_KEY = { kind: 'upload-token', id: 'x', by: KEY } as const;
const REFUSED = { type: 'error', code: 'FORBIDDEN' };

describe('a key that may read media', () => {
  it('hears nothing that is said to the person who made it', async () => {
    const { connect, keyOf, readBy } = aTeam();
    const [owner, colleague] = [await connect('owner'), await connect('colleague')];
    const key = await keyOf('owner', 'media:read');
    expect(await colleague.ask({ action: 'direct', to: userChannel('owner'), data: 'for you' })).toMatchObject({
      seq: 1,
    });
    expect(owner.heard()).toMatchObject([{ data: 'for you' }]);
    expect(key.heard()).toEqual([]);
    for (const message of [
      { action: 'subscribe', channel: userChannel('owner') },
      { action: 'resume', channel: userChannel('owner'), since: 0 },
      { action: 'subscribe', channel: userChannel('colleague') },
    ]) {
      expect(await key.ask(message)).toMatchObject(REFUSED);
    }
    expect(await key.ask({ action: 'subscribe', channel: 'keys:owner' })).toMatchObject({ code: 'UNKNOWN_CHANNEL' });
    for (const credential of [KEY, TOKEN_OF_KEY]) {
      await expect(readBy({ credential }, userChannel('owner'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect((await readBy({}, userChannel('owner'))).events).toHaveLength(1);
    expect(key.heard()).toEqual([]);
  });

  it('enters no room, and says nothing in the name of the person who made it', async () => {
    const { connect, keyOf, readBy } = aTeam();
    const [owner, key] = [await connect('owner'), await keyOf('owner', 'media:read')];
    const colleague = await connect('colleague');
    await owner.ask({ action: 'room.create', room: 'board', private: true, invite: ['colleague'] });
    await owner.ask({ action: 'room.create', room: 'open' });
    await owner.ask({ action: 'publish', channel: 'room:board', data: 'secret' });
    for (const room of ['board', 'open']) {
      for (const message of [
        { action: 'room.join', room },
        { action: 'room.members', room },
        { action: 'room.create', room, private: true },
        { action: 'subscribe', channel: `room:${room}` },
        { action: 'resume', channel: `room:${room}`, since: 0 },
        { action: 'publish', channel: `room:${room}`, data: 'x' },
      ]) {
        expect(await key.ask(message)).toMatchObject(REFUSED);
      }
      const asKey = { credential: KEY, scopes: new Set<Scope>(['media:read']) };
      await expect(readBy(asKey, `room:${room}`)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    for (const message of [
      { action: 'publish', channel: 'reviews', data: 'x' },
      { action: 'direct', to: userChannel('colleague'), data: 'pay this' },
      { action: 'direct', to: `connection:${colleague.id}`, data: 'pay this' },
      { action: 'broadcast', data: 'x' },
    ]) {
      expect(await key.ask(message)).toMatchObject(REFUSED);
    }
    expect(await key.ask({ action: 'room.list' })).toMatchObject({ rooms: [{ name: 'open', members: 1 }] });
    expect(colleague.heard()).toEqual([]);
  });

  it('hears what all of the team may hear', async () => {
    const { connect, keyOf, readBy } = aTeam();
    const [owner, key] = [await connect('owner'), await keyOf('owner', 'media:read')];
    expect(await key.ask({ action: 'subscribe', channel: 'reviews' })).toMatchObject({ type: 'ack' });
    await owner.ask({ action: 'publish', channel: 'reviews', data: 1 });
    await owner.ask({ action: 'broadcast', data: 2 });
    expect(key.heard()).toMatchObject([{ data: 1 }, { data: 2 }]);
    expect((await readBy({ credential: KEY }, 'reviews')).events).toHaveLength(1);
  });

  it('is found when connections of its maker have to end', async () => {
    const { teamId, deps, connect, keyOf } = aTeam();
    const opened = [await connect('owner'), await keyOf('owner', 'media:read')];
    await connect('colleague');
    const found = (await deps.connections.ofUser(teamId, 'owner')).map(({ id }) => id);
    expect(found.toSorted()).toEqual(opened.map(({ id }) => id).toSorted());
  });
});

describe('a key that may broadcast', () => {
  it('talks in channels and open rooms, and is told from the person who made it', async () => {
    const { connect, keyOf } = aTeam();
    const [owner, key] = [await connect('owner'), await keyOf('owner', ...PERSON)];
    await owner.ask({ action: 'subscribe', channel: 'reviews' });
    await owner.ask({ action: 'room.create', room: 'open' });
    expect(await key.ask({ action: 'room.join', room: 'open' })).toMatchObject({ type: 'ack' });
    for (const channel of ['reviews', 'room:open']) await key.ask({ action: 'publish', channel, data: channel });
    const from = { userId: 'owner', connectionId: key.id, by: 'api-key' };
    expect(owner.heard()).toMatchObject([
      { data: 'reviews', from },
      { data: 'room:open', from },
    ]);
    await owner.ask({ action: 'publish', channel: 'room:open', data: 'by a person' });
    const own = { userId: 'owner', connectionId: owner.id };
    expect(key.heard().at(-1)).toEqual(expect.objectContaining({ data: 'by a person', from: own }));
  });

  it('enters no private room of its maker, not even one with the name of an open one, and says nothing to one alone', async () => {
    const { connect, keyOf, readBy } = aTeam();
    const [owner, key] = [await connect('owner'), await keyOf('owner', ...PERSON)];
    await owner.ask({ action: 'room.create', room: 'board', private: true });
    await owner.ask({ action: 'publish', channel: 'room:board', data: 'secret' });
    expect(await key.ask({ action: 'room.join', room: 'board' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await key.ask({ action: 'room.create', room: 'mine', private: true })).toMatchObject(REFUSED);
    expect(await key.ask({ action: 'direct', to: userChannel('owner'), data: 1 })).toMatchObject(REFUSED);
    await expect(readBy({ credential: KEY }, 'room:board')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await key.ask({ action: 'room.create', room: 'board' })).toMatchObject({ type: 'ack' });
    expect(await key.ask({ action: 'resume', channel: 'room:board', since: 0 })).toMatchObject({ seq: 0 });
    expect(key.heard()).toEqual([]);
  });
});

describe('a guest', () => {
  it('publishes nothing and makes no room, since a guest is alone in the team', async () => {
    const { deps, teamId, connect } = aTeam();
    const guest = await connect('guest', { guest: true });
    for (const message of [
      { action: 'publish', channel: 'c', data: 'x' },
      { action: 'broadcast', data: 'x' },
      { action: 'direct', to: userChannel('guest'), data: 'x' },
      { action: 'room.create', room: 'r' },
    ]) {
      expect(await guest.ask(message)).toMatchObject(REFUSED);
    }
    expect(await deps.rooms.list(teamId)).toEqual([]);
    expect(await deps.log.last(teamId, 'c')).toBe(0);
    expect(await guest.ask({ action: 'resume', channel: 'media', since: 0 })).toMatchObject({ type: 'ack' });
  });
});

describe('channels that a person publishes to as the first', () => {
  const TOO_MANY = { type: 'error', code: 'RATE_LIMITED' };
  const publish = (channel: string) => ({ action: 'publish', channel, data: 1 });

  it('are bounded for a day, whether any connection listens or not; those that exist go on', async () => {
    const { teamId, connect } = aTeam(4);
    const userId = crypto.randomUUID();
    const writer = await connect(userId);
    for (const name of ['one', 'two', 'three']) expect(await writer.ask(publish(name))).toMatchObject({ seq: 1 });
    for (const message of [publish('one'), { action: 'broadcast', data: 1 }]) {
      expect(await writer.ask(message)).toMatchObject({ type: 'ack' });
    }
    // The next connection counts as the same person.
    const again = await connect(userId);
    expect(await again.ask(publish('four'))).toMatchObject({ seq: 1 });
    expect(await again.ask(publish('five'))).toMatchObject(TOO_MANY);
    expect(await library.table.get(sequenceKey(teamId, 'five'))).toBeUndefined();
    expect(await again.ask(publish('one'))).toMatchObject({ seq: 3 });
    expect(await (await connect(crypto.randomUUID())).ask(publish('five'))).toMatchObject({ seq: 1 });
  });

  it('are half as many for keys, apart from the person, and rooms are among them', async () => {
    const { connect, keyOf } = aTeam(4);
    const userId = crypto.randomUUID();
    const key = await keyOf(userId, 'media:read', 'realtime:broadcast');
    for (const name of ['one', 'two']) expect(await key.ask(publish(name))).toMatchObject({ seq: 1 });
    expect(await key.ask(publish('three'))).toMatchObject(TOO_MANY);
    const person = await connect(userId);
    for (const at of [1, 2, 3, 4, 5]) {
      expect(await person.ask({ action: 'room.create', room: `r${at}` })).toMatchObject({ type: 'ack' });
      expect(await person.ask(publish(`room:r${at}`))).toMatchObject(at === 5 ? TOO_MANY : { seq: 1 });
      await person.ask({ action: 'room.leave', room: `r${at}` });
    }
  });
});

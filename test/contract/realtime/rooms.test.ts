import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { channelsOf } from '../../../functions/domain/channels.ts';
import type { Connection } from '../../../functions/realtime/connection.ts';
import { answerMessage } from '../../../functions/realtime/message.ts';
import { readEvents } from '../../../functions/realtime/read-events.ts';
import { roomKey } from '../../../functions/table/keys.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { deliveringOver, takingSender } from '../../support/drivers/listening.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

/** A team whose members open connections; ids in the order of the alphabet are the order in which rooms are stored. */
const aTeam = (teamId: string = crypto.randomUUID()) => {
  const ears = takingSender();
  const deps = deliveringOver(library.table, ears.sender);
  const answer = answerMessage(deps, (_, error) => expect(error).toBeUndefined());
  return async (userId: string) => {
    const id = crypto.randomUUID();
    const by = { credentialId: 'c', credentialKind: 'login' } as const;
    const connection: Connection = {
      ...{ id, teamId, userId, connectedAt: '2026-01-01T00:00:00Z', scopes: ['media:read'], ...by },
    };
    await deps.connections.open(connection, channelsOf(userId, 'login'));
    let asked = 0;
    const ask = async (message: object) => {
      asked += 1;
      const body = JSON.stringify({ id: asked, ...message });
      await answer({ connectionId: id, messageId: crypto.randomUUID(), body });
      return ears.to(id).find((each) => (each as { id?: unknown }).id === asked);
    };
    const heard = () => ears.to(id).flatMap((each) => ((each as { type: string }).type === 'event' ? [each] : []));
    return { ask, heard };
  };
};
/** Stores of rooms note milliseconds; what is made after this one is younger. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 5));
const join = { action: 'room.join', room: 'board' };
const make = (...invite: readonly string[]) => ({ action: 'room.create', room: 'board', private: true, invite });
const ACK = { type: 'ack' };

describe('a private room of the name of another', () => {
  it('captures no member who has a room of that name, nor those who were in one first', async () => {
    const connect = aTeam();
    const [maker, thief, friend] = [await connect('victim'), await connect('attacker'), await connect('friend')];
    expect(await maker.ask(make('friend'))).toMatchObject(ACK);
    await aMoment();
    expect(await thief.ask(make('friend', 'victim'))).toMatchObject(ACK);
    const second = await connect('victim');
    for (const each of [second, friend]) expect(await each.ask(join)).toMatchObject({ ...ACK, createdBy: 'victim' });
    await friend.ask({ action: 'publish', channel: 'room:board', data: 'a secret' });
    expect(thief.heard()).toEqual([]);
    for (const each of [maker, second]) expect(each.heard()).toMatchObject([{ data: 'a secret' }]);
    const { rooms } = (await friend.ask({ action: 'room.list' })) as unknown as { rooms: { createdBy: string }[] };
    expect(rooms.map(({ createdBy }) => createdBy).sort()).toEqual(['attacker', 'victim']);
  });

  it('leads no member away from an open room that was there first', async () => {
    const connect = aTeam();
    const [maker, thief, friend] = [await connect('victim'), await connect('attacker'), await connect('friend')];
    expect(await maker.ask({ action: 'room.create', room: 'board' })).toMatchObject(ACK);
    await aMoment();
    // The maker of an open room has its name; a private one of it is another room.
    expect(await thief.ask(make('friend'))).toMatchObject({ type: 'error', code: 'CONFLICT' });
    expect(await friend.ask(join)).toMatchObject({ ...ACK, createdBy: 'victim' });
  });

  it('takes no name from those whom it invites', async () => {
    const connect = aTeam();
    const [thief, victim] = [await connect('attacker'), await connect('victim')];
    expect(await thief.ask(make('victim'))).toMatchObject(ACK);
    await aMoment();
    expect(await victim.ask(make())).toMatchObject(ACK);
    expect(await victim.ask(join)).toMatchObject({ ...ACK, createdBy: 'victim' });
    expect(await (await connect('victim')).ask(join)).toMatchObject({ ...ACK, createdBy: 'victim' });
  });
});

describe('the rooms of a team', () => {
  it('are not all of one person, however many they make at once', async () => {
    const teamId = crypto.randomUUID();
    const connect = aTeam(teamId);
    const rooms = Array.from({ length: 48 }, (_, index) => `old-${index}`);
    const Item = {
      private: false,
      invited: [],
      createdBy: 'viewer',
      createdAt: '2026-01-01T00:00:00Z',
      members: 1,
      born: 0,
    };
    await library.table.transact(rooms.map((name) => ({ Put: { Item: { ...roomKey(teamId, name), ...Item, name } } })));
    const [viewer, owner] = [await connect('viewer'), await connect('owner')];
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((room) => viewer.ask({ action: 'room.create', room, private: room < 'c' })),
    );
    const { Items = [] } = await library.table.query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': roomKey(teamId, '').pk },
      ConsistentRead: true,
    });
    expect(Items.length).toBeLessThanOrEqual(50);
    expect(await owner.ask({ action: 'room.create', room: 'plans' })).toMatchObject(ACK);
  });

  it('of one name are told apart by their makers, also one that was private before there was an open one', async () => {
    const connect = aTeam();
    const [thief, maker, friend] = [await connect('attacker'), await connect('owner'), await connect('friend')];
    expect(await thief.ask(make('friend'))).toMatchObject(ACK);
    await aMoment();
    expect(await maker.ask({ action: 'room.create', room: 'board' })).toMatchObject(ACK);
    expect(await friend.ask(join)).toMatchObject({ ...ACK, createdBy: 'attacker', private: true });
    const chosen = { ...join, createdBy: 'owner' };
    expect(await friend.ask(chosen)).toMatchObject({ type: 'error', code: 'CONFLICT' });
    await friend.ask({ action: 'room.leave', room: 'board' });
    expect(await friend.ask(chosen)).toMatchObject({ ...ACK, createdBy: 'owner', private: false });
    expect(await friend.ask({ action: 'publish', channel: 'room:board', data: 'to all' })).toMatchObject(ACK);
    expect(maker.heard()).toMatchObject([{ data: 'to all' }]);
    expect(thief.heard()).toEqual([]);
    const stranger = await connect('stranger');
    expect(await stranger.ask({ ...join, createdBy: 'attacker' })).toMatchObject({ type: 'error', code: 'NOT_FOUND' });
  });

  it('are read back by those who may enter them: open ones by the people of the team, private ones by those invited', async () => {
    const teamId = crypto.randomUUID();
    const maker = await aTeam(teamId)('maker');
    await maker.ask({ action: 'room.create', room: 'open' });
    await maker.ask({ action: 'room.create', room: 'secret', private: true, invite: ['friend'] });
    for (const room of ['open', 'secret']) {
      expect(await maker.ask({ action: 'publish', channel: `room:${room}`, data: room })).toMatchObject(ACK);
    }
    const deps = deliveringOver(library.table, takingSender().sender);
    const read = (userId: string, room: string) =>
      readEvents({
        ...deps,
        stillMay: async () => {},
        claims: {} as never,
        limit: async () => undefined,
        newId: () => '',
      })({
        input: { channel: `room:${room}`, since: 0, limit: 10, wait: 0 },
        principal: aPrincipal({
          teamId,
          userId,
          role: 'viewer',
          credential: { kind: 'session', id: 's', passwordVersion: 0 },
        }),
      });
    expect((await read('other', 'open')).events).toMatchObject([{ data: 'open' }]);
    expect((await read('friend', 'secret')).events).toMatchObject([{ data: 'secret' }]);
    await expect(read('other', 'secret')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(read('other', 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

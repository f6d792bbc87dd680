import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { channelsOf } from '../../../functions/domain/channels.ts';
import type { Connection } from '../../../functions/realtime/connection-store.ts';
import { answerMessage } from '../../../functions/realtime/message.ts';
import { type Library, startLibrary } from '../../support/library.ts';
import { deliveringOver, takingSender } from '../../support/listening.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

/** A team whose members open connections; ids in the order of the alphabet are the order in which rooms are stored. */
const aTeam = () => {
  const teamId = crypto.randomUUID();
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
  it('captures nobody who has a room of that name, nor those who were in one first', async () => {
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

  it('leads nobody away from an open room that was there first', async () => {
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

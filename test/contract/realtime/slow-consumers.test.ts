import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliver } from '../../../functions/realtime/deliver.ts';
import { answerMessage } from '../../../functions/realtime/message.ts';
import { senderTo } from '../../../functions/realtime/send.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { deliveringOver, listeners, place } from '../../support/drivers/listening.ts';
import { managementServer } from '../../support/drivers/management-server.ts';

const CREDENTIALS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };

let library: Library;
let server: Awaited<ReturnType<typeof managementServer>>;
const states = new Map<string, 'gone' | 'slow'>();
beforeAll(async () => {
  Object.assign(process.env, CREDENTIALS);
  library = await startLibrary();
  server = await managementServer((id) => states.get(id) ?? 'open');
});
afterAll(async () => {
  for (const name of Object.keys(CREDENTIALS)) delete process.env[name];
  await Promise.all([library?.stop(), server?.stop()]);
});

const delivering = (patience?: number) => deliveringOver(library.table, senderTo(server.url, patience));
const positionOf = (method: string, id: string): number =>
  server.asked.findIndex((each) => each.method === method && each.id === id);
const datasOf = (id: string) =>
  server.asked.filter((each) => each.id === id && each.message?.type === 'event').map(({ message }) => message.data);

describe('connections that do not take their messages', () => {
  it('are closed and forgotten without a wait for them, be they more than are sent to at once', async () => {
    const deps = delivering();
    // More than there are lanes, and in front of all others.
    const { teamId, ids: slow } = await listeners(deps, 70, ['talk']);
    const { ids: others } = await listeners(deps, 10, ['talk'], teamId);
    for (const id of slow) states.set(id, 'slow');
    await place(deps, teamId, 'talk', 'one', 'two');
    await deliver(teamId, 'talk', deps);

    const firstClosed = Math.min(...slow.map((id) => positionOf('DELETE', id)));
    expect(firstClosed).toBeGreaterThan(-1);
    for (const id of others) {
      expect(datasOf(id)).toEqual(['one', 'two']);
      const last = server.asked.findLastIndex((each) => each.id === id);
      expect(last).toBeLessThan(firstClosed);
    }
    for (const id of slow) {
      expect(datasOf(id)).toEqual(['one']);
      expect(await deps.connections.get(id)).toBeUndefined();
    }
    expect((await deps.connections.subscribers(teamId, 'talk')).ids.toSorted()).toEqual(others.toSorted());
    await place(deps, teamId, 'talk', 'three');
    await deliver(teamId, 'talk', deps);
    for (const id of others) expect(datasOf(id)).toEqual(['one', 'two', 'three']);
    expect(slow.flatMap(datasOf)).not.toContain('three');
  });

  it('and those that are gone have left their rooms, and the others in there are told', async () => {
    const deps = delivering(300);
    const { teamId, all } = await listeners(deps, 3, []);
    const [stays, slow, gone] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
    for (const each of all) await deps.connections.note(each, 'room:den');
    await deps.rooms.create(stays, { name: 'den', private: false, invited: [] });
    for (const each of [slow, gone]) expect(await deps.rooms.join(each, 'den')).toBe('joined');
    states.set(slow.id, 'slow').set(gone.id, 'gone');
    await place(deps, teamId, 'room:den', 'hello');
    await deliver(teamId, 'room:den', deps);
    const told = server.asked.filter(({ id, message }) => id === stays.id && message?.type === 'presence');
    expect(told.map(({ message }) => [message.event, message.connection]).toSorted()).toEqual(
      [slow, gone].map(({ id }) => ['left', id]).toSorted(),
    );
    expect(await deps.rooms.get(teamId, 'den')).toMatchObject({ members: 1 });
  });
});

describe('a connection that is found gone by an answer', () => {
  it('is forgotten, and the rooms that it was in are told', async () => {
    const deps = delivering();
    const { teamId, all } = await listeners(deps, 2, []);
    const [stays, gone] = all as [(typeof all)[0], (typeof all)[0]];
    for (const each of all) await deps.connections.note(each, 'room:hut');
    await deps.rooms.create(stays, { name: 'hut', private: false, invited: [] });
    await deps.rooms.join(gone, 'hut');
    states.set(gone.id, 'gone');
    await answerMessage(deps, () => {})({ connectionId: gone.id, messageId: 'm', body: '{"action":"ping"}' });
    expect(await deps.connections.get(gone.id)).toBeUndefined();
    expect(await deps.rooms.get(teamId, 'hut')).toMatchObject({ members: 1 });
    expect(server.asked).toContainEqual(
      expect.objectContaining({ id: stays.id, message: expect.objectContaining({ type: 'presence', event: 'left' }) }),
    );
  });
});

describe('a message whose sending fails after it has its place', () => {
  it('is answered once, and another invocation goes on with its channel', async () => {
    const deps = delivering();
    const { teamId, ids } = await listeners(deps, 1, ['talk']);
    const id = ids[0] ?? '';
    const broken = {
      ...deps,
      connections: { ...deps.connections, subscribers: () => Promise.reject(new Error('the table is away')) },
    };
    const body = JSON.stringify({ action: 'publish', id: 1, channel: 'talk', data: 'said' });
    await answerMessage(broken, () => {})({ connectionId: id, messageId: 'm', body });
    const answers = () => server.asked.filter((each) => each.id === id).map(({ message }) => message.type);
    expect(answers()).toEqual(['ack']);
    expect(deps.handedOver).toEqual(['talk']);
    await deliver(teamId, 'talk', deps);
    expect(answers()).toEqual(['ack', 'event']);
  });
});

describe('a connection that can be neither sent to nor closed', () => {
  it('is not forgotten: it would stay open and wait for what never comes', async () => {
    const deps = delivering(200);
    const { teamId, ids } = await listeners(deps, 2, ['talk']);
    const [stuck = '', other = ''] = ids;
    states.set(stuck, 'slow');
    const sender = { ...deps.sender, close: () => Promise.reject(new Error('the gateway is away')) };
    await place(deps, teamId, 'talk', 'one');
    await deliver(teamId, 'talk', { ...deps, sender });
    expect(datasOf(other)).toEqual(['one']);
    expect((await deps.connections.subscribers(teamId, 'talk')).ids.toSorted()).toEqual(ids.toSorted());
  });
});

describe('a message of a connection that was forgotten', () => {
  it.each(['ping', 'room.list'])('is refused, and the connection closed: %s', async (action) => {
    const deps = delivering();
    const id = crypto.randomUUID();
    const body = JSON.stringify({ action, id: 7 });
    await answerMessage(deps, () => {})({ connectionId: id, messageId: 'm', body });
    const asked = server.asked.filter((each) => each.id === id);
    expect(asked.map(({ method, message }) => [method, message?.code])).toEqual([
      ['POST', 'UNAUTHORIZED'],
      ['DELETE', undefined],
    ]);
  });
});

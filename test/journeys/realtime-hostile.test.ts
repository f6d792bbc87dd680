import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Connected, connectTo } from '../support/drivers/realtime-client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';

let runtime: Runtime;
let teams: ReturnType<typeof teamsOf>;
let owner: Awaited<ReturnType<typeof teams.anOwner>>;
let stranger: typeof owner;
const open: Connected[] = [];
beforeAll(async () => {
  runtime = await startRuntime();
  teams = teamsOf(runtime);
  owner = await teams.anOwner();
  stranger = await teams.anOwner();
}, 240_000);
afterAll(async () => {
  for (const each of open) each.cut();
  await runtime?.stop();
});

const connect = async (who: Pick<typeof owner, 'connect'>): Promise<Connected> => {
  const connected = await who.connect();
  open.push(connected);
  return connected;
};

/** Everything that the realtime API stores, but for the counts of calls. */
const stored = async () => {
  const items = await operator(runtime.ready).items();
  const named = items.map((item) => [`${item.pk} ${item.sk}`, item] as const);
  return Object.fromEntries(named.filter(([name]) => /^(CONNECTION|CHANNEL|ROOMS|SEEN)#/.test(name)));
};

describe('a connection of a stranger', () => {
  it('changes nothing and hears nothing by whatever it says, and stays open', async () => {
    const [host, ear] = [await connect(owner), await connect(stranger)];
    await host.ask({ action: 'room.create', room: 'board', private: true, invite: [] });
    await host.ask({ action: 'publish', channel: 'room:board', data: 'secret' });
    await host.until(() => host.events('room:board').length === 1);
    const connectionId = host.events('room:board')[0].from.connectionId as string;
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    // The sender may still hold the channel.
    await eventually(async () => expect(Object.values(await stored()).filter(({ holder }) => holder)).toEqual([]));
    const before = await stored();
    const said: readonly [unknown, string][] = [
      ...[
        '*',
        '#',
        'media*',
        'user:*',
        `${owner.teamId}#media`,
        `CHANNEL#${owner.teamId}#media`,
        '../media',
        '',
      ].flatMap((channel): [unknown, string][] => [
        [{ action: 'subscribe', channel }, 'UNKNOWN_CHANNEL'],
        [{ action: 'resume', channel, since: 0 }, 'UNKNOWN_CHANNEL'],
        [{ action: 'publish', channel, data: 1 }, 'UNKNOWN_CHANNEL'],
      ]),
      [{ action: 'subscribe', channel: `user:${owner.userId}` }, 'FORBIDDEN'],
      [{ action: 'resume', channel: `user:${owner.userId}`, since: 0 }, 'FORBIDDEN'],
      [{ action: 'subscribe', channel: `connection:${connectionId}` }, 'FORBIDDEN'],
      [{ action: 'resume', channel: `connection:${connectionId}`, since: 0 }, 'FORBIDDEN'],
      [{ action: 'publish', channel: 'room:board', data: 1 }, 'FORBIDDEN'],
      [{ action: 'unsubscribe', channel: `user:${stranger.userId}` }, 'FORBIDDEN'],
      [{ action: 'subscribe', channel: 'room:board' }, 'NOT_FOUND'],
      [{ action: 'resume', channel: 'room:board', since: 0 }, 'NOT_FOUND'],
      [{ action: 'room.join', room: 'board' }, 'NOT_FOUND'],
      [{ action: 'room.leave', room: 'board' }, 'NOT_FOUND'],
      [{ action: 'room.members', room: 'board' }, 'NOT_FOUND'],
      [{ action: 'direct', to: `user:${owner.userId}`, data: 1 }, 'NOT_FOUND'],
      [{ action: 'direct', to: `connection:${connectionId}`, data: 1 }, 'NOT_FOUND'],
      ...['a b', '../x', '__proto__', '', 'x'.repeat(65), 'a\n', '\u202e'].map((room): [unknown, string] => [
        { action: 'room.create', room },
        'INVALID_MESSAGE',
      ]),
      ...[{ $ne: 1 }, [], null, true].map((id): [unknown, string] => [{ action: 'ping', id }, 'INVALID_MESSAGE']),
      ...[-1, 0.5, 2 ** 53, 1e308, '1', null, [0]].map((since): [unknown, string] => [
        { action: 'resume', channel: 'media', since },
        'INVALID_MESSAGE',
      ]),
      ['{', 'INVALID_MESSAGE'],
      ['[]', 'INVALID_MESSAGE'],
      ['{"action":"subscribe"}', 'UNKNOWN_CHANNEL'],
      ['{"action":"fly"}', 'UNKNOWN_ACTION'],
      ['"text"', 'INVALID_MESSAGE'],
      ['{"__proto__":{"action":"ping"}}', 'INVALID_MESSAGE'],
      ['{"action":"publish","channel":"a","data":{"__proto__":{"admin":true}}}', 'INVALID_MESSAGE'],
      ['{"action":"toString"}', 'UNKNOWN_ACTION'],
      [`{"action":"publish","channel":"a","data":${nested(5_000)}}`, 'INVALID_MESSAGE'],
      [`{"action":"publish","channel":"a","data":[${Array(6_000).fill('1e20').join()}]}`, 'TOO_LARGE'],
    ];
    for (const [message] of said) ear.send(message);
    await ear.until((all) => all.length === said.length);
    expect(ear.said.map(({ type }) => type)).toEqual(said.map(() => 'error'));
    expect(ear.said.map(({ code }) => code).toSorted()).toEqual(said.map(([, code]) => code).toSorted());
    expect(ear.said.every(({ message }) => typeof message === 'string')).toBe(true);
    expect(await stored()).toEqual(before);
    expect((await ear.ask({ action: 'ping' })).type).toBe('pong');
  });

  it('may name a place that no log has, and is told so', async () => {
    const ear = await connect(stranger);
    const since = Number.MAX_SAFE_INTEGER;
    expect(await ear.ask({ action: 'resume', channel: 'media', since })).toMatchObject({ type: 'ack', gap: true });
  });
});

describe('a connection that breaks the rules of frames', () => {
  it.each([
    ['binary', 1003, (ear: Connected) => ear.socket.send(Buffer.from('{"action":"ping"}'))],
    ['129 KB in one frame', 1009, (ear: Connected) => ear.socket.send('x'.repeat(129 * 1024))],
    ['no UTF-8', 1007, (ear: Connected) => ear.socket.send(Buffer.from([0xff]), { binary: false })],
  ])('with %s is closed and forgotten, and its room is told', async (what, code, act) => {
    const [bad, witness] = [await connect(owner), await connect(owner)];
    const room = `frames-${what.replaceAll(/\W/g, '-')}`;
    await witness.ask({ action: 'room.create', room });
    await bad.ask({ action: 'room.join', room });
    act(bad);
    expect(await bad.closedWith()).toBe(code);
    await witness.until((all) => all.some(({ type, event }) => type === 'presence' && event === 'left'));
    expect((await witness.ask({ action: 'room.members', room })).members).toHaveLength(1);
  });

  it('may send a message in pieces, between which it pings', async () => {
    const ear = await connect(owner);
    const text = JSON.stringify({ action: 'ping', id: 'in pieces' });
    ear.socket.send(text.slice(0, 5), { fin: false });
    ear.socket.ping();
    ear.socket.send(text.slice(5, 9), { fin: false });
    ear.socket.send(text.slice(9), { fin: true });
    await ear.until((all) => all.length === 1);
    expect(ear.said).toEqual([{ type: 'pong', id: 'in pieces' }]);
  });
});

describe('a message of more than 32 KB', () => {
  it('in frames that are smaller is answered with an error, and the connection stays', async () => {
    const ear = await connect(owner);
    const long = JSON.stringify({ action: 'publish', channel: 'a', data: 'x'.repeat(40_000) });
    ear.socket.send(long.slice(0, 20_000), { fin: false });
    ear.socket.send(long.slice(20_000), { fin: true });
    await ear.until((all) => all.some(({ code }) => code === 'TOO_LARGE'));
    expect((await ear.ask({ action: 'ping' })).type).toBe('pong');
  });
});

describe('a connection that listens to everything', () => {
  it('is refused the channel too many, and keeps those that it has', async () => {
    const ear = await connect(owner);
    // It hears four from the start.
    for (let n = 5; n <= 200; n += 1) ear.send({ action: 'subscribe', channel: `c${n}` });
    await ear.until((all) => all.length === 196, 60_000);
    expect(ear.said.every(({ type }) => type === 'ack')).toBe(true);
    for (const message of [
      { action: 'subscribe', channel: 'c201' },
      { action: 'room.create', room: 'r201' },
      { action: 'resume', channel: 'c201', since: 0 },
    ]) {
      expect(await ear.ask(message)).toMatchObject({ type: 'error', code: 'CONFLICT' });
    }
    expect((await ear.ask({ action: 'subscribe', channel: 'c200' })).type).toBe('ack');
    expect((await ear.ask({ action: 'unsubscribe', channel: 'c200' })).type).toBe('ack');
    expect((await ear.ask({ action: 'subscribe', channel: 'c201' })).type).toBe('ack');
    ear.cut();
    await eventually(async () =>
      expect(Object.keys(await stored()).join()).not.toContain(`${owner.teamId}#c201 SUBSCRIBER`),
    );
  });
});

describe('a key that may read media', () => {
  it('reads no messages of the person who made it, enters none of their rooms and says nothing as them', async () => {
    const colleague = await teams.aMember(owner);
    const made = await owner.api.call('POST', '/api/v1/api-keys', { json: { name: 'site', scopes: ['media:read'] } });
    const authorization = `Bearer ${made.body.data.key}`;
    const [host, other, key] = [
      await connect(owner),
      await connect(colleague),
      await connectTo(runtime.ready, { headers: { authorization } }),
    ];
    open.push(key);
    const mine = `user:${owner.userId}`;
    await host.ask({ action: 'room.create', room: 'talk', private: true, invite: [colleague.userId] });
    await other.ask({ action: 'direct', to: mine, data: 'for you alone' });
    await host.until(() => host.events(mine).length === 1);
    for (const message of [
      { action: 'room.join', room: 'talk' },
      { action: 'publish', channel: 'reviews', data: 'x' },
      { action: 'direct', to: `user:${colleague.userId}`, data: 'pay this' },
      { action: 'resume', channel: mine, since: 0 },
    ]) {
      expect(await key.ask(message)).toMatchObject({ type: 'error', code: 'FORBIDDEN' });
    }
    const api = client(runtime.ready, { authorization });
    expect((await api.call('GET', `/api/v1/events?channel=${mine}&since=0`)).status).toBe(403);
    // What it may hear comes after what it may not, and has come.
    await owner.api.call('POST', '/api/v1/media', {
      json: { url: 'https://example.com/a.png', filename: 'a.png', fileSize: 1, mimeType: 'image/png' },
    });
    await key.until(() => key.events('media').length > 0);
    expect(key.events(mine)).toEqual([]);
    expect(other.events(`user:${colleague.userId}`)).toEqual([]);
    await owner.api.call('DELETE', `/api/v1/api-keys/${made.body.data.id}`);
    await key.closedWith();
  });
});

describe('a guest', () => {
  it('publishes nothing, and what they send counts for their address, however often they come back', async () => {
    const { body } = await client(runtime.ready, {}).call('POST', '/api/v1/auth/guest');
    const authorization = `Bearer ${body.data.accessToken}`;
    const countedFor = async (subject: string) =>
      (await operator(runtime.ready).items())
        .filter(({ pk }) => String(pk).startsWith(`RATE#${subject}`))
        .reduce((sum, { taken }) => sum + Number(taken), 0);
    const before = await countedFor('address#');
    for (const round of [1, 2, 3]) {
      const ear = await connectTo(runtime.ready, { headers: { authorization } });
      open.push(ear);
      expect(await ear.ask({ action: 'publish', channel: 'c', data: round })).toMatchObject({ code: 'FORBIDDEN' });
      for (let n = 1; n <= 50; n += 1) ear.send({ action: 'ping', id: n });
      await ear.until((all) => all.length >= 51);
      ear.close();
    }
    // Functions take twenty at once, and may have some left.
    expect((await countedFor('address#')) - before).toBeGreaterThan(100);
    expect(Object.keys(await stored()).join()).not.toContain(`${body.data.team.id}#c `);
  });

  it('has five connections however many are opened at once, and one for each that ends', async () => {
    const anonymous = client(runtime.ready, {});
    const { body } = await anonymous.call('POST', '/api/v1/auth/guest');
    const authorization = `Bearer ${body.data.accessToken}`;
    const attempt = () =>
      connectTo(runtime.ready, { headers: { authorization } }).catch((error: Error) => error.message);
    const attempts = await Promise.all(Array.from({ length: 30 }, attempt));
    const opened = attempts.filter((each) => typeof each !== 'string');
    open.push(...opened);
    expect(opened).toHaveLength(5);
    expect(new Set(attempts.filter((each) => typeof each === 'string'))).toEqual(
      new Set(['Unexpected server response: 429']),
    );
    opened[0]?.cut();
    await eventually(async () => {
      const again = await attempt();
      if (typeof again === 'string') throw new Error(again);
      open.push(again);
    });
    expect(await attempt()).toBe('Unexpected server response: 429');
  });
});

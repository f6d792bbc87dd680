import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { client } from '../support/drivers/client.ts';
import type { Connected } from '../support/drivers/realtime-client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';

let runtime: Runtime;
let teams: ReturnType<typeof teamsOf>;
let owner: Awaited<ReturnType<typeof teams.anOwner>>;
let member: Awaited<ReturnType<typeof teams.aMember>>;
let stranger: typeof owner;
const open: Connected[] = [];
beforeAll(async () => {
  runtime = await startRuntime();
  teams = teamsOf(runtime);
  owner = await teams.anOwner();
  member = await teams.aMember(owner);
  stranger = await teams.anOwner();
}, 240_000);
afterAll(async () => {
  for (const each of open) each.cut();
  await runtime?.stop();
});

const connect = async (who: Pick<typeof member, 'connect'>, options = {}): Promise<Connected> => {
  const connected = await who.connect(options);
  open.push(connected);
  return connected;
};
const register = (api: typeof member.api, filename: string) =>
  api.call('POST', '/api/v1/media', {
    json: { url: 'https://example.com/a.png', filename, fileSize: 1, mimeType: 'image/png' },
  });
const dataOf = (ear: Connected, channel: string) => ear.events(channel).map(({ data }) => data);
/** Long enough for a message that was sent to have come. */
const silence = () => pause(700);

describe('an open channel', () => {
  it('brings what members publish to those who listen, in order and with a place', async () => {
    const [one, other] = [await connect(owner), await connect(member)];
    expect(await one.ask({ action: 'subscribe', channel: 'reviews' })).toEqual({ type: 'ack', id: 'q1' });
    for (const n of [1, 2, 3]) {
      expect(await other.ask({ action: 'publish', channel: 'reviews', data: { n } })).toMatchObject({
        type: 'ack',
        seq: n,
      });
    }
    await one.until(() => one.events('reviews').length === 3);
    expect(one.events('reviews')[0]).toEqual({
      type: 'event',
      channel: 'reviews',
      seq: 1,
      event: 'message',
      data: { n: 1 },
      at: expect.any(String),
      from: { userId: member.userId, connectionId: expect.any(String) },
    });
    expect(one.events('reviews').map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(other.events('reviews')).toEqual([]);
  });

  it('carries any JSON as it is', async () => {
    const ear = await connect(owner);
    await ear.ask({ action: 'subscribe', channel: 'odd' });
    const odd = [null, '', {}, { '': [[]] }, 1e300, 0.1, '\u{1f600}', [['deep', [[[[{ a: null }]]]]]]];
    for (const data of odd) await ear.ask({ action: 'publish', channel: 'odd', data });
    await ear.until(() => ear.events('odd').length === odd.length);
    expect(dataOf(ear, 'odd')).toEqual(odd);
  });
});

describe('who may publish where', () => {
  let editor: Connected | undefined;
  it.each([
    [{ action: 'publish', channel: 'media', data: 1 }, 'FORBIDDEN'],
    [{ action: 'publish', channel: 'uploads', data: 1 }, 'FORBIDDEN'],
    [{ action: 'publish', channel: 'team', data: 1 }, 'FORBIDDEN'],
    [{ action: 'publish', channel: 'user:somebody', data: 1 }, 'FORBIDDEN'],
    [{ action: 'publish', channel: 'room:nowhere', data: 1 }, 'FORBIDDEN'],
    [{ action: 'subscribe', channel: 'user:somebody' }, 'FORBIDDEN'],
    [{ action: 'subscribe', channel: 'room:nowhere' }, 'NOT_FOUND'],
    [{ action: 'resume', channel: 'room:nowhere', since: 0 }, 'NOT_FOUND'],
    [{ action: 'direct', to: 'user:nobody', data: 1 }, 'NOT_FOUND'],
    [{ action: 'direct', to: 'connection:nothing=', data: 1 }, 'NOT_FOUND'],
    [{ action: 'room.leave', room: 'nowhere' }, 'NOT_FOUND'],
    [{ action: 'room.members', room: 'nowhere' }, 'NOT_FOUND'],
    [{ action: 'broadcast', data: 1 }, 'FORBIDDEN'],
  ])('is refused: %j', async (message, code) => {
    editor ??= await connect(member);
    expect(await editor.ask(message)).toMatchObject({ type: 'error', code, message: expect.any(String) });
    expect((await editor.ask({ action: 'ping' })).type).toBe('pong');
  });

  it('is asked of a broadcast by its scope', async () => {
    const [boss, editor, other] = [await connect(owner), await connect(member), await connect(stranger)];
    expect((await boss.ask({ action: 'broadcast', data: 'noon' })).type).toBe('ack');
    await editor.until(() => editor.events('team').length === 1);
    expect(dataOf(editor, 'team')).toEqual(['noon']);
    await silence();
    expect(other.events('team')).toEqual([]);
  });
});

describe('a direct message', () => {
  it('reaches all connections of a user, or the one that is named, and no other', async () => {
    const [from, phone, desk] = [await connect(owner), await connect(member), await connect(member)];
    expect((await from.ask({ action: 'direct', to: `user:${member.userId}`, data: 'both' })).type).toBe('ack');
    const channel = `user:${member.userId}`;
    for (const ear of [phone, desk]) await ear.until(() => ear.events(channel).length > 0);
    await phone.ask({ action: 'publish', channel: 'who', data: 1 });
    await from.ask({ action: 'subscribe', channel: 'who' });
    await phone.ask({ action: 'publish', channel: 'who', data: 2 });
    await from.until(() => from.events('who').length > 0);
    const id = from.events('who')[0].from.connectionId;
    expect((await from.ask({ action: 'direct', to: `connection:${id}`, data: 'one' })).type).toBe('ack');
    await phone.until(() => phone.events(`connection:${id}`).length === 1);
    await silence();
    expect(dataOf(phone, channel)).toEqual(['both']);
    expect(desk.said.filter(({ data }) => data === 'one')).toEqual([]);
    expect(from.said.filter(({ data }) => data === 'both')).toEqual([]);
  });
});

describe('a room', () => {
  it('tells who comes and goes, and is gone with the last one', async () => {
    const [one, other] = [await connect(owner), await connect(member)];
    expect((await one.ask({ action: 'room.create', room: 'layout' })).type).toBe('ack');
    expect(await other.ask({ action: 'room.create', room: 'layout' })).toMatchObject({ code: 'CONFLICT' });
    expect((await other.ask({ action: 'room.join', room: 'layout' })).type).toBe('ack');
    await one.until((all) => all.some(({ type, event }) => type === 'presence' && event === 'joined'));
    expect(one.said.find(({ type }) => type === 'presence')).toEqual({
      type: 'presence',
      channel: 'room:layout',
      event: 'joined',
      user: member.userId,
      connection: expect.any(String),
      at: expect.any(String),
    });
    expect((await one.ask({ action: 'room.list' })).rooms).toContainEqual({
      name: 'layout',
      private: false,
      members: 2,
      createdBy: owner.userId,
    });
    const { members } = await other.ask({ action: 'room.members', room: 'layout' });
    expect(members.map(({ user }: { user: string }) => user).sort()).toEqual([owner.userId, member.userId].sort());
    await other.ask({ action: 'publish', channel: 'room:layout', data: 'hello' });
    await one.until(() => one.events('room:layout').length === 1);
    other.cut();
    await one.until((all) => all.some(({ type, event }) => type === 'presence' && event === 'left'));
    expect((await one.ask({ action: 'room.leave', room: 'layout' })).type).toBe('ack');
    expect((await one.ask({ action: 'room.list' })).rooms).toEqual([]);
    expect(await one.ask({ action: 'room.join', room: 'layout' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that is private is for invited members; for the others it is not there, before and after its end', async () => {
    const [host, guest, outsider] = [
      await connect(owner),
      await connect(member),
      await connect(await teams.aMember(owner)),
    ];
    await host.ask({ action: 'room.create', room: 'board', private: true, invite: [member.userId] });
    expect((await guest.ask({ action: 'room.join', room: 'board' })).type).toBe('ack');
    await host.ask({ action: 'publish', channel: 'room:board', data: 'secret' });
    await guest.until(() => guest.events('room:board').length === 1);
    for (const message of [
      { action: 'room.join', room: 'board' },
      { action: 'room.members', room: 'board' },
      { action: 'subscribe', channel: 'room:board' },
      { action: 'resume', channel: 'room:board', since: 0 },
    ]) {
      expect(await outsider.ask(message)).toMatchObject({ type: 'error', code: 'NOT_FOUND' });
    }
    expect((await outsider.ask({ action: 'room.list' })).rooms).toEqual([]);
    await host.ask({ action: 'room.leave', room: 'board' });
    await guest.ask({ action: 'room.leave', room: 'board' });
    expect((await outsider.ask({ action: 'room.create', room: 'board' })).type).toBe('ack');
    // Not even a gap tells that there was another room of this name.
    expect(await outsider.ask({ action: 'resume', channel: 'room:board', since: 0 })).toMatchObject({ gap: false });
    await outsider.ask({ action: 'room.leave', room: 'board' });
    await silence();
    expect(JSON.stringify(outsider.said)).not.toContain('secret');
  });

  it('that is private keeps its name from no other: who may not enter it learns nothing by taking the name', async () => {
    const [host, guest, outsider] = [
      await connect(owner),
      await connect(member),
      await connect(await teams.aMember(owner)),
    ];
    await host.ask({ action: 'room.create', room: 'plans', private: true, invite: [member.userId] });
    // Its maker is told, and is the only one.
    expect(await host.ask({ action: 'room.create', room: 'plans' })).toMatchObject({ code: 'CONFLICT' });
    for (const options of [{ private: true }, {}]) {
      const answers = [];
      for (const room of ['plans', `free-${options.private ?? false}`]) {
        const { id: _, ...answer } = await outsider.ask({ action: 'room.create', room, ...options });
        answers.push(answer);
      }
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]).toEqual({ type: 'ack' });
      const { rooms } = await outsider.ask({ action: 'room.list' });
      expect(rooms.filter(({ name }: { name: string }) => name === 'plans')).toHaveLength(1);
      // Each hears the room that they are in, under the name that all give it.
      await outsider.ask({ action: 'publish', channel: 'room:plans', data: 'theirs' });
      await outsider.until(() => outsider.events('room:plans').length > 0);
      expect((await outsider.ask({ action: 'resume', channel: 'room:plans', since: 0 })).type).toBe('ack');
      await outsider.ask({ action: 'room.leave', room: 'plans' });
    }
    expect((await guest.ask({ action: 'room.join', room: 'plans' })).type).toBe('ack');
    await host.ask({ action: 'publish', channel: 'room:plans', data: 'ours' });
    await guest.until(() => guest.events('room:plans').length === 1);
    expect(dataOf(guest, 'room:plans')).toEqual(['ours']);
    expect((await guest.ask({ action: 'room.members', room: 'plans' })).members).toHaveLength(2);
    await silence();
    expect(JSON.stringify(outsider.said)).not.toContain('ours');
    expect(JSON.stringify(host.said)).not.toContain('theirs');
    for (const each of [host, guest]) await each.ask({ action: 'room.leave', room: 'plans' });
    const { rooms } = await host.ask({ action: 'room.list' });
    expect(rooms.map(({ name }: { name: string }) => name)).not.toContain('plans');
  });
});

describe('two teams', () => {
  it('hear nothing of each other, whatever they name', async () => {
    const [ours, theirs] = [await connect(owner), await connect(stranger)];
    for (const channel of ['reviews', 'media', 'team']) await theirs.ask({ action: 'subscribe', channel });
    for (const channel of ['*', '#', 'media*', `${owner.teamId}#media`, `CHANNEL#${owner.teamId}#media`, '../media']) {
      expect(await theirs.ask({ action: 'subscribe', channel })).toMatchObject({ code: 'UNKNOWN_CHANNEL' });
    }
    expect(await theirs.ask({ action: 'subscribe', channel: `user:${owner.userId}` })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await theirs.ask({ action: 'direct', to: `user:${owner.userId}`, data: 1 })).toMatchObject({
      code: 'NOT_FOUND',
    });
    await ours.ask({ action: 'subscribe', channel: 'reviews' });
    await ours.ask({ action: 'publish', channel: 'reviews', data: 'ours alone' });
    await ours.until(() => dataOf(ours, 'reviews').includes('ours alone'));
    const ourConnection = ours.events('reviews').at(-1).from.connectionId;
    expect(await theirs.ask({ action: 'direct', to: `connection:${ourConnection}`, data: 1 })).toMatchObject({
      code: 'NOT_FOUND',
    });
    await register(owner.api, 'ours.png');
    await ours.until(() => ours.events('media').length > 0);
    await theirs.ask({ action: 'resume', channel: 'reviews', since: 0 });
    await silence();
    expect(theirs.said.filter(({ type }) => type === 'event')).toEqual([]);
  });

  it('of one person: a connection belongs to the one that it names', async () => {
    const both = await stranger.api.call('POST', '/api/v1/teams', { json: { name: 'Second' } });
    const second = both.body.data.id as string;
    const ear = await connect(stranger, { query: `?team=${second}` });
    const witness = await connect(stranger);
    await register(stranger.api, 'first.png');
    await witness.until(() => witness.events('media').some(({ data }) => data.filename === 'first.png'));
    await silence();
    expect(ear.events('media')).toEqual([]);
    await stranger.api.call('POST', '/api/v1/media', {
      headers: { 'x-team-id': second },
      json: { url: 'https://example.com/b.png', filename: 'second.png', fileSize: 1, mimeType: 'image/png' },
    });
    await ear.until(() => ear.events('media').length === 1);
    expect(dataOf(ear, 'media')[0].filename).toBe('second.png');
    await expect(connect(stranger, { query: `?team=${owner.teamId}` })).rejects.toThrow('404');
  });
});

describe('a client that came back', () => {
  it('gets what they missed, once and in order, and then what follows', async () => {
    const [speaker, ear] = [await connect(owner), await connect(member)];
    const say = (n: number) => speaker.ask({ action: 'publish', channel: 'story', data: n });
    await ear.ask({ action: 'subscribe', channel: 'story' });
    await say(1);
    await ear.until(() => ear.events('story').length === 1);
    ear.cut();
    for (const n of [2, 3, 4]) await say(n);
    const again = await connect(member);
    expect(await again.ask({ action: 'resume', channel: 'story', since: 1 })).toEqual({
      type: 'ack',
      id: 'q1',
      channel: 'story',
      seq: 4,
      gap: false,
    });
    await again.until(() => again.events('story').length === 3);
    for (const n of [5, 6]) await say(n);
    await again.until(() => again.events('story').length >= 5);
    await silence();
    expect(dataOf(again, 'story')).toEqual([2, 3, 4, 5, 6]);
  });

  it('may read the same over HTTP, and wait for what is to come', async () => {
    const read = async (query: string) => (await member.api.call('GET', `/api/v1/events?${query}`)).body.data;
    const { events, next, gap } = await read('channel=story&since=2');
    expect(events.map(({ data }: { data: number }) => data)).toEqual([3, 4, 5, 6]);
    expect([next, gap]).toEqual([6, false]);
    expect((await read('channel=story&since=2&limit=2')).next).toBe(4);
    expect(await read('channel=story&since=99')).toMatchObject({ gap: true, next: 6, events: [] });
    const waiting = read('channel=story&since=6&wait=15');
    const speaker = await connect(owner);
    await pause(600);
    await speaker.ask({ action: 'publish', channel: 'story', data: 'at last' });
    expect((await waiting).events.map(({ data }: { data: string }) => data)).toEqual(['at last']);
    expect((await member.api.call('GET', `/api/v1/events?channel=user:${owner.userId}`)).status).toBe(403);
    expect((await member.api.call('GET', '/api/v1/events?channel=*')).status).toBe(404);
    expect((await stranger.api.call('GET', '/api/v1/events?channel=story')).body.data.events).toEqual([]);
  });
});

describe('calls that wait for events', () => {
  const waitFor = (api: typeof member.api, seconds: number) =>
    api.call('GET', `/api/v1/events?channel=quiet&since=0&wait=${seconds}`);

  it('are at most four of a person; another person waits beside them', async () => {
    const greedy = await teams.aMember(owner);
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => waitFor(greedy.api, 4)),
      waitFor(member.api, 4),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.slice(0, 6).toSorted()).toEqual([200, 200, 200, 200, 429, 429]);
    expect(statuses[6]).toBe(200);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('5');
    // Over: the places are free again.
    expect((await waitFor(greedy.api, 1)).status).toBe(200);
  }, 30_000);

  it('cost a call a second', async () => {
    const patient = await teams.aMember(owner);
    const left = async () => Number((await waitFor(patient.api, 0)).headers.get('ratelimit-remaining'));
    // Not over the end of a minute, in which counting begins anew.
    while (new Date().getSeconds() > 45) await pause(1000);
    const before = await left();
    await waitFor(patient.api, 3);
    expect(before - (await left())).toBe(3 + 2);
  }, 60_000);

  it('of a guest are answered at once', async () => {
    const { body } = await client(runtime.ready, {}).call('POST', '/api/v1/auth/guest', { json: {} });
    const guest = client(runtime.ready, { authorization: `Bearer ${body.data.accessToken}` });
    const answers = await Promise.all(Array.from({ length: 6 }, () => waitFor(guest, 20)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
  }, 15_000);
});

describe('a connection ends', () => {
  it('within five seconds of its user being taken out of the team', async () => {
    const leaving = await teams.aMember(owner);
    const [ear, witness] = [await connect(leaving), await connect(owner)];
    const removed = await owner.api.call('DELETE', `/api/v1/teams/${owner.teamId}/members/${leaving.userId}`);
    expect(removed.status).toBe(200);
    await ear.closedWith(5_000);
    await register(owner.api, 'after.png');
    await witness.until(() => witness.events('media').some(({ data }) => data.filename === 'after.png'));
    expect(ear.events('media')).toEqual([]);
    await expect(connect(leaving)).rejects.toThrow(/401|403/);
  });

  it('with the login that opened it, and no other', async () => {
    const other = await teams.login(member.email);
    const [ears, stays] = [[await connect(other)], await connect(member)];
    const ticket = await other.api.call('POST', '/api/v1/realtime/tickets', { json: {} });
    ears.push(
      await connect(
        { connect: stranger.connect },
        { headers: { authorization: '' }, query: `?ticket=${ticket.body.data.ticket}` },
      ),
    );
    await other.api.call('POST', '/api/v1/auth/logout', { json: {} });
    for (const ear of ears) await ear.closedWith(5_000);
    expect((await stays.ask({ action: 'ping' })).type).toBe('pong');
  });

  it('with the key that opened it', async () => {
    const made = await owner.api.call('POST', '/api/v1/api-keys', { json: { name: 'ear', scopes: ['media:read'] } });
    const ear = await connect(owner, { headers: { authorization: `Bearer ${made.body.data.key}` } });
    expect(await ear.ask({ action: 'broadcast', data: 1 })).toMatchObject({ code: 'FORBIDDEN' });
    await owner.api.call('DELETE', `/api/v1/api-keys/${made.body.data.id}`);
    await ear.closedWith(5_000);
  });

  it('when its user gets another role, and what it may do is looked at anew', async () => {
    const rising = await teams.aMember(owner);
    const ear = await connect(rising);
    await owner.api.call('PATCH', `/api/v1/teams/${owner.teamId}/members/${rising.userId}`, {
      json: { role: 'admin' },
    });
    await ear.closedWith(5_000);
    expect((await (await connect(rising)).ask({ action: 'broadcast', data: 'up' })).type).toBe('ack');
  });
});

describe('a flood from one connection', () => {
  it('is limited, and others see no delay', async () => {
    const [flood, other] = [await connect(member), await connect(owner)];
    const refused = () => flood.said.filter(({ code }) => code === 'RATE_LIMITED').length;
    // More than two limits, should a minute end in between; each part is more than is worked on at once.
    let sent = 0;
    while (refused() === 0 && sent < 1_400) {
      for (const end = sent + 100; sent < end; sent += 1) flood.send({ action: 'ping', id: sent });
      expect((await other.ask({ action: 'ping' })).type).toBe('pong');
      // The test did not wait for the flood: some of it is still to be answered.
      expect(flood.said.length).toBeLessThan(sent);
      await flood.until((all) => all.length === sent, 120_000);
    }
    expect(refused()).toBeGreaterThan(0);
    expect(flood.said.every(({ type }) => type === 'pong' || type === 'error')).toBe(true);
    expect((await other.ask({ action: 'room.list' })).type).toBe('ack');
  }, 240_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliver } from '../../../functions/realtime/deliver.ts';
import { answerMessage } from '../../../functions/realtime/message.ts';
import { roomKey, sequenceKey } from '../../../functions/table/keys.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { counted, deliveringOver, listeners, place, takingSender } from '../../support/drivers/listening.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

/** The holder of the channel has held it for longer than allowed. */
const holdTooLong = (teamId: string, channel: string) =>
  library.table.update({
    Key: sequenceKey(teamId, channel),
    UpdateExpression: 'SET #until = :past',
    ConditionExpression: 'attribute_exists(holder)',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':past': 1 },
  });

// biome-ignore lint/suspicious/noExplicitAny: messages of any kind
const dataOf = (messages: readonly any[]) => messages.filter(({ type }) => type === 'event').map(({ data }) => data);

describe('an invocation that dies while it holds a channel', () => {
  it('is replaced once its time is over: what it had not sent is sent, to everybody and in order', async () => {
    const ears = takingSender();
    const deps = deliveringOver(library.table, ears.sender);
    const { teamId, ids } = await listeners(deps, 3, ['talk']);
    const [first, ...others] = ids as [string, ...string[]];
    // It sends to one of three, and never gets further.
    let dying = false;
    const stuck = {
      ...ears.sender,
      send: async (id: string, message: unknown) => {
        if (id !== first) {
          dying = true;
          return new Promise<boolean>(() => {});
        }
        return ears.sender.send(id, message);
      },
    };
    await place(deps, teamId, 'talk', 1, 2);
    void deliver(teamId, 'talk', { ...deps, sender: stuck });
    while (!dying || ears.to(first).length < 2) await new Promise((resolve) => setImmediate(resolve));

    await place(deps, teamId, 'talk', 3);
    expect(await deliver(teamId, 'talk', deps)).toBe(false);
    expect(others.flatMap((id) => ears.to(id))).toEqual([]);

    await holdTooLong(teamId, 'talk');
    await place(deps, teamId, 'talk', 4);
    expect(await deliver(teamId, 'talk', deps)).toBe(true);
    for (const id of others) expect(dataOf(ears.to(id))).toEqual([1, 2, 3, 4]);
    // What had been sent before comes again, in order: its place tells.
    expect(dataOf(ears.to(first))).toEqual([1, 2, 1, 2, 3, 4]);
  });

  it('has no say any more should it wake up', async () => {
    const ears = takingSender();
    const deps = deliveringOver(library.table, ears.sender);
    const { teamId, ids } = await listeners(deps, 1, ['talk']);
    let wake = (): void => {};
    const sleeping = { ...ears.sender, send: () => new Promise<boolean>((resolve) => (wake = () => resolve(true))) };
    await place(deps, teamId, 'talk', 'old');
    const sleeper = deliver(teamId, 'talk', { ...deps, sender: sleeping });
    const before = wake;
    while (wake === before) await new Promise((resolve) => setImmediate(resolve));
    await holdTooLong(teamId, 'talk');
    await place(deps, teamId, 'talk', 'new');
    const rounds = deps.rounds(teamId, 'talk');
    const round = await rounds.claim('successor');
    wake();
    await sleeper;
    // The successor still holds the channel, and has all of it to send.
    expect(round).toMatchObject({ seq: 2, delivered: 0 });
    expect(await rounds.status()).toMatchObject({ underWay: round?.round, delivered: 0 });
    expect(ears.to(ids[0] ?? '')).toEqual([]);
  });

  it('does not hold it again when another invocation does', async () => {
    const deps = deliveringOver(library.table, takingSender().sender);
    const { teamId } = await listeners(deps, 1, ['talk']);
    await place(deps, teamId, 'talk', 1);
    const rounds = deps.rounds(teamId, 'talk');
    await rounds.claim('first');
    await holdTooLong(teamId, 'talk');
    // As long as no other invocation took it, it is only late.
    expect(await rounds.renew('first')).toBe(true);
    expect(await rounds.claim('second')).toBeUndefined();
    await holdTooLong(teamId, 'talk');
    expect(await rounds.claim('second')).toBeDefined();
    expect(await rounds.renew('first')).toBe(false);
  });

  it('is claimed for three seconds at most', async () => {
    const deps = deliveringOver(library.table, takingSender().sender);
    const { teamId } = await listeners(deps, 1, ['talk']);
    await deps.rounds(teamId, 'talk').claim('holder');
    const { until } = (await library.table.get(sequenceKey(teamId, 'talk'))) ?? {};
    expect(Number(until) - Date.now()).toBeLessThanOrEqual(3_000);
  });

  it('knows its own claim again, whose answer was lost', async () => {
    const ears = takingSender();
    const deps = deliveringOver(library.table, ears.sender);
    const { teamId, ids } = await listeners(deps, 1, ['talk']);
    await place(deps, teamId, 'talk', 1);
    // As the SDK repeats a request whose answer it does not get.
    const repeating = {
      ...deps,
      rounds: (team: string, channel: string) => {
        const own = deps.rounds(team, channel);
        return { ...own, claim: async (holder: string) => (await own.claim(holder)) && own.claim(holder) };
      },
    };
    expect(await deliver(teamId, 'talk', repeating)).toBe(true);
    expect(dataOf(ears.to(ids[0] ?? ''))).toEqual([1]);
    const rounds = deps.rounds(teamId, 'talk');
    await rounds.claim('first');
    expect(await rounds.claim('second')).toBeUndefined();
  });

  it('lets a subscriber catch up, who then hears what follows', async () => {
    const ears = takingSender();
    const deps = deliveringOver(library.table, ears.sender);
    const { teamId, ids } = await listeners(deps, 1, ['talk']);
    const id = ids[0] ?? '';
    await place(deps, teamId, 'talk', 1);
    await deps.rounds(teamId, 'talk').claim('dead');
    await holdTooLong(teamId, 'talk');
    const answer = answerMessage(deps, (_, error) => expect(error).toBeUndefined());
    const body = JSON.stringify({ action: 'resume', channel: 'talk', since: 0 });
    await answer({ connectionId: id, messageId: 'm', body });
    await place(deps, teamId, 'talk', 2);
    await deliver(teamId, 'talk', deps);
    expect(ears.to(id)[0]).toMatchObject({ type: 'ack', seq: 1, gap: false });
    expect(dataOf(ears.to(id))).toEqual([1, 2]);
  });
});

describe('resume', () => {
  const resuming = async (channel: string, since: number) => {
    const ears = takingSender();
    const { table, calls } = counted(library.table);
    const deps = deliveringOver(table, ears.sender);
    const answer = answerMessage(deps, (_, error) => expect(error).toBeUndefined());
    const resume = (connectionId: string) =>
      answer({ connectionId, messageId: 'm', body: JSON.stringify({ action: 'resume', channel, since }) });
    return { ears, deps, calls, resume };
  };

  it('of a quiet channel takes four calls of the table, and one more for what was missed', async () => {
    for (const [since, expected] of [
      [3, ['get', 'update', 'get', 'transact']],
      [1, ['get', 'update', 'get', 'query', 'transact']],
    ] as const) {
      const { ears, deps, calls, resume } = await resuming('talk', since);
      const { teamId, ids } = await listeners(deps, 1, ['talk']);
      await place(deps, teamId, 'talk', 1, 2, 3);
      const rounds = deps.rounds(teamId, 'talk');
      const round = await rounds.claim('me');
      if (round) await rounds.release('me', round);
      calls.length = 0;
      await resume(ids[0] ?? '');
      expect(calls).toEqual(expected);
      // And it hears what follows, once.
      await place(deps, teamId, 'talk', 4);
      await deliver(teamId, 'talk', deps);
      expect(dataOf(ears.to(ids[0] ?? ''))).toEqual([1, 2, 3, 4].filter((n) => n > since));
    }
  });

  it('of a room takes one call more', async () => {
    const { deps, calls, resume, ears } = await resuming('room:den', 0);
    const { all } = await listeners(deps, 1, []);
    const [one] = all;
    if (!one) throw new Error('there is one');
    await deps.connections.note(one, 'room:den');
    await deps.rooms.create(one, { name: 'den', private: false, invited: [] });
    calls.length = 0;
    await resume(one.id);
    expect(calls).toEqual(['get', 'get', 'update', 'get', 'transact']);
    expect(ears.to(one.id)).toEqual([{ type: 'ack', channel: 'room:den', seq: 0, gap: false }]);
    expect(await library.table.get(roomKey(one.teamId, 'den'))).toMatchObject({ members: 1 });
  });

  it('of many at once in a channel that is sent in brings everything to each, once and in order', async () => {
    const { ears, deps, resume } = await resuming('talk', 0);
    const { teamId, ids } = await listeners(deps, 40, ['talk']);
    const say = async (n: number) => {
      await place(deps, teamId, 'talk', n);
      await deliver(teamId, 'talk', deps);
    };
    await say(1);
    const before = new Map(ids.map((id) => [id, ears.to(id).length]));
    const talk = async () => {
      for (let n = 2; n <= 15; n += 1) await say(n);
    };
    await Promise.all([talk(), ...ids.map(resume)]);
    await say(16);
    for (const id of ids) {
      const said = ears.to(id).slice(before.get(id)) as { type: string }[];
      const answered = said.findIndex(({ type }) => type === 'ack');
      expect(dataOf(said.slice(answered))).toEqual(Array.from({ length: 16 }, (_, n) => n + 1));
    }
  });

  it('that a client does not take in time ends its connection, so that it comes back', async () => {
    let sends = 0;
    const deps = deliveringOver(
      library.table,
      {
        send: async () => {
          sends += 1;
          return true;
        },
        close: async (id) => void closed.push(id),
      },
      // Each send takes ten seconds of this clock.
      () => new Date(Date.now() + sends * 10_000),
    );
    const closed: string[] = [];
    const { teamId, ids } = await listeners(deps, 1, ['talk']);
    await place(deps, teamId, 'talk', 1, 2, 3, 4, 5);
    const answer = answerMessage(deps, () => {});
    const body = JSON.stringify({ action: 'resume', channel: 'talk', since: 0 });
    await answer({ connectionId: ids[0] ?? '', messageId: 'm', body });
    expect(closed).toEqual(ids);
    expect(await deps.connections.get(ids[0] ?? '')).toBeUndefined();
  });
});

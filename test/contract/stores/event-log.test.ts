import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../../../functions/domain/channels.ts';
import { dynamoChannelLeases } from '../../../functions/realtime/channel-lease-store.ts';
import { dynamoEventLog, type Placed } from '../../../functions/realtime/event-log.ts';
import { eventKey, sequenceKey } from '../../../functions/table/keys.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { itNeedsOfTable } from '../../support/drivers/table-engine.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const domainEvents = (team: string, count: number, from = 0): DomainEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    eventId: `e${from + index}`,
    teamId: team,
    channel: 'media',
    event: 'media.created',
    data: { n: from + index },
    at: '2026-01-01T00:00:00.000Z',
  }));

const seqs = (placed: readonly Placed[]): number[] => placed.map(({ event }) => event.seq);

describe('the log of a channel', () => {
  it('counts from one without gaps, however large the batch', async () => {
    const log = dynamoEventLog(library.table);
    const events = await log.append('a', 'media', domainEvents('a', 120));
    expect(seqs(events)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  it('gives a batch that comes again no second place', async () => {
    const log = dynamoEventLog(library.table);
    const first = await log.append('b', 'media', domainEvents('b', 5));
    expect(await log.append('b', 'media', domainEvents('b', 5))).toEqual(first);
    const rounds = dynamoChannelLeases(library.table, 'b', 'media');
    const round = await rounds.claim('holder');
    if (round) expect(await rounds.release('holder', round)).toBe(true);
    const again = await log.append('b', 'media', domainEvents('b', 5));
    expect(again).toEqual(first.map((each) => ({ ...each, delivered: true })));
    const overlapping = await log.append('b', 'media', domainEvents('b', 3, 4));
    expect(overlapping.map(({ event, delivered }) => [event.seq, delivered])).toEqual([
      [5, true],
      [6, false],
      [7, false],
    ]);
  });

  it('remembers of each event by itself whether webhooks were told', async () => {
    const log = dynamoEventLog(library.table);
    const placed = await log.append('f', 'media', domainEvents('f', 3));
    await log.markQueued('f', 'media', placed.slice(1, 2));
    const again = await log.append('f', 'media', domainEvents('f', 3));
    expect(again.map(({ webhooksQueued }) => webhooksQueued)).toEqual([false, true, false]);
  });

  itNeedsOfTable('hundreds of writers at once')('takes in what many say at once, each for itself', async () => {
    const log = dynamoEventLog(library.table);
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, index) => log.append('g', 'talk', domainEvents('g', 1, index))),
    );
    expect(seqs(all.flat()).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
  });

  it('says that it is busy when it cannot', async () => {
    const crowded = dynamoEventLog({ ...library.table, transact: async () => [0] });
    await expect(crowded.append('h', 'talk', domainEvents('h', 1))).rejects.toMatchObject({ code: 'BUSY' });
  });

  it('is read in stretches that an answer carries, whatever stands in it', async () => {
    const log = dynamoEventLog(library.table);
    const data = '"'.repeat(15_000);
    const long = domainEvents('i', 240).map((each) => ({ ...each, data }));
    for (let start = 0; start < 240; start += 20) await log.append('i', 'talk', long.slice(start, start + 20));
    const read: number[] = [];
    for (let since = 0; since < 240; since = read.at(-1) ?? 240) {
      const events = await log.read('i', 'talk', since, 240, 500);
      expect(JSON.stringify(JSON.stringify(events)).length).toBeLessThan(6_000_000);
      read.push(...events.map(({ seq }) => seq));
    }
    expect(read).toEqual(Array.from({ length: 240 }, (_, index) => index + 1));
  });

  it('forgets channels that members thought of, long after the last word, and no others', async () => {
    const log = dynamoEventLog(library.table);
    const keptOf = async (channel: string) => {
      await log.append('j', channel, domainEvents('j', 1));
      const { ttl } = (await library.table.get(sequenceKey('j', channel))) ?? {};
      return ttl === undefined ? undefined : Math.round((Number(ttl) - Date.now() / 1000) / 3600 / 24);
    };
    for (const channel of ['talk', 'room:den']) expect(await keptOf(channel)).toBe(180);
    expect(await keptOf('connection:abc')).toBe(1);
    for (const channel of ['media', 'team', 'user:me']) expect(await keptOf(channel)).toBeUndefined();
  });

  it('keeps what a lease or a request leaves in a channel without a word for a day, and for no longer', async () => {
    const ttlOf = async (channel: string) => (await library.table.get(sequenceKey('k', channel)))?.ttl;
    const inADay = expect.closeTo(Date.now() / 1000 + 24 * 3600, -2);
    for (const channel of ['talk', 'room:den', 'connection:abc', 'media']) {
      const leases = dynamoChannelLeases(library.table, 'k', channel);
      await leases.requestRejoin({ connectionId: 'c', after: 0 });
      const asked = await ttlOf(channel);
      const round = await leases.claim('holder');
      if (round) await leases.release('holder', round);
      const kept = channel === 'media' ? undefined : inADay;
      expect([asked, await ttlOf(channel)]).toEqual([kept, kept]);
    }
    await dynamoEventLog(library.table).append('k', 'talk', domainEvents('k', 1));
    const after = await ttlOf('talk');
    await dynamoChannelLeases(library.table, 'k', 'talk').claim('another');
    expect([Number(after) > Date.now() / 1000 + 100 * 24 * 3600, await ttlOf('talk')]).toEqual([true, after]);
  });

  it('stays whole when batches that overlap arrive at once', async () => {
    const log = dynamoEventLog(library.table);
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => log.append('c', 'media', domainEvents('c', 10, index * 5))),
    );
    const events = await log.append('c', 'media', domainEvents('c', 35));
    expect(seqs(events)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
    expect(new Set(events.map(({ event }) => JSON.stringify(event.data))).size).toBe(35);
  });

  it('is read from any place on, in order, and forgets what is older than a day', async () => {
    const log = dynamoEventLog(library.table);
    await log.append('d', 'media', domainEvents('d', 5));
    expect((await log.read('d', 'media', 2, 5, 10)).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect((await log.read('d', 'media', 0, 5, 2)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await log.read('d', 'media', 9, 5, 10)).toEqual([]);
    await library.table.update({
      Key: eventKey('d', 'media', 2),
      UpdateExpression: 'SET #ttl = :past',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':past': 1 },
    });
    expect((await log.read('d', 'media', 0, 5, 10)).map(({ seq }) => seq)).toEqual([1, 3, 4, 5]);
  });
});

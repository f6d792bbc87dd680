import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Happening } from '../../../functions/domain/channels.ts';
import { dynamoEventLog } from '../../../functions/stores/event-log.ts';
import { eventKey } from '../../../functions/stores/keys.ts';
import { dynamoRounds } from '../../../functions/stores/round-store.ts';
import { type Library, startLibrary } from '../../support/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const happenings = (team: string, count: number, from = 0): Happening[] =>
  Array.from({ length: count }, (_, index) => ({
    eventId: `e${from + index}`,
    teamId: team,
    channel: 'media',
    event: 'media.created',
    data: { n: from + index },
    at: '2026-01-01T00:00:00.000Z',
  }));

describe('the log of a channel', () => {
  it('counts from one without gaps, however large the batch', async () => {
    const log = dynamoEventLog(library.table);
    const events = await log.append('a', 'media', happenings('a', 120));
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  });

  it('gives a batch that comes again no second place', async () => {
    const log = dynamoEventLog(library.table);
    const first = await log.append('b', 'media', happenings('b', 5));
    expect(await log.append('b', 'media', happenings('b', 5))).toEqual(first);
    const rounds = dynamoRounds(library.table, 'b', 'media');
    const round = await rounds.claim('holder');
    if (round) expect(await rounds.release('holder', round)).toBe(true);
    expect(await log.append('b', 'media', happenings('b', 5))).toEqual([]);
    expect((await log.append('b', 'media', happenings('b', 3, 4))).map(({ seq }) => seq)).toEqual([6, 7]);
  });

  it('stays whole when batches that overlap arrive at once', async () => {
    const log = dynamoEventLog(library.table);
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => log.append('c', 'media', happenings('c', 10, index * 5))),
    );
    const events = await log.append('c', 'media', happenings('c', 35));
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
    expect(new Set(events.map(({ data }) => JSON.stringify(data))).size).toBe(35);
  });

  it('is read from any place on, in order, and forgets what is older than a day', async () => {
    const log = dynamoEventLog(library.table);
    await log.append('d', 'media', happenings('d', 5));
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

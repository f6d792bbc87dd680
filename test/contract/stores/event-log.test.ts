import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Happening } from '../../../functions/domain/channels.ts';
import { dynamoEventLog } from '../../../functions/stores/event-log.ts';
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
    await log.delivered('b', 'media', 5);
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
});

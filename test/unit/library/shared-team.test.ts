import { describe, expect, it } from '@jest/globals';
import { openByCounter, totalsByTeam } from '../../../bin/verify/totals.ts';
import { openTable } from '../../../functions/table/table.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { type Import, importFiles } from '../../support/drivers/import-of-files.ts';
import { simulatedTable } from '../../support/drivers/simulated-table.ts';
import { virtualTime } from '../../support/drivers/virtual-time.ts';

const PLENTY = { bytes: 1e12, records: 1e6 };

const simulate = async (seed: number, change: Partial<Import> = {}) => {
  const time = virtualTime(seed);
  const { client, items, tally } = simulatedTable(time);
  const teamId = `team-${seed}`;
  const uploads = dynamoUploads(openTable('library', client));
  const load = {
    ...{
      teamId,
      clients: 200,
      perSecond: 500,
      seconds: 2,
      quota: PLENTY,
      userOf: (client: number) => `user-${client}`,
    },
    ...change,
  };
  let [pending, mostAtOnce] = [0, 0];
  const watched: typeof uploads = {
    ...uploads,
    open: async (...given) => {
      await uploads.open(...given);
      pending += 1;
      mostAtOnce = Math.max(mostAtOnce, pending);
    },
    begin: async (session) => {
      pending -= 1;
      return uploads.begin(session);
    },
  };
  const ends = await time.run(() => importFiles(time, watched, load));
  const count = (end: string) => ends.filter((each) => each === end).length;
  return {
    active: count('active'),
    refused: count('QUOTA_EXCEEDED'),
    busy: count('BUSY'),
    ends,
    mostAtOnce,
    tally,
    open: Object.fromEntries(openByCounter(items())),
    totals: totalsByTeam(items()).get(teamId),
  };
};

describe('200 clients that import into one team at 500 records a second', () => {
  it.each([1, 2])('get no BUSY, and each record counts once (seed %i)', async (seed) => {
    const { ends, active, tally, totals } = await simulate(seed);
    expect(ends).toHaveLength(1000);
    expect(active).toBe(1000);
    // Writes did meet; it is the retries that get past it.
    expect(tally.conflicts).toBeGreaterThan(0);
    expect(totals).toMatchObject({ activeAll: 1000, records: 1000, bytes: 1_000_000, committed: 1_000_000 });
  });

  it('get exactly what the quota has, and the rest is refused', async () => {
    const { active, refused, busy, ends, totals } = await simulate(4, { quota: { bytes: 1e12, records: 800 } });
    expect(totals).toMatchObject({ records: 800, activeAll: 800 });
    expect({ active, refused, busy }).toEqual({ active: 800, refused: ends.length - 800, busy: 0 });
  });
});

describe('200 clients that import with one key at 500 records a second', () => {
  // A key of its own for each case: an instance remembers how many shards one has.
  const oneKey = (userId: string): Partial<Import> => ({ userOf: () => userId, by: { kind: 'api-key', id: 'key' } });

  it.each([
    ['ann', 1000, 5],
    ['ben', 200, 6],
  ])('get no BUSY, and none stays counted as open (keys of %s, half of %i)', async (userId, mostOpen, seed) => {
    const { active, ends, tally, open } = await simulate(seed, { ...oneKey(userId), mostOpen });
    expect({ active, of: ends.length }).toEqual({ active: 1000, of: 1000 });
    expect(tally.conflicts).toBeGreaterThan(0);
    expect(open).toEqual({ [`keys#${userId}`]: 0 });
  });

  it('have at no time more open than they may', async () => {
    const { ends, mostAtOnce, open } = await simulate(7, { ...oneKey('cid'), mostOpen: 40, seconds: 1 });
    expect(mostAtOnce).toBeLessThanOrEqual(20);
    expect(ends.filter((end) => end === 'RATE_LIMITED').length).toBeGreaterThan(0);
    expect(open).toEqual({ 'keys#cid': 0 });
  });
});

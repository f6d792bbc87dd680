import { describe, expect, it } from '@jest/globals';
import { openTable } from '../../../functions/table/table.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { totalsByTeam } from '../../support/checks/team-totals.ts';
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
  const ends = await time.run(() => importFiles(time, uploads, load));
  const count = (end: string) => ends.filter((each) => each === end).length;
  return {
    active: count('active'),
    refused: count('QUOTA_EXCEEDED'),
    busy: count('BUSY'),
    ends,
    tally,
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

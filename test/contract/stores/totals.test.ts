import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { totalsByTeam } from '../../../bin/verify/totals.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { shardAfterConflict, someShard } from '../../../functions/library/total-shards.ts';
import { readTotals, totalsUpdate } from '../../../functions/library/totals.ts';
import { totalsKey } from '../../../functions/table/keys.ts';
import type { TransactItem } from '../../../functions/table/table.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { recount } from '../../../functions/usage/recount.ts';
import { dynamoRecount } from '../../../functions/usage/recount-store.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aSession, type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const quota = { bytes: 1000, records: 100 };
const now = new Date('2026-05-01T00:00:00Z');
const uploads = () => dynamoUploads(library.table);
const opens = async (teamId: string, fileSize: number, within = quota): Promise<UploadSession> => {
  const session = aSession({ teamId, fileSize });
  await uploads().open(session, within);
  return session;
};
const close = (session: UploadSession) => uploads().close(session, 'deleted', now);
const stored = async (teamId: string) => totalsByTeam(await library.ops.items()).get(teamId);
const shardsOf = async (teamId: string) =>
  (await library.ops.items()).filter(({ pk, sk }) => String(pk).startsWith(`COUNT#${teamId}`) && sk !== 'TOTALS');
/** A team that many write to: its uploads go to all of its shards. */
const busyTeam = async (): Promise<string> => {
  const teamId = crypto.randomUUID();
  await shardAfterConflict(library.table, totalsKey(teamId), 4);
  return teamId;
};
const QUOTA_EXCEEDED = { code: 'QUOTA_EXCEEDED' };

describe('the totals of a quiet team', () => {
  it('have one shard, and none of another partition', async () => {
    const teamId = crypto.randomUUID();
    for (const size of [10, 20, 30]) await opens(teamId, size);
    expect(await shardsOf(teamId)).toHaveLength(1);
    expect(await readTotals(library.table, teamId)).toMatchObject({ committed: 60, records: 3, bytes: 0 });
  });
});

describe('the totals of a busy team', () => {
  it('are the sum over its shards, in all partitions', async () => {
    const teamId = await busyTeam();
    const sessions = await Promise.all(Array.from({ length: 40 }, () => opens(teamId, 10)));
    const shards = await shardsOf(teamId);
    expect(new Set(shards.map(({ pk }) => pk)).size).toBeGreaterThan(1);
    expect(await readTotals(library.table, teamId)).toMatchObject({ committed: 400, records: 40 });
    await Promise.all(sessions.map(close));
    expect(await readTotals(library.table, teamId)).toMatchObject({ committed: 0, records: 0 });
    expect(await stored(teamId)).toMatchObject({ committed: 0, records: 0 });
  });

  it('let in what the quota has and no more, whichever shards have it', async () => {
    const teamId = await busyTeam();
    const ends = await Promise.allSettled(Array.from({ length: 60 }, () => opens(teamId, 30)));
    const refused = ends.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(refused).toEqual(Array(60 - 33).fill('QUOTA_EXCEEDED'));
    await opens(teamId, 10);
    await expect(opens(teamId, 1)).rejects.toMatchObject(QUOTA_EXCEEDED);
    expect(await stored(teamId)).toMatchObject({ committed: 1000, records: 34 });
  });

  it('have room for a large file where many shards have a little free each', async () => {
    const teamId = await busyTeam();
    const sessions = await Promise.all(Array.from({ length: 50 }, () => opens(teamId, 20)));
    await expect(opens(teamId, 1)).rejects.toMatchObject(QUOTA_EXCEEDED);
    for (const session of sessions.slice(0, 45)) await close(session);
    await opens(teamId, 900);
    await expect(opens(teamId, 1)).rejects.toMatchObject(QUOTA_EXCEEDED);
    expect(await stored(teamId)).toMatchObject({ committed: 1000, records: 6 });
  });

  it('let in nothing above a quota that was lowered, and keep to it when it is raised and lowered again', async () => {
    const teamId = await busyTeam();
    const lower = { ...quota, bytes: 500 };
    const sessions = await Promise.all(Array.from({ length: 8 }, () => opens(teamId, 100)));
    await expect(opens(teamId, 1, lower)).rejects.toMatchObject(QUOTA_EXCEEDED);
    for (const session of sessions.slice(0, 4)) await close(session);
    await opens(teamId, 100, lower);
    await expect(opens(teamId, 1, lower)).rejects.toMatchObject(QUOTA_EXCEEDED);
    await opens(teamId, 500);
    await expect(opens(teamId, 1, lower)).rejects.toMatchObject(QUOTA_EXCEEDED);
    await expect(opens(teamId, 1)).rejects.toMatchObject(QUOTA_EXCEEDED);
    expect(await stored(teamId)).toMatchObject({ committed: 1000, records: 6 });
  });

  it('are healed by a recount, which gives up when any of them moves', async () => {
    const teamId = await busyTeam();
    await Promise.all(Array.from({ length: 20 }, () => opens(teamId, 10)));
    const wrong = () => library.table.transact([totalsUpdate(teamId, { activeAll: 3, committed: 5, records: -1 })]);
    await wrong();
    const store = dynamoRecount(library.table);
    let counts = 0;
    const besideAWrite = {
      ...store,
      count: async () => {
        const counted = await store.count();
        counts += 1;
        if (counts === 1) await opens(teamId, 10);
        return counted;
      },
    };
    expect(await recount({ store: besideAWrite })()).toMatchObject({ healed: [teamId], busy: [] });
    expect(counts).toBe(2);
    expect(await readTotals(library.table, teamId)).toMatchObject({ active: { all: 0 }, committed: 210, records: 21 });
    expect(await checkLibrary(library.ops)).toEqual([]);
    expect(await recount({ store })()).toMatchObject({ healed: [] });
  });
});

describe('totals that code from before the shards writes', () => {
  /** That code's update: one item, and the quota checked there. */
  const olderUpdate = (teamId: string, bytes: number, records: number): TransactItem => ({
    Update: {
      Key: totalsKey(teamId),
      UpdateExpression: 'ADD committed :bytes, records :records, changes :one',
      ConditionExpression: '(attribute_not_exists(committed) OR committed <= :room)',
      ExpressionAttributeValues: { ':bytes': bytes, ':records': records, ':one': 1, ':room': quota.bytes - bytes },
    },
  });
  const older = (teamId: string, bytes: number, records: number) =>
    library.table.transact([olderUpdate(teamId, bytes, records)]);

  it('count on as they are, without a migration', async () => {
    const teamId = crypto.randomUUID();
    await older(teamId, 400, 2);
    await opens(teamId, 100);
    expect(await readTotals(library.table, teamId)).toMatchObject({ committed: 500, records: 3 });
    await expect(opens(teamId, 501)).rejects.toMatchObject(QUOTA_EXCEEDED);
    await opens(teamId, 500);
  });

  it('never make more than the quota while both kinds of code run, and no change is lost', async () => {
    const teamId = await busyTeam();
    const [mine, theirs] = await Promise.all([
      Promise.allSettled(Array.from({ length: 40 }, () => opens(teamId, 20))),
      Promise.all(Array.from({ length: 40 }, () => older(teamId, 20, 1))),
    ]);
    const taken = mine.filter(({ status }) => status === 'fulfilled').length;
    const passed = theirs.filter((failed) => failed.length === 0).length;
    expect(taken + passed).toBeLessThanOrEqual(50);
    expect(await stored(teamId)).toMatchObject({ committed: (taken + passed) * 20, records: taken + passed });
    // What is left is not lost between them.
    for (let left = 50 - taken - passed; left > 0; left -= 1) await opens(teamId, 20);
    await expect(opens(teamId, 20)).rejects.toMatchObject(QUOTA_EXCEEDED);
    for (let each = passed; each > 0; each -= 1) expect(await older(teamId, -20, -1)).toEqual([]);
    expect(await stored(teamId)).toMatchObject({ committed: (50 - passed) * 20 });
  });
});

it('the first shard is the one that a quiet team has', () => expect(someShard(totalsKey(crypto.randomUUID()))).toBe(0));

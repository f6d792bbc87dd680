import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openByCounter } from '../../../bin/verify/totals.ts';
import { putMember, putTeam, type Team } from '../../../functions/accounts/account-items.ts';
import { dynamoAccounts } from '../../../functions/accounts/account-store.ts';
import { MOST_LEFT_VERSIONS } from '../../../functions/domain/media-file.ts';
import { MOST_TEAMS } from '../../../functions/domain/team-rules.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { dynamoTags } from '../../../functions/library/tag-store.ts';
import { removeShards } from '../../../functions/library/total-shards.ts';
import { type Bound, makeWithin, oneLess } from '../../../functions/table/bounded-count.ts';
import { openUploadsKey, tagsKey, teamTagKey, versionKey } from '../../../functions/table/keys.ts';
import type { Invitation } from '../../../functions/teams/invitation-store.ts';
import { dynamoTeams } from '../../../functions/teams/team-store.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { recount } from '../../../functions/usage/recount.ts';
import { dynamoRecount } from '../../../functions/usage/recount-store.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aSession, type Library, startLibrary } from '../../support/drivers/library.ts';
import { itNeedsOfTable } from '../../support/drivers/table-engine.ts';
import { teamOfFiles } from '../../support/drivers/team-of-files.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const AT = '2026-01-01T00:00:00.000Z';
const newId = () => crypto.randomUUID();
const many = <T>(length: number, make: (index: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length }, (_, index) => make(index)));
const kept = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

describe('a number that has a bound', () => {
  // Its things are none of a library: they lie in a table of their own.
  let plain: Library;
  beforeAll(async () => {
    plain = await startLibrary();
  });
  afterAll(() => plain?.stop());

  /** Things of a person of this test's own, each an item. */
  const things = (most: number) => {
    const pk = `TEST#${newId()}`;
    const keyOf = (name: string) => ({ pk, sk: `THING#${name}` });
    const list = async () => {
      const { Items = [] } = await plain.table.query({
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': pk, ':first': 'THING#', ':last': 'THING#~' },
        ConsistentRead: true,
      });
      return Items.length;
    };
    const bound: Bound = { key: { pk, sk: 'COUNT' }, most, count: list };
    return {
      bound,
      list,
      counted: async () => (await plain.table.get(bound.key))?.count,
      make: (name: string) => makeWithin(plain.table, bound, [{ Put: { Item: keyOf(name) } }]),
      remove: (name: string) => plain.table.transact([{ Delete: { Key: keyOf(name) } }, oneLess(bound.key)]),
      /** As before there was a count, or by the TTL of the item. */
      add: (name: string) => plain.table.put({ Item: keyOf(name) }),
      drop: (name: string) => plain.table.remove(keyOf(name)),
    };
  };

  it('is passed by no calls side by side, and is exact afterwards', async () => {
    const { make, remove, list, counted } = things(5);
    await many(12, (index) => make(String(index)));
    expect([await list(), await counted()]).toEqual([5, 5]);
    expect(await make('more')).toBe('full');
    await remove('more');
    expect(await make('another')).toEqual([]);
  });

  it('counts what a library had before there was a count, and what was removed then', async () => {
    const { add, drop, remove, make, list, counted } = things(5);
    for (const name of ['a', 'b', 'c', 'd']) await add(name);
    await remove('a');
    await many(6, (index) => make(String(index)));
    expect([await list(), await counted()]).toEqual([5, 5]);
    await drop('b');
    expect(await make('after')).toEqual([]);
    expect([await list(), await counted()]).toEqual([5, 5]);
  });

  it('is not counted anew by a list that may be behind', async () => {
    const { bound, make } = things(1);
    await make('a');
    const late = { ...bound, count: async () => 0, lagSeconds: 60 };
    const put = { Put: { Item: { pk: bound.key.pk, sk: 'THING#b' } } };
    expect(await makeWithin(plain.table, late, [put])).toBe('full');
  });

  it('stays where another condition of the same step does not hold', async () => {
    const { bound, make, counted } = things(5);
    await make('a');
    const taken = {
      Put: { Item: { pk: bound.key.pk, sk: 'THING#a' }, ConditionExpression: 'attribute_not_exists(pk)' },
    };
    expect(await makeWithin(plain.table, bound, [taken])).toEqual([0]);
    expect(await counted()).toBe(1);
  });
});

/** A known person, of whose password nothing is asked. */
const IS_STILL = { passwordVersion: undefined };

describe('the teams of a person', () => {
  it('are fifty, made and joined, however many are made and joined at once', async () => {
    const teams = dynamoTeams(library.table);
    const [userId, ownerId] = [newId(), newId()];
    const memberOf = (teamId: string, who = userId) =>
      ({ teamId, userId: who, email: `${who}@example.com`, role: 'owner', createdAt: AT }) as const;
    const aTeam = (): Team => ({ id: newId(), name: 'T', createdAt: AT });
    await library.table.put({ Item: { pk: `USER#${userId}`, sk: 'USER', id: userId } });
    // From before they were counted.
    for (let index = 0; index < MOST_TEAMS - 4; index += 1) {
      const team = aTeam();
      await library.table.transact([putTeam(team), ...putMember(memberOf(team.id))]);
    }
    const invited = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const team = aTeam();
        await teams.create(team, memberOf(team.id, ownerId), MOST_TEAMS);
        const invitation: Invitation = {
          ...{ id: newId(), teamId: team.id, email: `${userId}@example.com`, role: 'owner', invitedBy: ownerId },
          ...{ createdAt: AT, memberSince: AT, expiresAt: '2030-01-01T00:00:00Z' },
        };
        const hash = newId();
        await teams.invite(invitation, hash);
        return { invitation, hash };
      }),
    );
    const outcomes = await Promise.all([
      ...Array.from({ length: 6 }, async () => {
        const team = aTeam();
        const outcome = await teams.create(team, memberOf(team.id), MOST_TEAMS);
        return outcome === 'made' ? 'joined' : outcome;
      }),
      ...invited.map(({ invitation, hash }) => teams.accept(invitation, hash, memberOf(invitation.teamId), IS_STILL)),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'joined')).toHaveLength(4);
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(8);
    const accounts = dynamoAccounts(library.table);
    const all = (await accounts.person(userId))?.teams ?? [];
    expect(all).toHaveLength(MOST_TEAMS);
    const first = memberOf(all[0]?.teamId ?? '');
    // The last owner of a team stays in it.
    await library.table.update({
      Key: { pk: `TEAM#${first.teamId}`, sk: 'TEAM' },
      UpdateExpression: 'SET owners = :two',
      ExpressionAttributeValues: { ':two': 2 },
    });
    expect(await teams.remove(first)).toBe('done');
    const again = aTeam();
    expect(await teams.create(again, memberOf(again.id), MOST_TEAMS)).toBe('made');
  });

  it('are made as many as one may make, side by side and though they are left again', async () => {
    const teams = dynamoTeams(library.table);
    const userId = newId();
    const make = (most: number) => {
      const team: Team = { id: newId(), name: 'T', createdAt: AT, madeBy: userId };
      const owner = { teamId: team.id, userId, email: null, role: 'owner', createdAt: AT } as const;
      return teams.create(team, owner, most);
    };
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => make(3)));
    expect(outcomes.toSorted()).toEqual(['enough', 'enough', 'enough', 'made', 'made', 'made']);
    await library.table.remove({ pk: `USER#${userId}`, sk: 'COUNT#TEAMS' });
    expect([await make(3), await make(4), await make(4)]).toEqual(['enough', 'made', 'enough']);
  });
});

describe('the unfinished uploads of a person', () => {
  const quota = { bytes: 1e9, records: 1000 };
  const begun = (userId: string, fields: Partial<UploadSession> = {}) =>
    aSession({ userId, teamId: newId(), createdAt: AT, expiresAt: '2026-01-01T01:00:00.000Z', ...fields });
  const countOf = async (userId: string) => openByCounter(await library.ops.items()).get(userId);
  /** As in a library from before uploads were counted. */
  const uncount = (userId: string) => removeShards(library.table, openUploadsKey(userId));

  it('are as many as they may be, however many are begun at once', async () => {
    const uploads = dynamoUploads(library.table);
    const userId = newId();
    // One from before they were counted, and one of a form, which no bound holds.
    await uploads.open(begun(userId), quota);
    await uncount(userId);
    const results = await many(9, () => uploads.open(begun(userId), quota, 4));
    expect(kept(results)).toBe(3);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'RATE_LIMITED'));
  });

  it('are one less by each that goes on or ends, once', async () => {
    const uploads = dynamoUploads(library.table);
    const userId = newId();
    const sessions = Array.from({ length: 4 }, () => begun(userId));
    for (const session of sessions) await uploads.open(session, quota, 4);
    const [first, second, third, fourth] = sessions as [UploadSession, UploadSession, UploadSession, UploadSession];
    expect(await many(3, () => uploads.begin(first))).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'fulfilled', value: true })),
    );
    expect(await countOf(userId)).toBe(3);
    const at = new Date(AT);
    await many(3, () => uploads.close(second, 'deleted', at));
    await many(3, () => uploads.close(third, 'expired', at));
    await many(3, () => uploads.close(first, 'expired', at));
    const refusal = { status: 'rejected', code: 'SIZE_MISMATCH', message: 'no' } as const;
    await many(3, () => uploads.refuse(fourth, refusal, at));
    expect(await countOf(userId)).toBe(0);
    expect(await checkLibrary(library.ops)).toEqual([]);
    for (let index = 0; index < 4; index += 1) await uploads.open(begun(userId), quota, 4);
  });

  it('are never more than they may be while code from before shards counts in the first item alone', async () => {
    const uploads = dynamoUploads(library.table);
    const userId = newId();
    const session = begun(userId);
    await uploads.open(session, quota, 6);
    const older = (by: 1 | -1) =>
      library.table.transact([
        {
          Update: {
            Key: openUploadsKey(userId),
            UpdateExpression: 'ADD #count :by, changes :one',
            ConditionExpression: by > 0 ? 'isCounted = :true AND #count < :most' : '#count >= :one',
            ExpressionAttributeNames: { '#count': 'count' },
            ExpressionAttributeValues: { ':by': by, ':one': 1, ...(by > 0 ? { ':true': true, ':most': 6 } : {}) },
          },
        },
      ]);
    const [mine, theirs] = await Promise.all([
      many(6, () => uploads.open(begun(userId), quota, 6)),
      many(6, async () => expect(await older(1)).toEqual([])),
    ]);
    expect(kept(mine) + kept(theirs)).toBeLessThanOrEqual(5);
    expect(await countOf(userId)).toBe(1 + kept(mine) + kept(theirs));
    for (let each = kept(theirs); each > 0; each -= 1) expect(await older(-1)).toEqual([]);
    await uploads.begin(session);
    expect(await countOf(userId)).toBe(kept(mine));
  });

  it('are put right by a recount', async () => {
    const uploads = dynamoUploads(library.table);
    const userId = newId();
    for (let index = 0; index < 3; index += 1) await uploads.open(begun(userId), quota, 9);
    await library.table.update({
      Key: openUploadsKey(userId),
      UpdateExpression: 'SET #count = #count - :lost',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':lost': 2 },
    });
    expect(await countOf(userId)).toBe(1);
    const { healed } = await recount({ store: dynamoRecount(library.table) })();
    expect(healed).toContain(`uploads of ${userId}`);
    expect(await countOf(userId)).toBe(3);
  });
});

describe('the tags of a team', () => {
  itNeedsOfTable('hundreds of writers at once')('are a thousand, however many are made at once', async () => {
    const tags = dynamoTags(library.table);
    const teamId = newId();
    const tag = (name: string) => ({
      ...{ id: newId(), teamId, name, description: null, icon: null, color: null, order: 0, isActive: true },
      ...{ createdAt: AT, updatedAt: AT },
    });
    for (let start = 0; start < 997; start += 100) {
      const names = Array.from({ length: Math.min(100, 997 - start) }, (_, index) => `old-${start + index}`);
      await library.table.transact(
        names.map((name) => ({ Put: { Item: { ...teamTagKey(teamId, name), ...tag(name), slug: name } } })),
      );
    }
    const results = await many(8, (index) => tags.create(tag(`New ${index}`)));
    expect(kept(results)).toBe(3);
    expect(await tags.list(teamId)).toHaveLength(1000);
    const last = (await tags.list(teamId)).find(({ name }) => name.startsWith('New'));
    if (last) await tags.remove(last);
    expect((await library.table.get(tagsKey(teamId)))?.count).toBe(999);
  });
});

describe('the versions that a record keeps', () => {
  it('are a hundred, though uploads were begun while there was room for each', async () => {
    const { upload, announce, restoreVersion, versions, deps } = teamOfFiles(library);
    const before = await upload({ name: 'a.txt', bytes: 'first' });
    for (let index = 1; index < MOST_LEFT_VERSIONS; index += 1) {
      const version = { mediaId: before.id, fileVersion: `old-${index}` };
      await library.table.put({
        Item: { ...versionKey(version), ...version, teamId: before.teamId, place: version, fileSize: 0, leftAt: AT },
      });
    }
    // Each of them replaces the file that the record has now, which comes back after the first.
    const sessions = await Promise.all(
      [1, 2].map(async (index) => {
        const { session } = await announce({ name: `${index}.txt`, bytes: `next ${index}` }, { replaces: before.id });
        return session;
      }),
    );
    const place = async ({ id, mediaId }: UploadSession) => {
      const record = await deps.media.get(mediaId);
      const session = await deps.uploads.get(id);
      if (!record || !session) throw new Error('there is no such upload');
      const file = { ...record, fileVersion: id, filename: `${id}.txt`, fileSize: session.fileSize };
      return deps.uploads.replace(session, record, file, AT, '2999-02-01T00:00:00.000Z');
    };
    const [first, second] = sessions as [UploadSession, UploadSession];
    expect(await place(first)).toBe(true);
    await restoreVersion(before.id, before.fileVersion ?? '');
    await expect(place(second)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await versions(before.id)).length).toBeLessThanOrEqual(MOST_LEFT_VERSIONS + 1);
  });
});

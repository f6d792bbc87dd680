import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { BulkTask } from '../../../functions/bulk/bulk-queue.ts';
import { dynamoBulk } from '../../../functions/bulk/bulk-store.ts';
import { changeMany, stepsOf } from '../../../functions/bulk/change-many.ts';
import { changeRecord } from '../../../functions/bulk/change-record.ts';
import { cancelBulkJob, getBulkJob, startBulk, undoBulkJob } from '../../../functions/bulk/jobs.ts';
import { runBulk } from '../../../functions/bulk/run-job.ts';
import { countSelected, selectPage } from '../../../functions/bulk/select-records.ts';
import type { BulkAction } from '../../../functions/domain/bulk.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import type { Role } from '../../../functions/domain/scopes.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { retag } from '../../../functions/library/retag.ts';
import { dynamoTags } from '../../../functions/library/tag-store.ts';
import { restoreMedia } from '../../../functions/lifecycle/restore-media.ts';
import { searchMedia } from '../../../functions/search/search-media.ts';
import { dynamoSearch } from '../../../functions/search/search-store.ts';
import { dynamoClaims } from '../../../functions/table/claim-store.ts';
import type { Table } from '../../../functions/table/table.ts';
import { newTag } from '../../../functions/tags/create-tag.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const AT = '2026-02-01T00:00:00.000Z';
const clock = () => new Date();
const settings = { retentionDays: 30 };

/** A table whose calls fail from one on, as those of a function that dies there. */
const dyingAt = (table: Table, call: number): Table => {
  let calls = 0;
  const methods = Object.entries(table).filter(([, method]) => typeof method === 'function');
  const dying = methods.map(([name, method]) => [
    name,
    async (...given: unknown[]) => {
      calls += 1;
      if (calls > call) throw new Error('the function died');
      return (method as (...all: unknown[]) => unknown)(...given);
    },
  ]);
  return { ...table, ...Object.fromEntries(dying) };
};

/** A team with records and a tag, and what works on its jobs; `role` is that of the maker at the time of each page. */
const aTeam = async (records: number) => {
  const teamId = crypto.randomUUID();
  const maker = aPrincipal({ teamId, userId: crypto.randomUUID(), credential: { kind: 'api-key', id: 'key' } });
  const media = dynamoMedia(library.table);
  const ids: string[] = [];
  for (let index = 0; index < records; index += 1) {
    const createdAt = new Date(Date.parse('2026-01-01T00:00:00.000Z') + index * 1000).toISOString();
    const record = aRecord({ teamId, filename: `file-${index}.jpg`, createdAt, externalUrl: 'https://example.com/a' });
    await media.create({ ...record, fileVersion: null }, 10_000);
    ids.push(record.id);
  }
  const made = newTag({ name: 'Sea' }, { id: crypto.randomUUID(), teamId, createdAt: AT, updatedAt: AT });
  const tag = await dynamoTags(library.table).create(made);
  const tagId = tag?.id ?? '';
  const told: BulkTask[] = [];
  const queue = { add: async (task: BulkTask) => void told.push(task) };
  let role: Role | undefined = 'owner';
  const accounts = {
    apiKeyById: async () => ({ id: 'key', userId: maker.userId, teamId, scopes: [...maker.scopes], createdAt: AT }),
    standing: async () => role && { role, since: '2025-01-01T00:00:00.000Z' },
    session: async () => undefined,
    person: async () => undefined,
  };
  const depsOf = (table: Table) => {
    const own = dynamoMedia(table);
    const jobs = dynamoBulk(table);
    const selecting = { media: own, tags: dynamoTags(table), search: searchMedia(dynamoSearch(table)), jobs };
    const restore = restoreMedia({ media: own, files: library.files, settings: { retentionDays: 30 }, clock });
    return {
      ...{ accounts: accounts as never, jobs, queue, clock, claims: dynamoClaims(table, clock) },
      ...{ count: countSelected(selecting), selectPage: selectPage(selecting), newId: () => crypto.randomUUID() },
      changeMany: changeMany({
        media: own,
        changeRecord: changeRecord({ media: own, retag: retag(table), restore, settings, clock }),
      }),
    };
  };
  const deps = depsOf(library.table);
  const call = <Input>(input: Input, principal: Principal = maker) => ({ input, principal });
  return {
    ...{ teamId, maker, ids, tagId, told, deps, depsOf, media },
    demote: (to: Role | undefined) => {
      role = to;
    },
    start: (action: BulkAction, except: readonly string[] = [], query = {}) =>
      startBulk(deps)(call({ action, query, except })),
    undo: (id: string) => undoBulkJob(deps)(call({ id })),
    cancel: (id: string) => cancelBulkJob(deps)(call({ id })),
    job: (id: string) => getBulkJob(deps)(call({ id })),
    /** Works on a job; `died` is the call of the table at which its function dies. */
    run: (jobId: string, died = Number.POSITIVE_INFINITY, pages = Number.POSITIVE_INFINITY) => {
      let left = pages;
      const hasTime = (): boolean => {
        left -= 1;
        return left >= 0;
      };
      const table = Number.isFinite(died) ? dyingAt(library.table, died) : library.table;
      return runBulk(depsOf(table))({ jobId, teamId, page: 0 }, hasTime);
    },
    change: (action: BulkAction, of: readonly string[], principal = maker) =>
      deps.changeMany(call({ steps: stepsOf(of, action) }, { ...principal, needs: 'media:update' })),
    records: () => Promise.all(ids.map((id) => media.get(id))),
  };
};

describe('a change of records by their ids', () => {
  it('answers each of them once, and changes nothing when it is repeated', async () => {
    const team = await aTeam(6);
    const foreign = await aTeam(1);
    const [tagged = '', ...others] = team.ids;
    await team.change({ kind: 'tag', tagId: team.tagId }, [tagged]);
    const asked = [...team.ids, tagged, foreign.ids[0] ?? '', 'missing'];
    const results = await team.change({ kind: 'tag', tagId: team.tagId }, asked);
    expect(results.changed.map(({ id }) => id).toSorted()).toEqual(others.toSorted());
    expect(results.unchanged).toEqual([tagged]);
    // A foreign id is answered as a missing one, and nothing of it is told.
    const missing = { filename: null, code: 'NOT_FOUND', message: 'Media not found' };
    expect(results.failures.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
      [foreign.ids[0] ?? '', 'missing'].map((id) => ({ id, ...missing })).toSorted((a, b) => a.id.localeCompare(b.id)),
    );
    const again = await team.change({ kind: 'tag', tagId: team.tagId }, asked);
    expect([again.changed, again.unchanged.length]).toEqual([[], 6]);
    expect(await foreign.records()).toMatchObject([{ tagIds: [] }]);
  });

  it('moves to the trash and back, and says what each visibility was', async () => {
    const team = await aTeam(3);
    const out = await team.change({ kind: 'delete' }, team.ids);
    expect(out.changed).toHaveLength(3);
    expect((await team.change({ kind: 'delete' }, team.ids)).unchanged).toHaveLength(3);
    const failed = await team.change({ kind: 'visibility', visibility: 'public' }, team.ids);
    expect(failed.failures.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
    expect((await team.change({ kind: 'restore' }, team.ids)).changed).toHaveLength(3);
    const shown = await team.change({ kind: 'visibility', visibility: 'public' }, team.ids);
    expect(shown.changed.map(({ was }) => was)).toEqual(['shared', 'shared', 'shared']);
    expect((await team.records()).map((record) => record?.visibility)).toEqual(['public', 'public', 'public']);
  });

  it('opens no record to a caller who may not see it, and names none to them', async () => {
    const team = await aTeam(1);
    const blind = { ...team.maker, scopes: new Set(['media:update'] as const) };
    const { failures } = await team.change({ kind: 'visibility', visibility: 'public' }, team.ids, blind);
    expect(failures).toMatchObject([{ code: 'FORBIDDEN', filename: null }]);
    expect(await team.records()).toMatchObject([{ visibility: 'shared' }]);
  });

  it('ends in time, and says of the others that there was none left for them', async () => {
    const team = await aTeam(4);
    let asked = 0;
    const millisecondsLeft = () => {
      asked += 1;
      return asked > 2 ? 1000 : 20_000;
    };
    const steps = stepsOf(team.ids, { kind: 'tag', tagId: team.tagId });
    const principal = { ...team.maker, needs: 'media:update' as const };
    const results = await team.deps.changeMany({ input: { steps }, principal, millisecondsLeft });
    expect(results.changed).toHaveLength(2);
    expect(results.failures.map(({ code }) => code)).toEqual(['BUSY', 'BUSY']);
    expect(results.failures[0]?.filename).toMatch(/^file-/);
  });
});

describe('a change of all records that match', () => {
  it('changes those that matched when it began, but for the exceptions, and can be undone', async () => {
    const team = await aTeam(130);
    const [before = '', exception = ''] = team.ids;
    await team.change({ kind: 'tag', tagId: team.tagId }, [before]);
    const job = await team.start({ kind: 'tag', tagId: team.tagId }, [exception]);
    expect(team.told).toEqual([{ jobId: job.id, teamId: team.teamId, page: 0 }]);
    const late = aRecord({
      teamId: team.teamId,
      fileVersion: null,
      createdAt: new Date(Date.now() + 60_000).toISOString(),
    });
    await team.media.create(late, 10_000);
    await team.run(job.id);
    expect(await team.job(job.id)).toMatchObject({ status: 'done', total: 129, changed: 128, unchanged: 1, failed: 0 });
    const tagged = (await team.records()).filter((record) => record?.tagIds.includes(team.tagId));
    expect(tagged).toHaveLength(129);
    expect((await team.media.get(late.id))?.tagIds).toEqual([]);

    const undo = await team.undo(job.id);
    expect((await team.undo(job.id)).id).toBe(undo.id);
    await team.run(undo.id);
    expect(await team.job(undo.id)).toMatchObject({ status: 'done', changed: 128 });
    // What had the tag before has it still.
    const left = (await team.records()).filter((record) => record?.tagIds.length);
    expect(left.map((record) => record?.id)).toEqual([before]);
    expect(await checkLibrary(library.ops)).toEqual([]);
  }, 60_000);

  it('goes on where its function died, wherever that was, and each record is changed once', async () => {
    const team = await aTeam(103);
    const job = await team.start({ kind: 'delete' });
    const logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    let deaths = 0;
    for (let died = 1; (await team.job(job.id)).status !== 'done'; died += 23) {
      await team.run(job.id, died).catch(() => {
        deaths += 1;
      });
    }
    expect(deaths).toBeGreaterThan(3);
    expect(JSON.stringify(logged.mock.calls)).toContain('the function died');
    logged.mockRestore();
    expect(await team.job(job.id)).toMatchObject({ changed: 103, failed: 0 });
    const records = await team.records();
    expect(records.map((record) => [record?.state, record?.version])).toEqual(records.map(() => ['deleted', 2]));
    const undo = await team.undo(job.id);
    await team.run(undo.id);
    expect((await team.records()).every((record) => record?.state === 'active')).toBe(true);
    expect(await checkLibrary(library.ops)).toEqual([]);
  }, 120_000);

  it('is worked on by one, when its message comes twice', async () => {
    const team = await aTeam(120);
    const job = await team.start({ kind: 'visibility', visibility: 'private' });
    await Promise.all([team.run(job.id), team.run(job.id)]);
    const done = await team.job(job.id);
    expect([done.status, done.changed + done.unchanged, done.failed]).toEqual(['done', 120, 0]);
    expect((await team.records()).every((record) => record?.version === 2)).toBe(true);
  }, 60_000);

  it('goes on in another message when its time is up', async () => {
    const team = await aTeam(101);
    const job = await team.start({ kind: 'tag', tagId: team.tagId });
    await team.run(job.id, undefined, 1);
    expect(await team.job(job.id)).toMatchObject({ status: 'running', changed: 100 });
    expect(team.told.at(-1)).toEqual({ jobId: job.id, teamId: team.teamId, page: 1 });
    await team.run(job.id);
    expect(await team.job(job.id)).toMatchObject({ status: 'done', changed: 101 });
  }, 60_000);

  it('stops when its maker cancels it, and what it changed can be undone', async () => {
    const team = await aTeam(101);
    const job = await team.start({ kind: 'visibility', visibility: 'public' });
    await expect(team.undo(job.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await team.run(job.id, undefined, 1);
    expect((await team.cancel(job.id)).cancelling).toBe(true);
    await team.run(job.id);
    expect(await team.job(job.id)).toMatchObject({ status: 'cancelled', changed: 100 });
    // A record that another call changed since keeps what that call gave it.
    const [changed = ''] = (await team.records()).flatMap((record) =>
      record?.visibility === 'public' ? [record.id] : [],
    );
    await team.change({ kind: 'visibility', visibility: 'private' }, [changed]);
    const undo = await team.undo(job.id);
    await team.run(undo.id);
    const shown = (await team.records()).map((record) => record?.visibility);
    expect(shown.filter((each) => each === 'shared')).toHaveLength(100);
    expect(shown.filter((each) => each === 'private')).toHaveLength(1);
  }, 60_000);

  it.each(['viewer', undefined] as const)(
    'ends when its maker may not do it any more (%s)',
    async (to) => {
      const team = await aTeam(101);
      const job = await team.start({ kind: 'delete' });
      await team.run(job.id, undefined, 1);
      team.demote(to);
      await team.run(job.id);
      expect(await team.job(job.id)).toMatchObject({ status: 'failed', changed: 100 });
      expect((await team.records()).filter((record) => record?.state === 'active')).toHaveLength(1);
    },
    60_000,
  );

  it('finds what a search finds, and restores all of the trash', async () => {
    const team = await aTeam(4);
    const tag = await team.start({ kind: 'delete' }, team.ids.slice(0, 1));
    await team.run(tag.id);
    const back = await team.start({ kind: 'restore' });
    expect(back.total).toBe(3);
    await team.run(back.id);
    expect(await team.job(back.id)).toMatchObject({ status: 'done', changed: 3 });
    const byTag = await team.start({ kind: 'untag', tagId: team.tagId }, [], { tagIds: [team.tagId] });
    expect(byTag.total).toBe(0);
  });

  it('is for its maker alone, and a person has five of them at once', async () => {
    const team = await aTeam(1);
    const another = { ...team.maker, userId: 'another' };
    const job = await team.start({ kind: 'delete' });
    await expect(getBulkJob(team.deps)({ input: { id: job.id }, principal: another })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    for (let more = 1; more < 5; more += 1) await team.start({ kind: 'delete' });
    await expect(team.start({ kind: 'delete' })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await team.run(job.id);
    await team.start({ kind: 'delete' });
    const guest = { ...team.maker, guest: true };
    const input = { action: { kind: 'delete' as const }, query: {}, except: [] };
    await expect(startBulk(team.deps)({ input, principal: guest })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const blind = { ...team.maker, scopes: new Set(['media:delete'] as const) };
    await expect(startBulk(team.deps)({ input, principal: blind })).rejects.toMatchObject({ scope: 'media:read' });
  });

  it('is made once for the Idempotency-Key of its call, and its message is sent again', async () => {
    const team = await aTeam(1);
    const input = { action: { kind: 'delete' as const }, query: {}, except: [] };
    const ids = { newIds: () => () => `job-${team.teamId}`, secret: () => new Uint8Array(), isHeld: async () => true };
    const attempt = (isRepeat: boolean) =>
      startBulk(team.deps)({ input, principal: team.maker, keyed: { ...ids, isRepeat, undone: () => undefined } });
    const first = await attempt(false);
    expect(await attempt(true)).toEqual(first);
    expect(team.told.map(({ jobId }) => jobId)).toEqual([first.id, first.id]);
  });

  it('is not left behind when no function could be told of it', async () => {
    const team = await aTeam(1);
    const deps = { ...team.deps, queue: { add: async () => Promise.reject(new Error('no queue')) } };
    const input = { action: { kind: 'delete' as const }, query: {}, except: [] };
    for (let call = 0; call < 6; call += 1) {
      await expect(startBulk(deps)({ input, principal: team.maker })).rejects.toThrow('no queue');
    }
    await expect(team.start({ kind: 'delete' })).resolves.toMatchObject({ status: 'queued' });
  });
});

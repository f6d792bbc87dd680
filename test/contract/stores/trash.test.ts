import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { originalKey } from '../../../functions/domain/media.ts';
import { noScanner } from '../../../functions/files/malware/scanner.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoObjects } from '../../../functions/library/object-store.ts';
import { readTotals, totalsUpdate } from '../../../functions/library/totals.ts';
import { dynamoVersions } from '../../../functions/library/version-store.ts';
import { deleteForCaller } from '../../../functions/lifecycle/delete-for-caller.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { purgeMedia } from '../../../functions/lifecycle/purge-media.ts';
import { restoreMedia } from '../../../functions/lifecycle/restore-media.ts';
import { bulkDelete } from '../../../functions/media/bulk-delete.ts';
import { deleteMedia } from '../../../functions/media/delete-media.ts';
import { processUpload } from '../../../functions/uploads/process-upload.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { recount } from '../../../functions/usage/recount.ts';
import { dynamoRecount } from '../../../functions/usage/recount-store.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aRecord, aSession, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const settings = { retentionDays: 30, fillFromMetadata: false };
const clock = () => new Date();

/** An active record with its file, in a team of its own. */
const stored = async () => {
  const { table, files } = library;
  const session = aSession({ teamId: crypto.randomUUID() });
  const { id, teamId, mediaId, fileSize } = session;
  await dynamoUploads(table).open(session, { bytes: 1_000_000, records: 1000 });
  await files.write(originalKey(teamId, mediaId, id), Buffer.from('hello'), 'text/plain');
  const fields = { mimeType: 'text/plain', kind: 'document', filename: 'a.txt' } as const;
  const record = aRecord({ id: mediaId, teamId, fileVersion: id, fileSize, ...fields });
  await dynamoUploads(table).complete(session, record, record.createdAt);
  return record;
};

/** The operations of the trash on one record; `before` runs ahead of each step that reads or writes. */
const operations = (record: { id: string; teamId: string }, before: () => Promise<void> = async () => {}) => {
  const { table, files } = library;
  const paced = <T extends object>(port: T): T =>
    Object.fromEntries(
      Object.entries(port).map(([name, method]) => [
        name,
        async (...given: unknown[]) => {
          await before();
          return method(...given);
        },
      ]),
    ) as T;
  const deps = {
    media: paced(dynamoMedia(table)),
    due: paced(dynamoDue(table)),
    versions: paced(dynamoVersions(table)),
    objects: paced(dynamoObjects(table)),
    uploads: paced(dynamoUploads(table)),
    files: paced(files),
    settings,
    clock,
  };
  const notAsked = () => Promise.reject(new Error('not asked for'));
  const call = { input: { id: record.id }, principal: aPrincipal({ teamId: record.teamId }) };
  const asCaller = deleteForCaller(deps);
  return {
    remove: () => deleteMedia(deps)(call),
    removeAs: (caller: { guest?: true }) => asCaller({ ...call, principal: { ...call.principal, ...caller } }),
    removeManyAs: (caller: { guest?: true }, ids: readonly string[]) =>
      bulkDelete(asCaller)({ input: { ids }, principal: { ...call.principal, ...caller } }),
    restore: () => restoreMedia(deps)(call),
    purge: () => purgeMedia(deps)(call),
    processed: (key: string) =>
      processUpload({
        ...deps,
        scanner: noScanner,
        examineStored: notAsked,
        fillTags: notAsked,
      })(key),
  };
};

const everythingHolds = async () => expect(await checkLibrary(library.ops)).toEqual([]);
const keyOf = ({ teamId, id, fileVersion }: { teamId: string; id: string; fileVersion: string | null }) =>
  originalKey(teamId, id, fileVersion ?? '');

describe('a purge by the sweep', () => {
  it('spares what was restored and deleted again since it was listed', async () => {
    const record = await stored();
    const { remove, restore, purge } = operations(record);
    const media = dynamoMedia(library.table);
    const listedAt = new Date(Date.now() - 1000).toISOString();
    await media.softDelete(record, listedAt, listedAt);
    const listed = await media.get(record.id);
    if (!listed) throw new Error('the record is not there');
    await restore();
    await remove();
    expect(await dynamoDue(library.table).beginPurge(listed, listedAt, clock().toISOString())).toBe(false);
    expect(await media.get(record.id)).toMatchObject({ state: 'deleted' });
    // A call that names it does not wait for its time.
    await purge();
    expect(await media.get(record.id)).toBeUndefined();
    await everythingHolds();
  });

  it('takes what is due', async () => {
    const record = await stored();
    const media = dynamoMedia(library.table);
    const at = clock().toISOString();
    await media.softDelete(record, at, at);
    const listed = await media.get(record.id);
    if (!listed) throw new Error('the record is not there');
    expect(await dynamoDue(library.table).beginPurge(listed, at, at)).toBe(true);
    await operations(record).purge();
  });
});

describe('a delete', () => {
  it('of a guest frees its quota at once, with the files; that of a member does not', async () => {
    const [ofGuest, ofMember] = [await stored(), await stored()];
    await operations(ofGuest).removeAs({ guest: true });
    await operations(ofMember).removeAs({});
    const committed = async ({ teamId }: { teamId: string }) => (await readTotals(library.table, teamId)).committed;
    expect([await committed(ofGuest), await committed(ofMember)]).toEqual([0, ofMember.fileSize]);
    expect(await library.files.head(keyOf(ofGuest))).toBeUndefined();
    expect(await library.files.head(keyOf(ofMember))).toBeDefined();
    const media = dynamoMedia(library.table);
    expect(await media.get(ofGuest.id)).toBeUndefined();
    expect(await media.get(ofMember.id)).toMatchObject({ state: 'deleted' });
    await everythingHolds();
  });

  it('of many by a guest frees the quota of each that is theirs', async () => {
    const record = await stored();
    const foreign = await stored();
    const { deleted } = await operations(record).removeManyAs({ guest: true }, [record.id, foreign.id, 'missing']);
    expect(deleted).toEqual([record.id]);
    expect(await readTotals(library.table, record.teamId)).toMatchObject({ committed: 0 });
    expect(await dynamoMedia(library.table).get(foreign.id)).toMatchObject({ state: 'active' });
    await everythingHolds();
  });
});

describe('a restore', () => {
  it('brings back the record with its place in every list and its counters', async () => {
    const record = await stored();
    const { remove, restore } = operations(record);
    const before = await library.table.get({ pk: `MEDIA#${record.id}`, sk: 'MEDIA' });
    await remove();
    const restored = await restore();
    expect(restored).toMatchObject({ id: record.id, state: 'active', deletedAt: null, version: 3 });
    const after = await library.table.get({ pk: `MEDIA#${record.id}`, sk: 'MEDIA' });
    expect(after).toEqual({ ...before, version: 3, updatedAt: restored.updatedAt });
    expect(await readTotals(library.table, record.teamId)).toMatchObject({
      active: { all: 1, document: 1 },
      deleted: 0,
    });
    await everythingHolds();
  });

  it('may be repeated', async () => {
    const record = await stored();
    const { remove, restore } = operations(record);
    await remove();
    const [first, second] = [await restore(), await restore()];
    expect(second).toEqual(first);
  });

  it('is refused when the file is gone, and the record stays in the trash', async () => {
    const record = await stored();
    const { remove, restore } = operations(record);
    await remove();
    await library.files.remove(keyOf(record));
    await expect(restore()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await readTotals(library.table, record.teamId)).toMatchObject({ active: { all: 0 }, deleted: 1 });
  });

  it('is taken back when the file goes between the look and the step', async () => {
    const record = await stored();
    const { remove, restore } = operations(record);
    await remove();
    const media = dynamoMedia(library.table);
    const racing = restoreMedia({
      media: {
        ...media,
        restore: async (...given) => {
          await library.files.remove(keyOf(record));
          await operations(record).processed(keyOf(record));
          return media.restore(...given);
        },
      },
      files: library.files,
      settings,
      clock,
    });
    const call = { input: { id: record.id }, principal: aPrincipal({ teamId: record.teamId }) };
    await expect(racing(call)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(restore()).rejects.toMatchObject({ code: 'CONFLICT' });
    await everythingHolds();
  });

  it('finds nothing of another team', async () => {
    const record = await stored();
    await operations(record).remove();
    const stranger = operations({ id: record.id, teamId: 'another' });
    await expect(stranger.restore()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(stranger.purge()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a purge', () => {
  it('leaves neither record nor file nor count, and a second one finds nothing', async () => {
    const record = await stored();
    const { remove, restore, purge } = operations(record);
    await expect(purge()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await remove();
    await purge();
    await expect(purge()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(restore()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await library.files.head(keyOf(record))).toBeUndefined();
    expect(await readTotals(library.table, record.teamId)).toMatchObject({ bytes: 0, committed: 0, deleted: 0 });
    await everythingHolds();
  });

  it('that was interrupted is finished by a repetition, and the sweep finds it at once', async () => {
    const record = await stored();
    const { remove, restore, purge } = operations(record);
    await remove();
    const { table, files } = library;
    const broken = purgeMedia({
      media: dynamoMedia(table),
      due: dynamoDue(table),
      versions: dynamoVersions(table),
      objects: dynamoObjects(table),
      files: { ...files, remove: () => Promise.reject(new Error('power cut')) },
      clock,
    });
    await expect(
      broken({ input: { id: record.id }, principal: aPrincipal({ teamId: record.teamId }) }),
    ).rejects.toThrow();
    await expect(restore()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const due = await dynamoDue(table).due('purge', new Date().toISOString(), 100);
    expect(due.map(({ id }) => id)).toContain(record.id);
    await purge();
    await everythingHolds();
  });
});

describe('delete, restore and purge at once', () => {
  it('end as in some serial order: a restored record has its file, a purged one nothing', async () => {
    const steps = fc.array(fc.constantFrom('remove', 'restore', 'purge'), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, async (scheduler, names) => {
        const record = await stored();
        await operations(record).remove();
        const turn = scheduler.scheduleFunction(async () => {});
        const paced = operations(record, turn);
        const results = Promise.allSettled(names.map((name) => paced[name as 'remove' | 'restore' | 'purge']()));
        await scheduler.waitFor(results);
        for (const result of await results) {
          if (result.status === 'rejected') expect(['NOT_FOUND', 'CONFLICT']).toContain(result.reason.code);
        }
        const left = await dynamoMedia(library.table).get(record.id);
        const file = await library.files.head(keyOf(record));
        expect(file !== undefined).toBe(left !== undefined);
        const { active, deleted, bytes } = await readTotals(library.table, record.teamId);
        expect([active.all, deleted, bytes]).toEqual([
          left?.state === 'active' ? 1 : 0,
          left?.state === 'deleted' ? 1 : 0,
          left ? 5 : 0,
        ]);
      }),
      { numRuns: 25 },
    );
    await everythingHolds();
  });
});

describe('a recount', () => {
  const store = () => dynamoRecount(library.table);

  it('finds nothing to heal in a quiet library', async () => {
    await stored();
    const { healed, busy } = await recount({ store: store() })();
    expect([healed, busy]).toEqual([[], []]);
  });

  it('heals totals that went wrong', async () => {
    const record = await stored();
    await library.table.transact([totalsUpdate(record.teamId, { activeAll: 7, bytes: -3, deletedAll: 2 })]);
    expect(await checkLibrary(library.ops)).not.toEqual([]);
    expect(await recount({ store: store() })()).toMatchObject({ healed: [record.teamId], busy: [] });
    await everythingHolds();
    expect(await recount({ store: store() })()).toMatchObject({ healed: [] });
  });

  it('never undoes what a team does meanwhile', async () => {
    const record = await stored();
    await library.table.transact([totalsUpdate(record.teamId, { activeAll: 1 })]);
    let attempts = 0;
    const busyOnce = {
      ...store(),
      count: async () => {
        const counts = await store().count();
        attempts += 1;
        if (attempts === 1) await operations(record).remove();
        return counts;
      },
    };
    expect(await recount({ store: busyOnce })()).toMatchObject({ healed: [record.teamId], busy: [] });
    expect(attempts).toBe(2);
    await everythingHolds();
  });
});

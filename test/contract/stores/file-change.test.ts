import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type MediaRecord, objectRefOf, originalKey } from '../../../functions/domain/media.ts';
import { fileAddress } from '../../../functions/domain/media-file.ts';
import { findByNameAndSize } from '../../../functions/library/duplicates.ts';
import { deleteForCaller } from '../../../functions/lifecycle/delete-for-caller.ts';
import { purgeMedia } from '../../../functions/lifecycle/purge-media.ts';
import { restoreMedia } from '../../../functions/lifecycle/restore-media.ts';
import { bulkDelete } from '../../../functions/media/bulk-delete.ts';
import { deleteMedia } from '../../../functions/media/delete-media.ts';
import { removeFile } from '../../../functions/media/remove-file.ts';
import { metadataKey, versionKey } from '../../../functions/table/keys.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';
import { itNeedsOfTable } from '../../support/drivers/table-engine.ts';
import { teamOfFiles } from '../../support/drivers/team-of-files.ts';
import { photo } from '../../support/fixtures/pictures.ts';

let library: Library;
let picture: Buffer;
beforeAll(async () => {
  library = await startLibrary();
  picture = await photo(300, 200);
});
afterAll(() => library?.stop());

const keyOf = (record: MediaRecord) => {
  const place = objectRefOf(record);
  return place ? originalKey(record.teamId, place.mediaId, place.fileVersion) : '';
};
const EVERYTHING = { state: 'active', orderBy: 'createdAt', orderDir: 'asc', limit: 100, offset: 0 } as const;
const everythingHolds = async () => expect(await checkLibrary(library.ops)).toEqual([]);
const powerCut = () => Promise.reject(new Error('power cut'));
const RETENTION = 30 * 24 * 3600 * 1000;
const team = (before?: () => Promise<void>) => teamOfFiles(library, before);

const text = { name: 'notes.txt', bytes: 'some words' };

describe('a file that is replaced', () => {
  it('leaves what people say, the tags and the address, and changes everything that follows from bytes', async () => {
    const { upload, edit, replace, get, totals } = team();
    const before = await upload({ name: 'photo.jpg', bytes: picture }, ['One', 'Two']);
    await edit(before.id, 0.25);
    const answered = await replace(before.id, text);
    const after = await get(before.id);
    expect(after).toEqual(answered);
    expect(after).toMatchObject({
      ...{ title: 'what people say', createdAt: before.createdAt, state: 'active' },
      ...{ kind: 'document', filename: 'notes.txt', fileSize: 10, mimeType: 'text/plain' },
      ...{ width: null, height: null, focalX: null },
    });
    expect(after.fileVersion).not.toBe(before.fileVersion);
    expect(after.thumbhash).not.toBe(before.thumbhash);
    expect(after.renditions).not.toEqual(before.renditions);
    expect(after.version).toBeGreaterThan(before.version);
    expect(fileAddress('https://a', after)).toBe(fileAddress('https://a', before));
    // The one before counts as long as it is kept.
    const bytes = 10 + picture.length;
    expect(await totals()).toMatchObject({ bytes, committed: bytes, active: { all: 1, image: 0, document: 1 } });
    await everythingHolds();
  });

  it('is kept until the retention ends, and goes with the sweep then', async () => {
    const { upload, replace, objects, sweep, later, totals } = team();
    const before = await upload({ name: 'photo.jpg', bytes: picture });
    const after = await replace(before.id, text);
    await sweep();
    later(RETENTION - 1);
    await sweep();
    expect(await objects(before.id)).toContain(keyOf(before));
    later(2);
    expect((await sweep()).versions).toBeGreaterThanOrEqual(1);
    const left = await objects(before.id);
    expect(left).toContain(keyOf(after));
    expect(left.filter((key) => !key.includes(after.fileVersion ?? ''))).toEqual([]);
    expect(await totals()).toMatchObject({ bytes: 10, committed: 10 });
    expect((await sweep()).versions).toBe(0);
    await everythingHolds();
  });

  it('takes along what it said of itself, unless that is of the next one by then', async () => {
    const { upload, replace, sweep, later, deps } = team();
    const before = await upload({ name: 'photo.jpg', bytes: picture });
    const after = await replace(before.id, text);
    const said = await deps.metadata.get(before);
    if (!said) throw new Error('it said nothing');
    later(RETENTION + 1);
    await sweep();
    expect(await library.table.get(metadataKey(before.id))).toBeUndefined();
    await deps.metadata.keep(after, said.metadata);
    await deps.versions.forget({ mediaId: before.id, fileVersion: before.fileVersion ?? '' });
    expect(await deps.metadata.get(after)).toBeDefined();
  });

  it('goes with its record when that is purged first', async () => {
    const { upload, replace, remove, purge, objects, sweep, later, totals } = team();
    const { id } = await upload({ name: 'photo.jpg', bytes: picture });
    await replace(id, text);
    await remove(id);
    await purge(id);
    expect(await objects(id)).toEqual([]);
    later(RETENTION);
    await sweep();
    expect(await totals()).toMatchObject({ bytes: 0, committed: 0, deleted: 0 });
    await everythingHolds();
  });

  it('is in the lists of its new kind, size and name, and in those of its tags', async () => {
    const { teamId, deps, upload, replace } = team();
    const { id } = await upload({ name: 'zebra.jpg', bytes: picture }, ['One']);
    await upload({ name: 'middle.txt', bytes: 'm'.repeat(50) });
    await replace(id, { name: 'aardvark.txt', bytes: 'a' });
    const order = { state: 'active', kind: 'document', orderDir: 'asc', limit: 10, offset: 0 } as const;
    for (const orderBy of ['filename', 'fileSize'] as const) {
      const page = await deps.media.list({ ...order, teamIds: [teamId], orderBy });
      expect(page.items.map(({ filename }) => filename)).toEqual(['aardvark.txt', 'middle.txt']);
    }
    await everythingHolds();
  });

  it('may be one that lived elsewhere, whose bytes counted for nothing', async () => {
    const { teamId, deps, replace, totals } = team();
    const record = aRecord({ teamId, externalUrl: 'https://example.com/a.jpg', fileVersion: null, checksum: null });
    await deps.media.create(record, 1000);
    const after = await replace(record.id, text);
    expect(after.externalUrl).toBeNull();
    expect(await totals()).toMatchObject({ bytes: 10, committed: 10 });
    await everythingHolds();
  });

  it.each([
    ['is not what it was sent as', { name: 'a.jpg', bytes: 'GIF89a is no picture' }, 'FILE_REFUSED'],
    ['is empty', { name: 'a.txt', bytes: '' }, 'NO_FILES'],
    ['has no room in the quota', { name: 'a.txt', bytes: 'x'.repeat(100_001) }, 'QUOTA_EXCEEDED'],
  ])('is kept when the next one %s', async (_, file, code) => {
    const { upload, replace, get, totals, objects } = team();
    const before = await upload(text);
    const [counted, stored] = [await totals(), await objects(before.id)];
    await expect(replace(before.id, file)).rejects.toMatchObject({ code });
    expect(await get(before.id)).toEqual(before);
    expect(await totals()).toMatchObject({ bytes: counted.bytes, committed: counted.committed });
    expect(await objects(before.id)).toEqual(stored);
    await everythingHolds();
  });

  it('of another team, or in the trash, is answered as missing', async () => {
    const [ours, theirs] = [team(), team()];
    const { id } = await ours.upload(text);
    await expect(theirs.replace(id, text)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(theirs.removeFile(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await ours.remove(id);
    await expect(ours.replace(id, text)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ours.removeFile(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await everythingHolds();
  });
});

describe('a file that comes back after its record was edited while it was replaced', () => {
  const replacedWhileEdited = async () => {
    const ours = team();
    const before = await ours.upload({ name: 'photo.jpg', bytes: picture }, ['One']);
    const replace: typeof ours.deps.uploads.replace = async (...step) => {
      await ours.edit(before.id, 0.75);
      return ours.deps.uploads.replace(...step);
    };
    const after = await ours.replace(before.id, text, { uploads: { ...ours.deps.uploads, replace } });
    const note = versionKey({ mediaId: before.id, fileVersion: before.fileVersion ?? '' });
    return { ours, before, after, note };
  };

  it('is noted as a file, and nothing else of the item that it lay in', async () => {
    const { ours, before, after, note } = await replacedWhileEdited();
    const file = (await library.table.get(note))?.file as Record<string, unknown>;
    expect(file).toMatchObject({ filename: 'photo.jpg', width: 300, focalX: 0.75 });
    expect(Object.keys(file).filter((name) => /^(pk|sk|ttl)$|(Pk|Sk)$/.test(name))).toEqual([]);
    expect(after.filename).toBe('notes.txt');
    expect(await ours.restoreVersion(before.id, before.fileVersion ?? '')).toMatchObject({ filename: 'photo.jpg' });
    await everythingHolds();
  });

  it('comes back from a note that holds more than the file, too', async () => {
    const { ours, before, note } = await replacedWhileEdited();
    await library.table.update({
      Key: note,
      UpdateExpression: 'SET #file.pk = :odd, #file.sk = :odd, #file.listPk = :odd, #file.duePk = :odd',
      ExpressionAttributeNames: { '#file': 'file' },
      ExpressionAttributeValues: { ':odd': 'of the item' },
    });
    const restored = await ours.restoreVersion(before.id, before.fileVersion ?? '');
    expect(restored).toMatchObject({ filename: 'photo.jpg', width: 300, height: 200 });
    expect(restored).not.toHaveProperty('duePk');
    await everythingHolds();
  });
});

describe('a function that dies while it replaces a file', () => {
  it.each(['store', 'write'] as const)('at %s leaves the file as it was', async (step) => {
    const { deps, upload, replace, get, totals } = team();
    const before = await upload(text);
    await expect(
      replace(before.id, { name: 'photo.jpg', bytes: picture }, { files: { ...deps.files, [step]: powerCut } }),
    ).rejects.toThrow();
    expect(await get(before.id)).toEqual(before);
    expect(await totals()).toMatchObject({ bytes: 10, committed: 10 });
    await everythingHolds();
  });

  it('after storing the next one is finished by the notification', async () => {
    const { deps, upload, replace, processed, get, objects } = team();
    const before = await upload(text);
    const dying = { ...deps.uploads, begin: powerCut, close: powerCut };
    await expect(replace(before.id, { name: 'b.txt', bytes: 'bb' }, { uploads: dying })).rejects.toThrow();
    for (const key of await objects(before.id)) await processed(key);
    expect(await get(before.id)).toMatchObject({ filename: 'b.txt', fileSize: 2 });
    await everythingHolds();
  });

  it('and whose notification was lost is finished by the sweep', async () => {
    const { deps, upload, replace, sweep, later, get } = team();
    const before = await upload(text);
    const dying = { ...deps.uploads, begin: powerCut, close: powerCut };
    await expect(replace(before.id, { name: 'b.txt', bytes: 'bb' }, { uploads: dying })).rejects.toThrow();
    later(2 * 60_000);
    await sweep();
    expect(await get(before.id)).toMatchObject({ filename: 'b.txt', fileSize: 2 });
    await everythingHolds();
  });

  it('has replaced it all the same when the notification came first', async () => {
    const { deps, upload, replace, processed } = team();
    const before = await upload(text);
    const store: typeof deps.files.store = async (permit, body) => {
      await deps.files.store(permit, body);
      await processed(permit.key);
      await powerCut();
    };
    const after = await replace(before.id, { name: 'b.txt', bytes: 'bb' }, { files: { ...deps.files, store } });
    expect(after).toMatchObject({ id: before.id, filename: 'b.txt' });
    await everythingHolds();
  });
});

describe('a file that is removed', () => {
  it('leaves its record, without an address and without bytes, and leaves the bucket', async () => {
    const { upload, removeFile, get, totals, objects, sweep } = team();
    const before = await upload({ name: 'photo.jpg', bytes: picture }, ['One']);
    const after = await removeFile(before.id);
    expect(after).toEqual(await get(before.id));
    expect(after).toMatchObject({
      ...{ filename: 'photo.jpg', mimeType: 'image/jpeg', kind: 'image', title: 'what people say' },
      ...{ fileSize: 0, fileVersion: null, checksum: null, width: null, height: null, renditions: {} },
    });
    expect(fileAddress('https://a', after)).toBeNull();
    expect(await objects(before.id)).toEqual([]);
    expect(await totals()).toMatchObject({ bytes: 0, committed: 0, active: { all: 1, image: 1 } });
    expect((await sweep()).versions).toBe(0);
    await everythingHolds();
  });

  it('takes along what it said of itself', async () => {
    const { upload, removeFile } = team();
    const { id } = await upload({ name: 'photo.jpg', bytes: picture });
    expect(await library.table.get(metadataKey(id))).toBeDefined();
    await removeFile(id);
    expect(await library.table.get(metadataKey(id))).toBeUndefined();
  });

  it('may be removed again, and another one may take its place', async () => {
    const { upload, removeFile, replace } = team();
    const { id } = await upload(text);
    const [first, second] = [await removeFile(id), await removeFile(id)];
    expect(second).toEqual(first);
    expect(await replace(id, { name: 'photo.jpg', bytes: picture })).toMatchObject({ id, width: 300, kind: 'image' });
    await everythingHolds();
  });

  it('is no duplicate, not even of another record without a file', async () => {
    const { teamId, upload, removeFile, restore, remove } = team();
    const ids = [(await upload(text)).id, (await upload({ ...text, bytes: 'other words' })).id];
    for (const id of ids) await removeFile(id);
    await remove(ids[0] ?? '');
    await restore(ids[0] ?? '');
    expect(await findByNameAndSize(library.table)(teamId, text.name, 0)).toEqual([]);
    await everythingHolds();
  });

  it('is cleared away by the sweep when S3 would not', async () => {
    const { deps, upload, objects, sweep, teamId } = team();
    const { id } = await upload({ name: 'photo.jpg', bytes: picture });
    const failing = removeFile({ ...deps, files: { ...deps.files, remove: powerCut } });
    const logged = console.error;
    console.error = () => undefined;
    await failing({ input: { id }, principal: aPrincipal({ teamId }) });
    console.error = logged;
    expect(await objects(id)).not.toEqual([]);
    expect((await sweep()).versions).toBeGreaterThanOrEqual(1);
    expect(await objects(id)).toEqual([]);
    await everythingHolds();
  });

  it('goes through the trash and a purge as any record does', async () => {
    const { upload, removeFile, remove, restore, purge, totals } = team();
    const { id } = await upload(text);
    await removeFile(id);
    await remove(id);
    expect(await restore(id)).toMatchObject({ state: 'active', fileVersion: null });
    await remove(id);
    await purge(id);
    expect(await totals()).toMatchObject({ bytes: 0, committed: 0, deleted: 0, active: { all: 0 } });
    await everythingHolds();
  });
});

describe('a record whose file is replaced just when the record', () => {
  type Ours = ReturnType<typeof team>;
  /** Dependencies under which another call comes ahead of the first run of one step. */
  const overtaken = <P extends 'media' | 'due'>(ours: Ours, port: P, step: string, other: () => Promise<unknown>) => {
    let over = false;
    const steps = ours.deps[port] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
    const first = async (...given: unknown[]) => {
      if (!over) {
        over = true;
        await other();
      }
      return steps[step]?.(...given);
    };
    return { ...ours.deps, [port]: { ...steps, [step]: first } } as Ours['deps'];
  };
  const stateAndTrash = async (ours: Ours, id: string) => [(await ours.get(id))?.state, (await ours.totals()).deleted];

  it.each(['member', 'guest'] as const)('is deleted by a %s is deleted with its new file', async (who) => {
    const ours = team();
    const { id } = await ours.upload(text, ['One']);
    const deps = overtaken(ours, 'media', 'softDelete', () => ours.replace(id, { name: 'b.txt', bytes: 'more' }));
    const principal = aPrincipal({ teamId: ours.teamId, ...(who === 'guest' ? { guest: true } : {}) });
    await deleteForCaller(deps)({ input: { id }, principal });
    expect(await stateAndTrash(ours, id)).toEqual(who === 'guest' ? [undefined, 0] : ['deleted', 1]);
    await everythingHolds();
  });

  it('is deleted among others is one of the deleted', async () => {
    const ours = team();
    const { id } = await ours.upload(text);
    const deps = overtaken(ours, 'media', 'softDelete', () => ours.replace(id, { name: 'b.txt', bytes: 'more' }));
    const input = { ids: [id, 'missing'] };
    const principal = aPrincipal({ teamId: ours.teamId });
    expect(await bulkDelete(deleteMedia(deps))({ input, principal })).toEqual({ deleted: [id] });
    expect(await stateAndTrash(ours, id)).toEqual(['deleted', 1]);
  });

  it('is restored or purged, and back in the trash by then, is restored or purged all the same', async () => {
    for (const [port, step, use, after] of [
      ['media', 'restore', restoreMedia, ['active', 0]],
      ['due', 'beginPurge', purgeMedia, [undefined, 0]],
    ] as const) {
      const ours = team();
      const { id } = await ours.upload(text, ['One']);
      await ours.remove(id);
      const other = async () => {
        await ours.restore(id);
        await ours.replace(id, { name: 'b.txt', bytes: 'more' });
        await ours.remove(id);
      };
      const call = { input: { id }, principal: aPrincipal({ teamId: ours.teamId }) };
      await use(overtaken(ours, port, step, other))(call);
      expect(await stateAndTrash(ours, id)).toEqual(after);
    }
    await everythingHolds();
  });

  it('changes each time that it is deleted is answered as busy, and stays', async () => {
    const ours = team();
    const { id } = await ours.upload(text);
    const deps = { ...ours.deps, media: { ...ours.deps.media, softDelete: async () => false } };
    const deleting = deleteMedia(deps)({ input: { id }, principal: aPrincipal({ teamId: ours.teamId }) });
    await expect(deleting).rejects.toMatchObject({ code: 'BUSY' });
    expect(await ours.get(id)).toMatchObject({ state: 'active' });
  });
});

describe('replacing, sharing, removing, deleting, restoring and purging at once', () => {
  itNeedsOfTable('hundreds of writers at once')(
    'end as in some serial order, with each count exact and each object where it belongs',
    async () => {
      const names = fc.constantFrom(
        ...(['replace', 'removeFile', 'edit', 'remove', 'restore', 'purge', 'sweep'] as const),
        ...(['share', 'removeCopy', 'restoreVersion'] as const),
      );
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), fc.array(names, { minLength: 2, maxLength: 5 }), async (scheduler, steps) => {
          const turn = scheduler.scheduleFunction(async () => {});
          const paced = { on: false };
          const ours = team(() => (paced.on ? turn() : Promise.resolve()));
          const { id } = await ours.upload(text, ['One', 'Two']);
          const copy = (await ours.announce(text)).session.mediaId;
          paced.on = true;
          const run = (name: (typeof steps)[number], index: number): Promise<unknown> => {
            if (name === 'replace') return ours.replace(id, { name: `${index}.txt`, bytes: 'x'.repeat(index + 1) });
            if (name === 'share') return ours.announce({ ...text, name: `${index}-too.txt` });
            if (name === 'removeCopy') return ours.remove(copy).then(() => ours.purge(copy));
            if (name === 'restoreVersion') {
              return ours.versions(id).then(([, last]) => last && ours.restoreVersion(id, last.id));
            }
            if (name === 'edit') return ours.edit(id, index / 10);
            return name === 'sweep' ? ours.sweep() : ours[name](id);
          };
          const results = Promise.allSettled(steps.map(run));
          await scheduler.waitFor(results);
          for (const result of await results) {
            if (result.status === 'fulfilled') continue;
            if (!['NOT_FOUND', 'CONFLICT', 'BUSY'].includes(result.reason.code)) throw result.reason;
          }
          paced.on = false;
          for (const key of await ours.objects(id)) if (key.startsWith('originals/')) await ours.processed(key);
          ours.later(3600_000);
          await ours.sweep();
          for (const { items } of [await ours.deps.media.list({ ...EVERYTHING, teamIds: [ours.teamId] })]) {
            for (const record of items) {
              if (record.fileVersion) expect(await library.files.head(keyOf(record))).toBeDefined();
            }
          }
        }),
        { numRuns: 40 },
      );
      await everythingHolds();
    },
    240_000,
  );
});

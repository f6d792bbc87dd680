import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MediaRecord, objectRefOf, originalKey } from '../../../functions/domain/media.ts';
import { textRefOf } from '../../../functions/text/request-text.ts';
import { textResults } from '../../../functions/text/text-results.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { sha256Of, teamOfFiles } from '../../support/drivers/team-of-files.ts';
import { photo } from '../../support/fixtures/pictures.ts';

let library: Library;
let picture: Buffer;
beforeAll(async () => {
  library = await startLibrary();
  picture = await photo(300, 200);
});
afterAll(() => library?.stop());

const RETENTION = 30 * 24 * 3600 * 1000;
const team = () => teamOfFiles(library);
const text = { name: 'notes.txt', bytes: 'some words' };
const keyOf = (record: MediaRecord) => {
  const place = objectRefOf(record);
  return place ? originalKey(record.teamId, place.mediaId, place.fileVersion) : '';
};
const isThere = async (record: MediaRecord) => (await library.files.head(keyOf(record))) !== undefined;
const everythingHolds = async () => expect(await checkLibrary(library.ops)).toEqual([]);
const powerCut = () => Promise.reject(new Error('power cut'));

/** A record, and another one over its object. */
const pair = async () => {
  const ours = team();
  const original = await ours.upload(text);
  const { session, duplicateOf } = await ours.announce({ ...text, name: 'again.txt' }, { title: 'Mine', tagIds: [] });
  expect(duplicateOf).toBe(original.id);
  return { ...ours, original, copy: await ours.get(session.mediaId), session };
};

describe('content that the team has', () => {
  it('becomes another record over the same object, and nothing is stored or counted twice', async () => {
    const { original, copy, session, totals, objects, recount } = await pair();
    expect(session).toMatchObject({ status: 'active', multipart: null });
    expect(copy).toMatchObject({ title: 'Mine', filename: 'again.txt', checksum: original.checksum, version: 1 });
    expect(copy.alias).not.toBe(original.alias);
    expect(keyOf(copy)).toBe(keyOf(original));
    expect(await objects(copy.id)).toEqual([]);
    expect(await totals()).toMatchObject({ bytes: 10, committed: 10, active: { all: 2, document: 2 } });
    expect((await recount()).healed).toEqual([]);
    await everythingHolds();
  });

  it('keeps pixels, renditions and what the file says, and not what a person chose for the first', async () => {
    const { upload, edit, announce, get, deps } = team();
    const { id } = await upload({ name: 'photo.jpg', bytes: picture });
    await edit(id, 0.25);
    const declared = { mimeType: 'image/jpeg' };
    const { session } = await announce({ name: 'b.jpg', bytes: picture }, declared);
    const [first, copy] = [await get(id), await get(session.mediaId)];
    expect(copy).toMatchObject({ width: 300, height: 200, focalX: null, title: null, tagIds: [] });
    expect([copy.renditions, copy.thumbhash]).toEqual([first.renditions, first.thumbhash]);
    expect(await deps.metadata.get(copy)).toEqual(await deps.metadata.get(first));
    await everythingHolds();
  });

  it('brings its text and its words', async () => {
    const { upload, announce, get, deps } = team();
    const { id } = await upload(text);
    const results = textResults(library.files, deps.texts);
    const page = { number: 1, name: null, text: 'some words', source: 'file', confidence: null } as const;
    const read = { language: null, pageCount: 1, text: page.text, pages: [page], truncated: false };
    const options = { language: 'auto', preserveFormatting: false, pages: undefined } as const;
    await results.store(textRefOf(await get(id), options), read as never, new Date());
    const copy = await get((await announce(text)).session.mediaId);
    expect(await deps.texts.wordsOf(copy)).toBe('some words');
    expect(await results.read(textRefOf(copy, options))).toEqual(read);
    await everythingHolds();
  });

  it.each([
    ['was announced with another type', { mimeType: 'text/csv' }],
    ['was announced with another size', { fileSize: 11 }],
    ['is to be sent all the same', { onDuplicate: 'upload' as const }],
    ['was announced without its SHA-256', { sha256: undefined }],
  ])('has to come when it %s', async (_, fields) => {
    const { upload, announce, totals } = team();
    await upload(text);
    const { session, request } = await announce(text, fields);
    expect(session.status).toBe('pending');
    expect(request).toBeDefined();
    expect((await totals()).active.all).toBe(1);
    await everythingHolds();
  });

  it('has to come when its object is gone, though that was not reported yet', async () => {
    const { upload, announce, processed } = team();
    const original = await upload(text);
    await library.files.remove(keyOf(original));
    expect((await announce(text)).session.status).toBe('pending');
    await processed(keyOf(original));
    await everythingHolds();
  });

  it('has to come when the record that has it lies in the trash', async () => {
    const { upload, announce, remove } = team();
    const { id } = await upload(text);
    await remove(id);
    expect(await announce(text)).toMatchObject({ duplicateOf: null, session: { status: 'pending' } });
    await everythingHolds();
  });

  it('of another team is never shared, nor told of', async () => {
    const [ours, theirs] = [team(), team()];
    await ours.upload(text);
    expect(await theirs.announce(text)).toMatchObject({ duplicateOf: null, session: { status: 'pending' } });
    await everythingHolds();
  });

  it('is not shared by a record that goes to the trash in the same moment', async () => {
    const { upload, announce, remove, deps, totals } = team();
    const { id } = await upload(text);
    const create: typeof deps.reuse.create = async (...given) => {
      await remove(id);
      return deps.reuse.create(...given);
    };
    const { session } = await announce(text, {}, { reuse: { ...deps.reuse, create } });
    expect(session.status).toBe('pending');
    expect(await totals()).toMatchObject({ active: { all: 0 }, deleted: 1 });
    await everythingHolds();
  });

  it('makes no more records than the team may have', async () => {
    const { upload, announce, deps, totals } = team();
    await upload(text);
    const settings = { ...deps.settings, quotaRecords: 2 };
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => announce(text, {}, { settings })));
    const made = all.filter((each) => each.status === 'fulfilled' && each.value.session.status === 'active');
    expect(made).toHaveLength(1);
    expect(await totals()).toMatchObject({ bytes: 10, records: 2, active: { all: 2 } });
    await expect(announce(text, {}, { settings })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await everythingHolds();
  });

  it('is no more than the hundredth version that a record keeps, sent or shared', async () => {
    const { upload, announce, replace, deps, objects } = team();
    await upload(text);
    const { id } = await upload({ name: 'b.txt', bytes: 'bb' });
    const left = { current: false, released: false };
    const keeping = (many: number) => ({
      versions: { ...deps.versions, ofMedia: async () => Array.from({ length: many }, () => left) as never },
    });
    const before = await objects(id);
    await expect(announce(text, { replaces: id }, keeping(100))).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(replace(id, text, keeping(100))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await objects(id)).toEqual(before);
    expect(await announce(text, { replaces: id }, keeping(99))).toMatchObject({ session: { status: 'active' } });
    await everythingHolds();
  });

  it('may be shared by many at once', async () => {
    const { upload, announce, totals } = team();
    await upload(text);
    const all = await Promise.all(Array.from({ length: 8 }, () => announce(text)));
    expect(all.map(({ session }) => session.status)).toEqual(Array(8).fill('active'));
    expect(await totals()).toMatchObject({ bytes: 10, active: { all: 9 } });
    await everythingHolds();
  });
});

describe('an object that two records share', () => {
  it.each(['original', 'copy'] as const)('outlives the %s, and goes with the other', async (first) => {
    const { original, copy, remove, purge, totals, recount } = await pair();
    const [one, other] = first === 'original' ? [original, copy] : [copy, original];
    await remove(one.id);
    await purge(one.id);
    expect(await isThere(other)).toBe(true);
    expect(await totals()).toMatchObject({ bytes: 10, committed: 10, active: { all: 1 } });
    expect((await recount()).healed).toEqual([]);
    await everythingHolds();
    await remove(other.id);
    await purge(other.id);
    expect(await isThere(other)).toBe(false);
    expect(await totals()).toMatchObject({ bytes: 0, committed: 0, active: { all: 0 } });
    await everythingHolds();
  });

  it('can be shared on after the record that brought it is gone', async () => {
    const { original, announce, remove, purge, get } = await pair();
    await remove(original.id);
    await purge(original.id);
    const third = await get((await announce(text)).session.mediaId);
    expect(keyOf(third)).toBe(keyOf(original));
    await everythingHolds();
  });

  it('stays when one of them gets another file, and when that one leaves it for good', async () => {
    const { original, copy, replace, later, sweep } = await pair();
    await replace(original.id, { name: 'b.txt', bytes: 'bb' });
    await everythingHolds();
    later(RETENTION + 1);
    await sweep();
    expect(await isThere(copy)).toBe(true);
    await everythingHolds();
  });

  it('is taken off one record alone', async () => {
    const { original, copy, removeFile, get, totals } = await pair();
    await removeFile(copy.id);
    expect(await get(copy.id)).toMatchObject({ fileVersion: null, storedAs: null });
    expect(await isThere(original)).toBe(true);
    expect(await totals()).toMatchObject({ bytes: 10, committed: 10 });
    await everythingHolds();
  });

  it('takes every record over it to the trash when it is removed from the bucket, however often that is told', async () => {
    const { original, copy, get, processed, restore, totals } = await pair();
    await library.files.remove(keyOf(original));
    await Promise.all(Array.from({ length: 5 }, () => processed(keyOf(original))));
    expect([(await get(original.id)).state, (await get(copy.id)).state]).toEqual(['deleted', 'deleted']);
    expect(await totals()).toMatchObject({ active: { all: 0 }, deleted: 2 });
    await expect(restore(copy.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await everythingHolds();
  });

  it('is no orphan, whichever of the two records is left', async () => {
    const { original, copy, remove, purge, sweep, later } = await pair();
    await remove(original.id);
    await purge(original.id);
    later(Date.now() + 25 * 3600_000);
    for (let run = 0; run < 3; run += 1) await sweep();
    expect(await isThere(copy)).toBe(true);
    await everythingHolds();
  });

  it.each([
    ['files', 'remove'],
    ['versions', 'release'],
    ['versions', 'forget'],
    ['due', 'beginPurge'],
    ['due', 'endPurge'],
  ] as const)('is counted right when a purge dies at %s.%s, before or after it', async (port, step) => {
    for (const [when, shared] of [
      ['before', true],
      ['after', true],
      ['after', false],
    ] as const) {
      const { original, copy, remove, purge, deps, totals, get } = await pair();
      if (!shared) {
        await remove(copy.id);
        await purge(copy.id);
      }
      await remove(original.id);
      const real = deps[port][step as never] as (...given: unknown[]) => Promise<unknown>;
      const dying = async (...given: unknown[]) => {
        if (when === 'after') await real(...given);
        return powerCut();
      };
      await purge(original.id, { [port]: { ...deps[port], [step]: dying } }).catch(() => undefined);
      if (shared) expect(await isThere(copy)).toBe(true);
      if (await get(original.id)) await purge(original.id);
      expect(await isThere(copy)).toBe(shared);
      expect(await totals()).toMatchObject({ bytes: shared ? 10 : 0, committed: shared ? 10 : 0, deleted: 0 });
    }
    await everythingHolds();
  });
});

describe('a version that another file took the place of', () => {
  it('is listed while it is kept, and can be brought back, and back again', async () => {
    const { upload, replace, versions, restoreVersion, totals, get } = team();
    const first = await upload({ name: 'photo.jpg', bytes: picture }, ['One']);
    const second = await replace(first.id, text);
    expect((await versions(first.id)).map(({ id, current }) => [id, current])).toEqual([
      [second.fileVersion, true],
      [first.fileVersion, false],
    ]);
    const back = await restoreVersion(first.id, first.fileVersion ?? '');
    expect(back).toMatchObject({ filename: 'photo.jpg', kind: 'image', width: 300, fileVersion: first.fileVersion });
    expect(back).toMatchObject({ title: first.title, tagIds: first.tagIds, renditions: first.renditions });
    expect(back.version).toBeGreaterThan(second.version);
    expect(await totals()).toMatchObject({ bytes: 10 + picture.length, active: { image: 1, document: 0 } });
    await everythingHolds();
    await restoreVersion(first.id, second.fileVersion ?? '');
    expect(await get(first.id)).toMatchObject({ filename: 'notes.txt', kind: 'document' });
    expect(await versions(first.id)).toHaveLength(2);
    await everythingHolds();
  });

  it('is there already when it is asked for twice, at once or later', async () => {
    const { upload, replace, restoreVersion, versions } = team();
    const { id, fileVersion } = await upload(text);
    await replace(id, { name: 'b.txt', bytes: 'bb' });
    const results = await Promise.allSettled([1, 2, 3].map(() => restoreVersion(id, fileVersion ?? '')));
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await restoreVersion(id, fileVersion ?? '')).toMatchObject({ fileVersion });
    expect(await versions(id)).toHaveLength(2);
    await everythingHolds();
  });

  it('can no longer be brought back once the retention ended, or its record lies in the trash', async () => {
    const { upload, replace, restoreVersion, versions, later, remove } = team();
    const { id, fileVersion } = await upload(text);
    await replace(id, { name: 'b.txt', bytes: 'bb' });
    later(RETENTION + 1);
    expect(await versions(id)).toHaveLength(1);
    await expect(restoreVersion(id, fileVersion ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await remove(id);
    await expect(versions(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await everythingHolds();
  });

  it('is not what a removed file becomes', async () => {
    const { upload, removeFile, restoreVersion, versions, deps } = team();
    const { id, fileVersion } = await upload(text);
    const failing = { ...deps.files, remove: powerCut };
    await removeFile(id);
    expect(await versions(id)).toEqual([]);
    await expect(restoreVersion(id, fileVersion ?? '', { files: failing })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await everythingHolds();
  });

  it('of another team is answered as missing', async () => {
    const [ours, theirs] = [team(), team()];
    const { id, fileVersion } = await ours.upload(text);
    await ours.replace(id, { name: 'b.txt', bytes: 'bb' });
    await expect(theirs.versions(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(theirs.restoreVersion(id, fileVersion ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await everythingHolds();
  });

  it('whose object is gone is refused, and the record keeps the file that it has', async () => {
    const { upload, replace, restoreVersion, get } = team();
    const first = await upload(text);
    const second = await replace(first.id, { name: 'b.txt', bytes: 'bb' });
    await library.files.remove(keyOf(first));
    await expect(restoreVersion(first.id, first.fileVersion ?? '')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await get(first.id)).toEqual(second);
  });

  it('survives a function that dies just before and just after it is brought back', async () => {
    for (const when of ['before', 'after'] as const) {
      const { upload, replace, restoreVersion, deps, get } = team();
      const { id, fileVersion } = await upload(text);
      await replace(id, { name: 'b.txt', bytes: 'bb' });
      const dying: typeof deps.media.restoreVersion = async (...given) => {
        if (when === 'after') await deps.media.restoreVersion(...given);
        return powerCut();
      };
      const media = { ...deps.media, restoreVersion: dying };
      await expect(restoreVersion(id, fileVersion ?? '', { media })).rejects.toThrow('power cut');
      await restoreVersion(id, fileVersion ?? '');
      expect(await get(id)).toMatchObject({ fileVersion });
    }
  });

  it('may be replaced by content that the team has, without a byte being sent', async () => {
    const { upload, announce, get, versions, totals } = team();
    const [one, other] = [await upload(text), await upload({ name: 'b.txt', bytes: 'bb' })];
    const { session, duplicateOf } = await announce(text, { replaces: other.id });
    expect([session.status, duplicateOf]).toEqual(['active', one.id]);
    expect(await get(other.id)).toMatchObject({ filename: text.name, checksum: sha256Of(Buffer.from(text.bytes)) });
    expect(keyOf(await get(other.id))).toBe(keyOf(one));
    expect(await versions(other.id)).toHaveLength(2);
    expect(await totals()).toMatchObject({ bytes: 12, committed: 12 });
    await everythingHolds();
  });
});

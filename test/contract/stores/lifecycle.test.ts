import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { totalsByTeam } from '../../../bin/verify/totals.ts';
import { dynamoGuests } from '../../../functions/accounts/guest-store.ts';
import { drawnPrefix, inboxKey, originalKey, textResultKey } from '../../../functions/domain/media.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { checkDocument } from '../../../functions/files/checks/check-document.ts';
import { examineStored, examineWith } from '../../../functions/files/checks/examine-file.ts';
import { noScanner } from '../../../functions/files/malware/scanner.ts';
import { picturesInProcess } from '../../../functions/files/pictures/pictures-in-process.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoObjects } from '../../../functions/library/object-store.ts';
import { dynamoVersions } from '../../../functions/library/version-store.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { sweep } from '../../../functions/lifecycle/sweep.ts';
import { deleteMedia } from '../../../functions/media/delete-media.ts';
import { dynamoOpenUploads } from '../../../functions/uploads/open-uploads.ts';
import { type ProcessUploadDeps, processUpload } from '../../../functions/uploads/process-upload.ts';
import { rejectOfKey } from '../../../functions/uploads/reject-of-key.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aRecord, aSession, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';
import { photo } from '../../support/fixtures/pictures.ts';

const folder = mkdtempSync(join(tmpdir(), 'processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = (name: string, code: string): URL => {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, code);
  return pathToFileURL(path);
};

/** Decodes pictures in processes of this code. */
const decodingWith = (entry?: URL): Pick<ProcessUploadDeps, 'examineStored'> => {
  const pictures = picturesInProcess({ env: {}, repeats: true, ...(entry ? { entry } : {}) });
  return { examineStored: examineStored(library.files, examineWith({ pictures, documents: checkDocument })) };
};

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const TEXT = Buffer.from('hello');
const QUOTA = 1_000_000;
let now: Date;
let queue: string[];
beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z');
  queue = [];
});

const wait = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
const parts = () => {
  const { table, files } = library;
  return {
    uploads: dynamoUploads(table),
    media: dynamoMedia(table),
    due: dynamoDue(table),
    guests: dynamoGuests(table),
    versions: dynamoVersions(table),
    objects: dynamoObjects(table),
    parts: library.parts,
    files,
    clock: () => now,
    mayStillBring: async () => true,
  };
};
const processing = (change: Partial<ProcessUploadDeps> = {}) =>
  processUpload({
    ...parts(),
    examineStored: examineStored(library.files),
    scanner: noScanner,
    fillTags: async () => [],
    settings: { retentionDays: 30, fillFromMetadata: false },
    ...change,
  });
const sweeping = () => sweep({ ...parts(), enqueue: async (key) => void queue.push(key) });
const keyOf = (session: UploadSession) => originalKey(session.teamId, session.mediaId, session.id);

/** A team of its own for each test, so that counters start at nothing. */
const open = async (fields: Partial<UploadSession> = {}) => {
  const session = aSession({
    teamId: crypto.randomUUID(),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 3_600_000).toISOString(),
    ...fields,
  });
  await parts().uploads.open(session, { bytes: QUOTA, records: 1000 });
  return session;
};
const store = (session: UploadSession, bytes: Buffer = TEXT) =>
  library.put(keyOf(session), bytes, { ContentType: session.mimeType });
const statusOf = async (session: UploadSession) => (await parts().uploads.get(session.id))?.status;
const totalsOf = async (teamId: string) => totalsByTeam(await library.ops.items()).get(teamId);
const everythingHolds = async () => expect(await checkLibrary(library.ops)).toEqual([]);

describe('the quota', () => {
  it('is reserved when an upload opens and refuses what does not fit', async () => {
    const teamId = crypto.randomUUID();
    await open({ teamId, fileSize: QUOTA - 10 });
    await expect(open({ teamId, fileSize: 11 })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await open({ teamId, fileSize: 10 });
    expect(await totalsOf(teamId)).toMatchObject({ committed: QUOTA });
  });

  it('holds when many uploads ask for the last of it at once', async () => {
    const teamId = crypto.randomUUID();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => open({ teamId, fileSize: QUOTA / 10 })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await totalsOf(teamId)).toMatchObject({ committed: QUOTA });
  });
});

describe('the number of records', () => {
  const counted = async (teamId: string) => (await totalsOf(teamId))?.records;
  const quota = { bytes: QUOTA, records: 3 };
  const opened = async (teamId: string, fields: Partial<UploadSession> = {}) => {
    const session = aSession({ teamId, createdAt: now.toISOString(), ...fields });
    const expiresAt = new Date(now.getTime() + 3_600_000).toISOString();
    await parts().uploads.open({ ...session, expiresAt }, quota);
    return { ...session, expiresAt };
  };

  it('is bounded for uploads and records that lie elsewhere alike, however many ask at once', async () => {
    const teamId = crypto.randomUUID();
    const elsewhere = () => aRecord({ teamId, externalUrl: 'https://files.example/a', fileVersion: null });
    const asks = [1, 2, 3, 4].flatMap(() => [opened(teamId), parts().media.create(elsewhere(), quota.records)]);
    const results = await Promise.allSettled(asks);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    }
    expect(await counted(teamId)).toBe(3);
    await expect(opened(teamId)).rejects.toMatchObject({ message: expect.stringContaining('3 records') });
    await everythingHolds();
  });

  it('counts a record from the opening of its upload to its purge, and once', async () => {
    const teamId = crypto.randomUUID();
    const session = await opened(teamId);
    expect(await counted(teamId)).toBe(1);
    await store(session);
    await Promise.all([1, 2, 3].map(() => processing()(keyOf(session))));
    expect(await counted(teamId)).toBe(1);
    // Another file of the same record is no other record.
    const next = await opened(teamId, { mediaId: session.mediaId, replaces: { fileVersion: session.id } });
    expect(await counted(teamId)).toBe(1);
    await parts().uploads.close(next, 'deleted', now);
    await library.files.remove(keyOf(session));
    await processing()(keyOf(session));
    expect(await counted(teamId)).toBe(1);
    wait(40 * 24 * 3600);
    await sweeping()();
    expect(await counted(teamId)).toBe(0);
    await everythingHolds();
  });

  it('is given back by what becomes no record', async () => {
    const teamId = crypto.randomUUID();
    const [given, refusedOne, failedOne] = [await opened(teamId), await opened(teamId), await opened(teamId)];
    expect(await counted(teamId)).toBe(3);
    await parts().uploads.close(given, 'deleted', now);
    const why = { code: 'DECODE_ERROR', message: 'It cannot be read.' } as const;
    await parts().uploads.refuse(refusedOne, { status: 'rejected', ...why }, now);
    await parts().uploads.refuse(failedOne, { status: 'failed', ...why }, now);
    expect(await counted(teamId)).toBe(0);
    await everythingHolds();
    wait(25 * 3600);
    await sweeping()();
    expect(await counted(teamId)).toBe(0);
    await everythingHolds();
  });
});

describe('processing', () => {
  it('gives one record and one count however often and however many at a time', async () => {
    const session = await open();
    await store(session);
    await Promise.all(Array.from({ length: 5 }, () => processing()(keyOf(session))));
    await processing()(keyOf(session));
    expect(await statusOf(session)).toBe('active');
    expect(await totalsOf(session.teamId)).toMatchObject({ activeAll: 1, activeDocument: 1, bytes: 5, committed: 5 });
    await everythingHolds();
  });

  it.each(['begin', 'get', 'complete'] as const)(
    'converges after a crash just before and just after %s',
    async (step) => {
      for (const when of ['before', 'after'] as const) {
        const session = await open();
        await store(session);
        const { uploads } = parts();
        const crash = async (...given: never[]) => {
          if (when === 'after') await (uploads[step] as (...all: never[]) => Promise<unknown>)(...given);
          throw new Error('power cut');
        };
        await expect(processing({ uploads: { ...uploads, [step]: crash } })(keyOf(session))).rejects.toThrow(
          'power cut',
        );
        await processing()(keyOf(session));
        expect([step, when, await statusOf(session)]).toEqual([step, when, 'active']);
      }
      await everythingHolds();
    },
  );

  it.each<[string, Parameters<Library['put']>[2]]>([
    ['content-encoding', { ContentEncoding: 'gzip' }],
    ['content-disposition', { ContentDisposition: 'inline; filename="invoice.exe"' }],
    ['content-language', { ContentLanguage: 'de' }],
    ['expires', { Expires: new Date('2030-01-01T00:00:00Z') }],
    ['x-amz-meta-owner', { Metadata: { owner: 'me' } }],
    ['x-amz-website-redirect-location', { WebsiteRedirectLocation: 'https://evil.example/' }],
    ['x-amz-storage-class', { StorageClass: 'DEEP_ARCHIVE' }],
    ['content-type', { ContentType: 'text/html' }],
  ])('rejects an object that carries %s, with its quota, and removes it', async (name, said) => {
    const session = await open();
    await library.put(keyOf(session), TEXT, { ContentType: session.mimeType, ...said });
    await processing()(keyOf(session));
    const ended = await parts().uploads.get(session.id);
    expect(ended).toMatchObject({ status: 'rejected', code: 'HEADERS_NOT_ALLOWED' });
    expect(ended?.message).toContain(name);
    expect(await library.files.head(keyOf(session))).toBeUndefined();
    expect(await totalsOf(session.teamId)).toMatchObject({ committed: 0 });
    await everythingHolds();
  });

  it('takes over what the inbox holds when it looks, and removes what the same form sends later', async () => {
    const session = await open({ asForm: true });
    const inbox = inboxKey(session.teamId, session.mediaId, session.id);
    const send = (text: string) =>
      library.put(inbox, Buffer.from(text), { ContentType: 'text/html', ContentEncoding: 'gzip' });
    await send('first');
    await send('other');
    await processing()(inbox);
    await processing()(keyOf(session));
    expect(await statusOf(session)).toBe('active');
    await send('third');
    await processing()(inbox);
    expect(await library.files.head(inbox)).toBeUndefined();
    expect(await library.files.head(keyOf(session))).toMatchObject({ contentType: 'text/plain', carries: [] });
    expect((await library.ops.bytes(keyOf(session))).toString()).toBe('other');
    await everythingHolds();
  });

  it('removes bytes that come again for a record that is gone', async () => {
    const session = await open();
    await store(session);
    await processing()(keyOf(session));
    await library.files.remove(keyOf(session));
    await processing()(keyOf(session));
    wait(40 * 24 * 3600);
    await sweeping()();
    expect(await parts().media.get(session.mediaId)).toBeUndefined();
    // The signature of the PUT may live on.
    await store(session);
    await processing()(keyOf(session));
    expect(await library.files.head(keyOf(session))).toBeUndefined();
    await everythingHolds();
  });

  it('ignores an event about an object that no upload was given', async () => {
    await library.files.write('originals/team/media/nobody', TEXT, 'text/plain');
    const before = await library.ops.items();
    await processing()('originals/team/media/nobody');
    await processing()('somewhere/else');
    expect(await library.ops.items()).toEqual(before);
    await library.files.remove('originals/team/media/nobody');
  });

  it('does not take the bytes of one team for the upload of another', async () => {
    const session = await open();
    const foreign = originalKey('intruder', session.mediaId, session.id);
    await library.files.write(foreign, TEXT, 'text/plain');
    await processing()(foreign);
    expect(await statusOf(session)).toBe('pending');
    await library.files.remove(foreign);
  });

  it('fails a picture that ends two processes, and finishes those beside it', async () => {
    const bytes = await photo(64, 48);
    const files = { kind: 'image', mimeType: 'image/jpeg', filename: 'a.jpg', fileSize: bytes.length } as const;
    const teamId = crypto.randomUUID();
    const deadly = await open({ ...files, teamId });
    const beside = await open({ ...files, teamId });
    for (const session of [deadly, beside]) await store(session, bytes);

    const dying = program('dying', "process.once('message', () => process.kill(process.pid, 'SIGKILL'))");
    await Promise.all([processing(decodingWith(dying))(keyOf(deadly)), processing(decodingWith())(keyOf(beside))]);

    expect(await parts().uploads.get(deadly.id)).toMatchObject({ status: 'failed', code: 'DECODE_ERROR' });
    expect(await statusOf(beside)).toBe('active');
    expect(await totalsOf(teamId)).toMatchObject({ activeAll: 1, bytes: bytes.length, committed: bytes.length * 2 });
    await everythingHolds();
    // What failed is kept for a day, and no later test is to find it.
    wait(24 * 3600 + 1);
    await sweeping()();
    await everythingHolds();
  });

  it('goes on with a picture whose function died in the midst of its work', async () => {
    const bytes = await photo(64, 48);
    const session = await open({ kind: 'image', mimeType: 'image/jpeg', fileSize: bytes.length });
    await store(session, bytes);
    const dies = () => Promise.reject(new Error('the function died'));
    await expect(processing({ examineStored: dies })(keyOf(session))).rejects.toThrow('died');
    expect(await statusOf(session)).toBe('processing');
    await processing()(keyOf(session));
    expect(await statusOf(session)).toBe('active');
  });

  it('removes a rejected original even if the first try crashed between the two', async () => {
    const session = await open({ mimeType: 'image/png', kind: 'image' });
    await store(session);
    const remove = () => Promise.reject(new Error('power cut'));
    await expect(processing({ files: { ...library.files, remove } })(keyOf(session))).rejects.toThrow('power cut');
    expect(await statusOf(session)).toBe('rejected');
    await processing()(keyOf(session));
    await everythingHolds();
  });
});

describe('an upload that was begun with a revoked API key', () => {
  const key = { kind: 'api-key', id: 'revoked' } as const;
  const pending = async (userId: string, by: UploadSession['by'], size: number) =>
    open({ userId, by, fileSize: size, teamId: TEAM });
  const TEAM = crypto.randomUUID();

  it('is rejected at once with its quota, and none that another key or a login began', async () => {
    const userId = crypto.randomUUID();
    const [own, second, others, login] = [
      await pending(userId, key, 10),
      await pending(userId, key, 20),
      await pending(userId, { ...key, id: 'another' }, 30),
      await pending(userId, { kind: 'login', id: 'revoked' }, 40),
    ];
    const reject = rejectOfKey({ open: dynamoOpenUploads(library.table), uploads: parts().uploads, clock: () => now });
    await reject({ id: key.id, userId });
    await reject({ id: key.id, userId });
    const statuses = await Promise.all([own, second, others, login].map(statusOf));
    expect(statuses).toEqual(['rejected', 'rejected', 'pending', 'pending']);
    expect(await parts().uploads.get(own.id)).toMatchObject({ code: 'NOT_PERMITTED' });
    expect(await totalsOf(TEAM)).toMatchObject({ committed: 70 });
    for (const session of [others, login]) await parts().uploads.close(session, 'deleted', now);
    await everythingHolds();
  });

  it('is rejected by the sweep with its quota, as those of people who may not upload any more', async () => {
    const session = await open({ by: key });
    const run = sweep({ ...parts(), mayStillBring: async ({ id }) => id !== session.id, enqueue: async () => {} });
    wait(61);
    expect(await run()).toMatchObject({ notPermitted: 1 });
    expect(await statusOf(session)).toBe('rejected');
    expect(await totalsOf(session.teamId)).toMatchObject({ committed: 0 });
    expect(await run()).toMatchObject({ notPermitted: 0 });
    await everythingHolds();
  });
});

describe('the unfinished uploads of a person', () => {
  const key = (id: string) => ({ kind: 'api-key', id }) as const;
  const begin = async (userId: string, by: UploadSession['by']) => {
    const session = aSession({ userId, by, teamId: crypto.randomUUID(), createdAt: now.toISOString() });
    const opened = await parts()
      .uploads.open(session, { bytes: QUOTA, records: 1000 }, 4)
      .catch(({ code }) => code);
    return opened === undefined ? session : opened;
  };

  it('are bounded apart from those of the keys, which have half as many together', async () => {
    const userId = crypto.randomUUID();
    const login = { kind: 'login', id: 'login' } as const;
    const ofKeys = [await begin(userId, key('leaked')), await begin(userId, key('leaked'))];
    expect([await begin(userId, key('leaked')), await begin(userId, key('other'))]).toEqual(
      Array(2).fill('RATE_LIMITED'),
    );
    const own = [];
    for (let count = 0; count < 4; count += 1) own.push(await begin(userId, login));
    expect(own).not.toContain('RATE_LIMITED');
    expect(await begin(userId, login)).toBe('RATE_LIMITED');
    await parts().uploads.close(ofKeys[0], 'deleted', now);
    expect(await begin(userId, login)).toBe('RATE_LIMITED');
    expect(await begin(userId, key('other'))).toMatchObject({ userId });
  });
});

describe('the sweep', () => {
  it('finishes uploads whose event was lost', async () => {
    const session = await open();
    await store(session);
    await sweeping()();
    expect(queue).toEqual([]);
    wait(61);
    expect(await sweeping()()).toMatchObject({ enqueued: 1 });
    expect(queue).toEqual([keyOf(session)]);
    await processing()(keyOf(session));
    wait(601);
    await sweeping()();
    expect(await sweeping()()).toEqual({
      enqueued: 0,
      expired: 0,
      givenUp: 0,
      notPermitted: 0,
      settled: 0,
      purged: 0,
      guests: 0,
      versions: 0,
      orphans: 0,
    });
    expect(await statusOf(session)).toBe('active');
    await everythingHolds();
  });

  it('expires uploads whose bytes never came, after the last of them could have, and gives the quota back', async () => {
    const session = await open();
    wait(3600 + 899);
    await sweeping()();
    expect(await statusOf(session)).toBe('pending');
    wait(602);
    expect((await sweeping()()).expired).toBeGreaterThan(0);
    expect(await statusOf(session)).toBe('expired');
    expect(await totalsOf(session.teamId)).toMatchObject({ committed: 0 });
    await store(session);
    await processing()(keyOf(session));
    await everythingHolds();
  });

  it('keeps an undecodable original for a day', async () => {
    const session = await open({ mimeType: 'image/png', kind: 'image', fileSize: 12 });
    const cut = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(4)]);
    await store(session, cut);
    const outcome = { outcome: 'failed', code: 'DECODE_ERROR', message: 'damaged' } as const;
    const refuse = async () => ({ outcome, metadata: undefined });
    await processing({ examineStored: refuse })(keyOf(session));
    await everythingHolds();
    wait(24 * 3600 - 1);
    await sweeping()();
    expect(await library.files.head(keyOf(session))).toBeDefined();
    wait(2);
    expect(await sweeping()()).toMatchObject({ settled: 1 });
    expect(await library.files.head(keyOf(session))).toBeUndefined();
    expect(await totalsOf(session.teamId)).toMatchObject({ committed: 0 });
    expect(await sweeping()()).toMatchObject({ settled: 0 });
    await everythingHolds();
  });

  it('purges the trash after the retention, files first, and survives a crash on the way', async () => {
    const session = await open();
    await store(session);
    await processing()(keyOf(session));
    const remove = deleteMedia({ ...parts(), settings: { retentionDays: 30 } });
    const principal = aPrincipal({ teamId: session.teamId });
    await remove({ input: { id: session.mediaId }, principal });
    expect(await totalsOf(session.teamId)).toMatchObject({ activeAll: 0, deletedAll: 1, committed: 5 });
    wait(30 * 24 * 3600 - 1);
    await sweeping()();
    expect(await library.files.head(keyOf(session))).toBeDefined();
    wait(2);
    const broken = { ...library.files, remove: () => Promise.reject(new Error('power cut')) };
    await expect(sweep({ ...parts(), files: broken, enqueue: async () => {} })()).rejects.toThrow('power cut');
    expect(await sweeping()()).toMatchObject({ purged: 1 });
    expect(await parts().media.get(session.mediaId)).toBeUndefined();
    expect(await totalsOf(session.teamId)).toMatchObject({ activeAll: 0, deletedAll: 0, bytes: 0, committed: 0 });
    await everythingHolds();
  });

  it('looks at a cancelled upload once no signature can bring its bytes any more, and then never again', async () => {
    const session = await open({ expiresAt: new Date(now.getTime() + 24 * 3_600_000).toISOString() });
    await parts().uploads.close(session, 'deleted', now);
    await store(session);
    wait(1799);
    await sweeping()();
    expect(await library.files.head(keyOf(session))).toBeDefined();
    wait(2);
    expect(await sweeping()()).toMatchObject({ settled: 1 });
    expect(await library.files.head(keyOf(session))).toBeUndefined();
    expect(await sweeping()()).toMatchObject({ settled: 0 });
    await everythingHolds();
  });

  it('finds the work that an older version left, which names no team', async () => {
    const session = await open();
    await parts().uploads.close(session, 'deleted', now);
    const item = (await library.ops.items()).find(({ pk }) => pk === `UPLOAD#${session.id}`);
    await library.table.put({ Item: { ...item, dueSk: `${now.toISOString()}#${session.id}` } });
    const [due] = await parts().due.due('upload', now.toISOString(), 10);
    expect(due).toMatchObject({ id: session.id, teamId: '', key: { pk: `UPLOAD#${session.id}`, sk: 'UPLOAD' } });
    expect(await sweeping()()).toMatchObject({ settled: 1 });
  });

  it('puts off what fails, unless it was given another time meanwhile', async () => {
    const session = await open();
    await parts().uploads.close(session, 'deleted', now);
    wait(1801);
    const broken = { ...library.files, remove: () => Promise.reject(new Error('power cut')) };
    await expect(sweep({ ...parts(), files: broken, enqueue: async () => {} })()).rejects.toThrow('power cut');
    expect(await sweeping()()).toMatchObject({ settled: 0 });
    wait(901);
    const [due] = await parts().due.due('upload', now.toISOString(), 10);
    expect(await sweeping()()).toMatchObject({ settled: 1 });
    // It needs no more work, and is given none.
    if (due) await parts().due.defer(due, now.toISOString());
    expect(await parts().due.due('upload', now.toISOString(), 10)).toEqual([]);
  });

  it('knows how many uploads a person gave up within the hour, those of keys apart', async () => {
    const { uploads } = parts();
    const userId = crypto.randomUUID();
    const key = { kind: 'api-key', id: 'key' } as UploadSession['by'];
    const sessions = [
      await open({ userId }),
      await open({ userId }),
      await open({ userId, ...(key ? { by: key } : {}) }),
    ];
    for (const session of sessions) await uploads.close(session, 'deleted', now);
    const known = dynamoOpenUploads(library.table);
    const ofKeys = { userId, ...(key ? { by: key } : {}) };
    expect([await known.givenUp({ userId }, now), await known.givenUp(ofKeys, now)]).toEqual([2, 1]);
    // It is read again at each call once it is near the bound.
    const third = await open({ userId });
    await uploads.close(third, 'deleted', now);
    expect([await known.givenUp({ userId }, now, 100), await known.givenUp({ userId }, now, 4)]).toEqual([2, 3]);
    wait(3600);
    expect(await known.givenUp({ userId }, now)).toBe(0);
    await everythingHolds();
  });

  it('removes objects that belong to nothing once they are a day old', async () => {
    await library.files.write('originals/team/media/orphan', TEXT, 'text/plain');
    now = new Date();
    expect(await sweeping()()).toMatchObject({ orphans: 0 });
    now = new Date(Date.now() + 25 * 3600 * 1000);
    expect(await sweeping()({ part: 'due' })).toMatchObject({ orphans: 0 });
    expect((await sweeping()({ part: 'orphans' })).orphans).toBeGreaterThan(0);
    expect(await library.files.head('originals/team/media/orphan')).toBeUndefined();
  });

  it('removes what was drawn on request 30 days after, and nothing else of the file', async () => {
    const session = await open();
    await store(session);
    await processing()(keyOf(session));
    const { teamId, mediaId, id } = session;
    const drawn = `${drawnPrefix(teamId, mediaId, id, 'strangers')}64x64.png`;
    const text = textResultKey(teamId, mediaId, id, 'auto');
    for (const key of [drawn, text]) await library.files.write(key, TEXT, 'image/png');
    const swept = async (days: number) => {
      now = new Date(Date.now() + days * 24 * 3600 * 1000);
      await sweeping()();
      return Promise.all(
        [drawn, text, keyOf(session)].map(async (key) => (await library.files.head(key)) !== undefined),
      );
    };
    expect(await swept(29)).toEqual([true, true, true]);
    expect(await swept(31)).toEqual([false, true, true]);
    await everythingHolds();
  });

  it('spares an object whose upload ends, with a record, just as it looks', async () => {
    const session = await open();
    await store(session);
    now = new Date(Date.now() + 25 * 3600 * 1000);
    const uploads: typeof deps.uploads = {
      ...parts().uploads,
      get: async (id) => {
        const file = { fileVersion: id, fileSize: 5, mimeType: 'text/plain', kind: 'document' } as const;
        const record = aRecord({ id: session.mediaId, teamId: session.teamId, ...file });
        if (id === session.id) await parts().uploads.complete(session, record, now.toISOString());
        return parts().uploads.get(id);
      },
    };
    const deps = { ...parts(), enqueue: async () => {} };
    const due = { ...deps.due, due: async () => [] };
    await sweep({ ...deps, due, uploads })();
    expect(await library.files.head(keyOf(session))).toBeDefined();
    await everythingHolds();
  });
});

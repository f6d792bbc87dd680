import { UploadPartCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoGuests } from '../../../functions/accounts/guest-store.ts';
import { originalKey } from '../../../functions/domain/media.ts';
import { finestLayout, layoutOf } from '../../../functions/domain/parts.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoObjects } from '../../../functions/library/object-store.ts';
import { readTotals } from '../../../functions/library/totals.ts';
import { dynamoVersions } from '../../../functions/library/version-store.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { sweep } from '../../../functions/lifecycle/sweep.ts';
import { completeUpload } from '../../../functions/uploads/complete-upload.ts';
import { createUpload } from '../../../functions/uploads/create-upload.ts';
import { dynamoOpenUploads } from '../../../functions/uploads/open-uploads.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { functionSettings, parseSettings } from '../../../lib/settings/settings.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aSession, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

let library: Library;
let client: ReturnType<Library['s3']['client']>;
let now = new Date('2026-03-01T12:00:00Z');
const clock = () => now;
const wait = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
beforeAll(async () => {
  library = await startLibrary();
  client = library.s3.client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
});
afterAll(() => library?.stop());

const uploads = () => dynamoUploads(library.table);
const keyOf = (session: UploadSession) => originalKey(session.teamId, session.mediaId, session.id);
const placeOf = (session: UploadSession, uploadId: string) => ({ key: keyOf(session), uploadId });
const sweeping = () =>
  sweep({
    uploads: uploads(),
    media: dynamoMedia(library.table),
    due: dynamoDue(library.table),
    guests: dynamoGuests(library.table),
    versions: dynamoVersions(library.table),
    objects: dynamoObjects(library.table),
    files: library.files,
    parts: library.parts,
    enqueue: async () => {},
    mayStillBring: async () => true,
    clock,
  })();

/** The same without an announced size, and so much may come. */
const openSized = (most: number) =>
  begun('a few bytes', {
    fileSize: most,
    sizeOpen: true,
    multipart: { ...finestLayout(most), uploadId: null, algorithm: null, cutBy: 'sender' },
  });
const committed = async ({ teamId }: UploadSession) => (await readTotals(library.table, teamId)).committed;

/** A session of a team of its own, with one part of a few bytes in S3. */
const begun = async (content = 'a few bytes', change: Partial<UploadSession> = {}) => {
  const session = aSession({
    teamId: crypto.randomUUID(),
    userId: crypto.randomUUID(),
    fileSize: content.length,
    multipart: { ...layoutOf(content.length), uploadId: null, algorithm: null },
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 3_600_000).toISOString(),
    ...change,
  });
  await uploads().open(session, { bytes: 1_000_000, records: 1000 });
  const uploadId = await library.parts.begin(keyOf(session), session.mimeType, 'CRC64NVME');
  const algorithm = 'CRC64NVME' as const;
  expect(await dynamoOpenUploads(library.table).takeParts(session.id, { uploadId, algorithm })).toBe(true);
  await send(session, uploadId, 1, content);
  return { session, uploadId };
};
const send = (session: UploadSession, UploadId: string, PartNumber: number, Body: string) =>
  client.send(new UploadPartCommand({ Bucket: library.s3.bucket, Key: keyOf(session), UploadId, PartNumber, Body }));
const completing = (session: UploadSession, change: object = {}) =>
  completeUpload({ uploads: uploads(), parts: library.parts, files: library.files, clock, ...change })({
    input: { id: session.id },
    principal: aPrincipal({ teamId: session.teamId, userId: session.userId }),
  });

describe('an upload in parts', () => {
  it('is listed whole, however many pages S3 makes of its parts', async () => {
    const { session, uploadId } = await begun();
    const numbers = Array.from({ length: 1002 }, (_, index) => index + 2).values();
    const lane = async () => {
      for (const number of numbers) await send(session, uploadId, number, 'x');
    };
    await Promise.all(Array.from({ length: 16 }, lane));
    const held = (await library.parts.list(placeOf(session, uploadId))) ?? [];
    expect(held.map(({ partNumber }) => partNumber)).toEqual(Array.from({ length: 1003 }, (_, index) => index + 1));
    await uploads().close(session, 'deleted', now);
    await library.parts.abort(placeOf(session, uploadId));
    expect(await library.parts.list(placeOf(session, uploadId))).toBeUndefined();
    await library.parts.abort(placeOf(session, uploadId));
  }, 180_000);

  it('is healed by the next call when S3 joined it and the table did not get to know', async () => {
    const { session } = await begun();
    const dark = { ...uploads(), begin: () => Promise.reject(new Error('power cut')) };
    await expect(completing(session, { uploads: dark })).rejects.toThrow('power cut');
    expect(await library.files.head(keyOf(session))).toMatchObject({ size: session.fileSize });
    expect(await completing(session)).toMatchObject({ status: 'processing' });
    expect(await library.files.head(keyOf(session))).toMatchObject({ checksum: { algorithm: 'CRC64NVME' } });
    await library.files.remove(keyOf(session));
    await uploads().close(session, 'expired', now);
  });

  it('that S3 dropped is over for every caller', async () => {
    const { session, uploadId } = await begun();
    await library.parts.abort(placeOf(session, uploadId));
    await expect(completing(session)).rejects.toMatchObject({ code: 'UPLOAD_EXPIRED' });
    await uploads().close(session, 'deleted', now);
  });

  it.each([
    { status: 'rejected', code: 'CONTENT_MISMATCH', message: 'It is another file.' },
    { status: 'failed', code: 'DECODE_ERROR', message: 'It cannot be read.' },
  ] as const)('that was completed answers so again, also when its file was $status since', async (refusal) => {
    const { session } = await begun();
    expect(await completing(session)).toMatchObject({ status: 'processing' });
    expect(await uploads().refuse(session, refusal, now)).toBe(true);
    expect(await completing(session)).toMatchObject({ ...refusal, id: session.id });
    await library.files.remove(keyOf(session));
    await dynamoDue(library.table).settle({ ...session, status: refusal.status });
  });

  it('leaves nothing when it is given up in the moment of its completion', async () => {
    const { session } = await begun();
    const parts = {
      ...library.parts,
      join: async (...args: Parameters<typeof library.parts.join>) => {
        await uploads().close(session, 'deleted', now);
        return library.parts.join(...args);
      },
    };
    await expect(completing(session, { parts })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await library.files.head(keyOf(session))).toBeUndefined();
  });

  it('that was not finished is aborted by the sweep, with its quota', async () => {
    const { session, uploadId } = await begun();
    wait(3600 + 899);
    await sweeping();
    expect(await library.parts.list(placeOf(session, uploadId))).toHaveLength(1);
    wait(602);
    await sweeping();
    expect(await library.parts.list(placeOf(session, uploadId))).toBeUndefined();
    expect((await uploads().get(session.id))?.status).toBe('expired');
    expect(await dynamoOpenUploads(library.table).count(session, 10)).toBe(0);
    expect(await checkLibrary(library.ops)).toEqual([]);
  });

  it('without an announced size has it from its parts, also when its completion broke off', async () => {
    const { session } = await openSized(100);
    const dark = { ...uploads(), begin: () => Promise.reject(new Error('power cut')) };
    await expect(completing(session, { uploads: dark })).rejects.toThrow('power cut');
    expect(await uploads().get(session.id)).toMatchObject({ status: 'pending', fileSize: 11 });
    expect(await uploads().get(session.id)).not.toHaveProperty('sizeOpen');
    expect(await completing(session)).toMatchObject({ status: 'processing', fileSize: 11 });
    expect(await committed(session)).toBe(11);
    await library.files.remove(keyOf(session));
    await uploads().close({ ...session, fileSize: 11 }, 'expired', now);
    expect(await committed(session)).toBe(0);
  });

  it('gives back what it does not need once, however often and by whichever call it is measured', async () => {
    const { session, uploadId } = await openSized(100);
    const measured = await Promise.all(Array.from({ length: 8 }, () => uploads().settleSize(session, 11)));
    for (const each of measured) expect(each).toMatchObject({ id: session.id, fileSize: 11 });
    expect(await committed(session)).toBe(11);
    // A call that read the session before cannot give back more than is left of it.
    expect(await uploads().close(session, 'deleted', now)).toBe(false);
    expect(await committed(session)).toBe(11);
    const current = (await uploads().get(session.id)) as UploadSession;
    expect(await uploads().close(current, 'deleted', now)).toBe(true);
    expect(await committed(session)).toBe(0);
    expect(await uploads().settleSize(session, 11)).toBeUndefined();
    expect(await committed(session)).toBe(0);
    await library.parts.abort(placeOf(session, uploadId));
  });

  it('holds as much of the quota as its parts may have, counted once, and gives it back', async () => {
    const { session, uploadId } = await openSized(100);
    const open = dynamoOpenUploads(library.table);
    const asks = [200, 700, 700, 500].map((bytes) => open.reserve(session, bytes, 1000));
    await Promise.all(asks);
    expect(await uploads().get(session.id)).toMatchObject({ fileSize: 700, sizeOpen: true });
    expect(await committed(session)).toBe(700);
    await expect(open.reserve(session, 1001, 1000)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await committed(session)).toBe(700);
    const current = (await uploads().get(session.id)) as UploadSession;
    expect(await uploads().close(current, 'deleted', now)).toBe(true);
    expect(await committed(session)).toBe(0);
    await expect(open.reserve(current, 800, 1000)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await committed(session)).toBe(0);
    await library.parts.abort(placeOf(session, uploadId));
  });

  it('goes on to hold it when S3 refuses to join its parts, since more of them may come', async () => {
    const { session, uploadId } = await openSized(100);
    const parts = { ...library.parts, join: async () => 'refused' as const };
    await expect(completing(session, { parts })).rejects.toMatchObject({ code: 'VALIDATION' });
    expect(await uploads().get(session.id)).toMatchObject({ fileSize: 100, sizeOpen: true, status: 'pending' });
    expect(await committed(session)).toBe(100);
    await uploads().close(session, 'deleted', now);
    await library.parts.abort(placeOf(session, uploadId));
  });

  it('with more than may come is given up with its quota', async () => {
    const { session, uploadId } = await openSized(10);
    await expect(completing(session)).rejects.toMatchObject({ code: 'VALIDATION' });
    expect((await uploads().get(session.id))?.status).toBe('deleted');
    expect(await library.parts.list(placeOf(session, uploadId))).toBeUndefined();
    expect(await committed(session)).toBe(0);
  });

  it('has its progress noted twice a second at most', async () => {
    const { session } = await begun();
    const open = dynamoOpenUploads(library.table);
    const note = async (storedBytes: number, milliseconds: number) => {
      const at = new Date(now.getTime() + milliseconds);
      const since = new Date(at.getTime() - 500).toISOString();
      await open.progress(session.id, { storedParts: 1, storedBytes, at: at.toISOString() }, since);
      return (await uploads().get(session.id))?.progress?.storedBytes;
    };
    expect([await note(1, 0), await note(2, 499), await note(3, 500)]).toEqual([1, 1, 3]);
    await uploads().close(session, 'deleted', now);
  });
});

describe('a person with many open uploads', () => {
  it('has to finish or give up some first', async () => {
    const settings = { ...functionSettings(parseSettings({ openUploads: 2 })) };
    const principal = aPrincipal({ teamId: crypto.randomUUID(), userId: crypto.randomUUID() });
    const create = createUpload({
      uploads: uploads(),
      open: dynamoOpenUploads(library.table),
      tags: { get: async () => [] },
      media: dynamoMedia(library.table),
      versions: dynamoVersions(library.table),
      findByChecksum: async () => [],
      reuse: async () => undefined,
      signPut: async () => ({ method: 'PUT', url: 'https://bucket.example', headers: {} }),
      settings,
      newId: () => crypto.randomUUID(),
      clock,
    });
    const input = { filename: 'a.txt', fileSize: 5, mimeType: 'text/plain' };
    const first = await create({ input, principal });
    await create({ input, principal });
    await expect(create({ input, principal })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: expect.any(Number),
    });
    await uploads().close(first.session, 'deleted', now);
    await create({ input, principal });
    await create({ input, principal: aPrincipal({ teamId: principal.teamId, userId: crypto.randomUUID() }) });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { totalsByTeam } from '../../../bin/verify/totals.ts';
import { dynamoGuests } from '../../../functions/accounts/guest-store.ts';
import { originalKey } from '../../../functions/domain/media.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { type ExamineStored, examineStored } from '../../../functions/files/checks/examine-file.ts';
import { noScanner } from '../../../functions/files/malware/scanner.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoObjects } from '../../../functions/library/object-store.ts';
import { dynamoVersions } from '../../../functions/library/version-store.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { sweep } from '../../../functions/lifecycle/sweep.ts';
import { type ProcessUploadDeps, processUpload } from '../../../functions/uploads/process-upload.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { aSession, type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

let now: Date;
beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z');
});
const wait = (hours: number) => {
  now = new Date(now.getTime() + hours * 3_600_000);
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
const sweeping = () => sweep({ ...parts(), enqueue: async () => {} });
const keyOf = (session: UploadSession) => originalKey(session.teamId, session.mediaId, session.id);
const sessionOf = ({ id }: UploadSession) => parts().uploads.get(id);
const committed = async ({ teamId }: UploadSession) => totalsByTeam(await library.ops.items()).get(teamId)?.committed;

const stored = async () => {
  const session = aSession({
    teamId: crypto.randomUUID(),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 3_600_000).toISOString(),
  });
  await parts().uploads.open(session, { bytes: 1_000_000, records: 1000 });
  await library.put(keyOf(session), Buffer.from('hello'), { ContentType: session.mimeType });
  return session;
};
const crash = () => Promise.reject(new Error('out of memory'));

describe('an original that goes away', () => {
  it('while it is processed leaves no active record, though its event came before there was one', async () => {
    const session = await stored();
    const removedMeanwhile: ExamineStored = async (...given) => {
      const outcome = await examineStored(library.files)(...given);
      await library.files.remove(keyOf(session));
      await processing()(keyOf(session));
      return outcome;
    };
    await processing({ examineStored: removedMeanwhile })(keyOf(session));
    expect((await parts().media.get(session.mediaId))?.state).toBe('deleted');
  });

  it('before it was read lets the upload expire and gives the quota back', async () => {
    const session = await stored();
    await expect(processing({ examineStored: crash })(keyOf(session))).rejects.toThrow('out of memory');
    await library.files.remove(keyOf(session));
    wait(1.3);
    await sweeping()();
    expect(await sessionOf(session)).toMatchObject({ status: 'expired' });
    expect(await committed(session)).toBe(0);
    expect(await checkLibrary(library.ops)).toEqual([]);
  });
});

describe('a file that crashes every attempt to process it', () => {
  it('fails a day after its session ended, and its quota comes back another day later', async () => {
    const session = await stored();
    await expect(processing({ examineStored: crash })(keyOf(session))).rejects.toThrow('out of memory');
    wait(25.2);
    await sweeping()();
    expect(await sessionOf(session)).toMatchObject({ status: 'processing' });
    wait(0.3);
    await sweeping()();
    expect(await sessionOf(session)).toMatchObject({ status: 'failed', code: 'DECODE_ERROR' });
    wait(24.1);
    await sweeping()();
    expect(await library.files.head(keyOf(session))).toBeUndefined();
    expect(await committed(session)).toBe(0);
    expect(await checkLibrary(library.ops)).toEqual([]);
  });

  it('does not keep the sweep from what comes after it', async () => {
    const [poisoned, sound] = [await stored(), await stored()];
    await library.files.remove(keyOf(sound));
    wait(2);
    const { uploads } = parts();
    const get = (id: string) => (id === poisoned.id ? crash() : uploads.get(id));
    const run = sweep({ ...parts(), uploads: { ...uploads, get }, enqueue: async () => {} });
    await expect(run()).rejects.toThrow('out of memory');
    expect(await sessionOf(sound)).toMatchObject({ status: 'expired' });
  });
});

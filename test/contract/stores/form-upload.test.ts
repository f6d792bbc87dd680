import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MediaError } from '../../../functions/domain/errors.ts';
import { examineFile, examineStored } from '../../../functions/files/checks/examine-file.ts';
import { noScanner } from '../../../functions/files/malware/scanner.ts';
import type { FormPart } from '../../../functions/http/form.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoObjects } from '../../../functions/library/object-store.ts';
import { dynamoTags, showTags } from '../../../functions/library/tag-store.ts';
import { readTotals } from '../../../functions/library/totals.ts';
import { dynamoVersions } from '../../../functions/library/version-store.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { fillTags } from '../../../functions/media/fill-texts.ts';
import { dynamoClaims } from '../../../functions/table/claim-store.ts';
import { nameTags } from '../../../functions/tags/name-tags.ts';
import { inFormPlace } from '../../../functions/uploads/form-places.ts';
import { diskRoom } from '../../../functions/uploads/form-room.ts';
import { type ProcessUploadDeps, processUpload } from '../../../functions/uploads/process-upload.ts';
import { type UploadFilesDeps, uploadFiles } from '../../../functions/uploads/upload-files.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { functionSettings, parseSettings } from '../../../lib/settings/settings.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const settings = { ...functionSettings(parseSettings({})), quotaBytes: 1000 };
const clock = () => new Date();
const newId = () => crypto.randomUUID();
const parts = (): UploadFilesDeps & ProcessUploadDeps => {
  const { table, files } = library;
  return {
    uploads: dynamoUploads(table),
    media: dynamoMedia(table),
    due: dynamoDue(table),
    versions: dynamoVersions(table),
    objects: dynamoObjects(table),
    files,
    examine: examineFile,
    inFormPlace: inFormPlace({ claims: dynamoClaims(table, clock), newId, pause: async () => {} }),
    examineStored: examineStored(files),
    fillTags: fillTags({ tags: dynamoTags(table), newId, clock }),
    scanner: noScanner,
    mayStillBring: async () => true,
    expectStill: async () => undefined,
    expectDisk: async () => undefined,
    pause: async () => {},
    settings,
    nameTags: nameTags({ tags: dynamoTags(table), newId, clock }),
    committed: async (teamId) => (await readTotals(table, teamId)).committed,
    show: showTags(table),
    newId,
    clock,
  };
};

async function* form(...contents: (string | Readable)[]): AsyncGenerator<FormPart> {
  for (const [index, content] of contents.entries()) {
    const body = typeof content === 'string' ? Readable.from([Buffer.from(content)]) : content;
    yield { kind: 'file', name: 'files', filename: `${index}.txt`, mimeType: 'text/plain', body };
  }
}

/** One call in a team of its own; answers the team and how it ended. */
const call = async (change: Partial<UploadFilesDeps>, ...contents: (string | Readable)[]) =>
  timedCall(undefined, change, ...contents);

const timedCall = async (
  millisecondsLeft: (() => number) | undefined,
  change: Partial<UploadFilesDeps>,
  ...contents: (string | Readable)[]
) => {
  const teamId = crypto.randomUUID();
  const principal = { teamId, userId: 'user', credential: { kind: 'session', id: 's' } } as never;
  const run = uploadFiles({ ...parts(), ...change })({
    input: { parts: form(...contents), field: 'files' },
    principal,
    millisecondsLeft,
  });
  const error = await run.then(() => undefined).catch((reason) => reason);
  return { teamId, error, totals: await readTotals(library.table, teamId) };
};

const NOTHING = { bytes: 0, committed: 0, deleted: 0, active: expect.objectContaining({ all: 0 }) };
const everythingHolds = async () => expect(await checkLibrary(library.ops)).toEqual([]);
const powerCut = () => Promise.reject(new Error('power cut'));

/** The nth call of a step fails; the others do what they do. */
const nth = <Given extends unknown[], Result>(step: (...given: Given) => Promise<Result>, n: number) => {
  let count = 0;
  return (...given: Given): Promise<Result> => {
    count += 1;
    return count === n ? powerCut() : step(...given);
  };
};

describe('the files of a form', () => {
  it('are all stored', async () => {
    const { error, totals } = await call({}, 'one', 'two', 'three');
    expect(error).toBeUndefined();
    expect(totals).toMatchObject({ bytes: 11, committed: 11, active: { all: 3 } });
    await everythingHolds();
  });

  it('leave no tags behind when they find no room, or one of the names is none', async () => {
    const tagsOf = (teamId: string) => dynamoTags(library.table).list(teamId);
    const tagged = async (content: string, ...tagNames: string[]) => {
      const principal = aPrincipal({ teamId: crypto.randomUUID() });
      const input = { parts: form(content), field: 'files', describe: () => ({ tagNames }) };
      const error = await uploadFiles(parts())({ input, principal }).then(
        () => undefined,
        (reason) => reason.code,
      );
      return [error, (await tagsOf(principal.teamId)).map(({ name }) => name)];
    };
    expect(await tagged('x'.repeat(1001), 'One', 'Two')).toEqual(['QUOTA_EXCEEDED', []]);
    expect(await tagged('x', 'One', '***')).toEqual(['VALIDATION', []]);
    expect(await tagged('x', 'One', 'Two')).toEqual([undefined, ['One', 'Two']]);
    await everythingHolds();
  });

  it('are none stored when the quota leaves no room for the last', async () => {
    const { error, totals } = await call({}, 'a'.repeat(500), 'b'.repeat(501));
    expect(error).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(totals).toMatchObject(NOTHING);
    await everythingHolds();
  });

  it('are none stored when S3 fails at the second', async () => {
    const { error, totals } = await call(
      { files: { ...library.files, store: nth(library.files.store, 2) } },
      'one',
      'two',
    );
    expect(error).toMatchObject({ message: 'power cut' });
    expect(totals).toMatchObject(NOTHING);
    await everythingHolds();
  });

  it.each([
    ['before the second is looked into', 1],
    ['before room is reserved for the second', 4],
    ['before the second is stored', 7],
    ['before the second is recorded', 10],
  ])('are none stored when the time runs out %s', async (_, looks) => {
    let left = looks;
    const { error, totals } = await timedCall(() => (left-- > 0 ? 20_000 : 8_000), {}, 'one', 'two', 'three');
    expect(error).toMatchObject({ code: 'TOO_LARGE' });
    expect(totals).toMatchObject(NOTHING);
    await everythingHolds();
  });

  it.each(['open', 'begin', 'complete'] as const)('are none stored when %s of the second fails', async (step) => {
    const uploads = dynamoUploads(library.table);
    const broken = { ...uploads, [step]: nth(uploads[step] as (...given: never[]) => Promise<unknown>, 2) };
    const { error, totals } = await call({ uploads: broken }, 'one', 'two', 'three');
    expect(error?.cause ?? error).toMatchObject({ message: 'power cut' });
    expect(totals).toMatchObject(NOTHING);
    await everythingHolds();
  });

  it('are none stored when the notification of one has made a record before another fails', async () => {
    const { files } = library;
    const notified: UploadFilesDeps['files']['store'] = async (permit, body) => {
      await files.store(permit, body);
      await processUpload(parts())(permit.key);
    };
    const { totals } = await call({ files: { ...files, store: nth(notified, 3) } }, 'one', 'two', 'three');
    expect(totals).toMatchObject(NOTHING);
    await everythingHolds();
  });

  it('become what they are by their notification alone, when the function dies after storing them', async () => {
    const { files } = library;
    const keys: string[] = [];
    const store: UploadFilesDeps['files']['store'] = async (permit, body) => {
      await files.store(permit, body);
      keys.push(permit.key);
    };
    const dying = { ...dynamoUploads(library.table), begin: powerCut, close: powerCut };
    const { teamId } = await call({ files: { ...files, store }, uploads: dying }, 'one', 'two');
    for (const key of keys) await processUpload(parts())(key);
    expect(await readTotals(library.table, teamId)).toMatchObject({ bytes: 6, committed: 6, active: { all: 2 } });
    await everythingHolds();
  });

  it('leave no tags behind when their sender was removed before the last byte came', async () => {
    const principal = aPrincipal({ teamId: crypto.randomUUID() });
    const removed = () => Promise.reject(new MediaError('UNAUTHORIZED', 'Unauthorized'));
    const input = { parts: form('x'), field: 'files', describe: () => ({ tagNames: ['Late'] }) };
    const uploading = uploadFiles({ ...parts(), expectStill: removed })({ input, principal });
    await expect(uploading).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await dynamoTags(library.table).list(principal.teamId)).toEqual([]);
    expect(await readTotals(library.table, principal.teamId)).toMatchObject(NOTHING);
  });

  /** A file that does not end, and how much of it was read. */
  const endless = () => {
    const state = { read: 0 };
    const pieces = (async function* () {
      for (;;) {
        state.read += 1024;
        yield Buffer.alloc(1024, 'a');
      }
    })();
    return { state, body: Readable.from(pieces) };
  };
  const SMALL_LIMITS = { image: 600, document: 600, video: 600, audio: 600 };

  it.each<[string, string, Partial<UploadFilesDeps['settings']>]>([
    ['what their sender may still store', 'QUOTA_EXCEEDED', { quotaBytes: 1000 }],
    [
      'what one form may hold',
      'TOO_LARGE',
      { quotaBytes: 1e9, formBytes: 1000, limits: { ...SMALL_LIMITS, document: 900 } },
    ],
  ])('are left at the byte that is more than %s', async (_, code, changed) => {
    const { state, body } = endless();
    const { error, totals } = await call({ settings: { ...settings, ...changed } }, 'a'.repeat(500), body);
    expect(error).toMatchObject({ code, fields: [expect.objectContaining({ path: ['files', 1] })] });
    expect(state.read).toBeLessThan(1024 * 1024);
    expect(totals).toMatchObject(NOTHING);
  });

  it('are not received while the disk has no room', async () => {
    const { state, body } = endless();
    const full = diskRoom(async () => ({ bavail: 1, bsize: 1024, blocks: 1024 ** 2 }));
    const { error } = await call({ expectDisk: full, settings: { ...settings, quotaBytes: 1e9 } }, body);
    expect(error).toMatchObject({ code: 'BUSY', retryAfter: 30 });
    expect(state.read).toBeLessThan(1024 * 1024);
  });

  it('are left at the byte over the limit', async () => {
    let read = 0;
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          read += 1024 * 1024;
          yield Buffer.alloc(1024 * 1024, 'a');
        }
      })(),
    );
    const { error } = await call({ settings: { ...settings, quotaBytes: 1e9 } }, endless);
    expect(error).toMatchObject({ code: 'TOO_LARGE', fields: [{ path: ['files', 0] }] });
    expect(read).toBeLessThan(130 * 1024 * 1024);
  });
});

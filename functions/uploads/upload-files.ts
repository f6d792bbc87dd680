import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call } from '../domain/call.ts';
import { type FieldError, MediaError, UnrecordedError } from '../domain/errors.ts';
import { type MediaRecord, originalKey, type ShownMedia, type Visibility } from '../domain/media.ts';
import type { UploadStore } from '../domain/ports.ts';
import type { Principal } from '../domain/principal.ts';
import type { MediaTexts } from '../domain/record-fields.ts';
import { type Quota, quotaOf, type Settings } from '../domain/settings.ts';
import { noRoom, type UploadSession } from '../domain/upload.ts';
import type { Examined, ExamineFile } from '../files/checks/examine-file.ts';
import type { FileStore } from '../files/file-store.ts';
import { noScanner } from '../files/malware/scanner.ts';
import type { Form } from '../http/form.ts';
import type { ObjectStore } from '../library/object-store.ts';
import type { ShowTags } from '../library/tag-store.ts';
import { type PurgeDeps, purgeRecord } from '../lifecycle/purge-record.ts';
import { moveToTrash } from '../media/move-to-trash.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import type { NameTags } from '../tags/name-tags.ts';
import { permitOf } from './create-upload.ts';
import type { InFormPlace } from './form-places.ts';
import { type FormRoom, formRoom } from './form-room.ts';
import type { MayStillBring } from './may-still-bring.ts';
import { newSession } from './new-session.ts';
import { type ProcessUploadDeps, processUpload } from './process-upload.ts';
import { type FormFields, type FormRules, fileFault, type ReceivedFile, receiveFiles } from './receive-files.ts';
import { removeUpload } from './remove-upload.ts';
import { awaitScan, refusedFiles, type ScanDeps, scanAndExamine } from './scan-files.ts';
import { SPOOL_PREFIX } from './spool.ts';

/** What the fields of a form say of its files. */
export interface FileDescription extends Partial<MediaTexts> {
  readonly filename?: string | undefined;
  readonly visibility?: Visibility | undefined;
  readonly tagNames?: readonly string[] | undefined;
}

export interface UploadFiles extends Omit<FormRules, 'hasFields'> {
  readonly parts: Form;
  /** Reads the form's fields, and throws for unknown ones; without it a form may only have files. */
  readonly describe?: ((fields: FormFields) => FileDescription) | undefined;
}

/** The result of examining a file on disk, as recording it needs it. */
export type RecordingDeps = Omit<ProcessUploadDeps, 'examineStored'> & {
  /** A form may take minutes to arrive, in which its sender was removed. */
  readonly mayStillBring: MayStillBring;
};

export interface UploadFilesDeps extends RecordingDeps {
  readonly inFormPlace: InFormPlace;
  readonly examine: ExamineFile;
  readonly uploads: UploadStore;
  readonly due: PurgeDeps['due'];
  readonly versions: PurgeDeps['versions'] & RecordingDeps['versions'];
  readonly objects: ObjectStore;
  readonly files: FileStore;
  readonly settings: Settings;
  readonly nameTags: NameTags;
  /** Bytes of a team that are stored or promised. */
  readonly committed: (teamId: string) => Promise<number>;
  readonly expectDisk: FormRoom['expectDisk'];
  /** Throws unless the sender still holds what they came with, and may still bring files. */
  readonly expectStill: (principal: Principal) => Promise<void>;
  readonly show: ShowTags;
  readonly newId: () => string;
  readonly pause: ScanDeps['pause'];
}

/** A file of a form that passed its checks. */
export interface VerifiedFile extends ReceivedFile, Examined {}

type ConcludeDeps = RecordingDeps & Pick<ScanDeps, 'pause'>;

interface Storing {
  readonly file: VerifiedFile;
  readonly session: UploadSession;
}

/**
 * Stores the files of a form as records: all of them, or none.
 *
 * The files stay on disk until each is verified; only then is quota reserved, and they are stored and recorded by the same
 * steps as an upload by signed request. S3 checks the SHA-256 of the verified bytes, so they need not be read back; its
 * notification finds the upload finished, or finishes it if this function crashes.
 */
export const uploadFiles =
  (deps: UploadFilesDeps) =>
  async ({ input, principal, millisecondsLeft }: Call<UploadFiles>): Promise<readonly ShownMedia[]> => {
    const { parts, describe, ...rules } = input;
    const folder = await mkdtemp(join(tmpdir(), SPOOL_PREFIX));
    try {
      const hasFields = describe !== undefined;
      const room = await formRoom(principal, deps);
      const { files, fields } = await receiveFiles(parts, folder, deps.settings, { ...rules, hasFields, room });
      const { tagNames = [], ...said } = describe?.(fields) ?? {};
      const goOn = withinTime(millisecondsLeft);
      const verified = await deps.inFormPlace(principal, () => verifyAll(files, rules.field, deps, goOn));
      // The form may have taken an hour, and the next steps write.
      await deps.expectStill(principal);
      if (tagNames.length > 0) await expectRoom(verified, principal, deps);
      const tagIds = await deps.nameTags(tagNames, principal.teamId, principal);
      const storing = verified.map((file) => ({
        file,
        session: sessionOf(file, { ...said, tagIds }, principal, deps),
      }));
      return deps.show(await storeAll(storing, rules.field, quotaOf(deps.settings, principal), deps, goOn));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

/** Everything needed to undo the files of a form, once some of them are stored. */
const TAKE_BACK_MILLISECONDS = 9_000;

/** Throws once the remaining time is needed to undo: then nothing of the form remains. */
const withinTime = (millisecondsLeft: (() => number) | undefined) => (): void => {
  if (millisecondsLeft && millisecondsLeft() < TAKE_BACK_MILLISECONDS)
    throw new MediaError('TOO_LARGE', 'The files take longer than one request may; send fewer of them at once');
};

/**
 * Throws if the quota leaves no room, before tags are created for files that are not stored; concurrent calls may still use it
 * up.
 */
const expectRoom = async (
  files: readonly VerifiedFile[],
  principal: Call<unknown>['principal'],
  { settings, committed }: Pick<UploadFilesDeps, 'settings' | 'committed'>,
): Promise<void> => {
  const { bytes: quota } = quotaOf(settings, principal);
  const wanted = files.reduce((sum, { size }) => sum + size, 0);
  if (wanted > quota - (await committed(principal.teamId))) throw noRoom(quota);
};

/** One file after the other: a picture is decoded in memory, and one at a time has to fit. */
export const verifyAll = async (
  received: readonly ReceivedFile[],
  field: string,
  deps: Pick<UploadFilesDeps, 'examine' | 'scanner'>,
  goOn: () => void = () => undefined,
): Promise<readonly VerifiedFile[]> => {
  const verified: VerifiedFile[] = [];
  const faults: FieldError[] = [];
  for (const file of received) {
    goOn();
    const { outcome, metadata } = await scanAndExamine(file, deps);
    if (outcome.outcome === 'ok') verified.push({ ...file, outcome, metadata });
    else faults.push(fileFault(field, file.index, outcome.code, outcome.message));
  }
  if (faults.length > 0) throw refusedFiles(faults);
  return verified;
};

const sessionOf = (
  file: VerifiedFile,
  said: Omit<FileDescription, 'tagNames'> & { tagIds: readonly string[] },
  principal: Call<unknown>['principal'],
  { settings, newId, clock }: UploadFilesDeps,
): UploadSession =>
  newSession({
    file: {
      ...said,
      filename: said.filename ?? file.filename,
      fileSize: file.size,
      mimeType: file.mimeType,
      sha256: file.sha256,
    },
    kind: file.kind,
    principal,
    settings,
    newId,
    now: clock(),
  });

/** Files that are stored at once: storage and table are waited for, and more would only meet at the team's totals. */
const CONCURRENCY = 4;

const storeAll = async (
  storing: readonly Storing[],
  field: string,
  quota: Quota,
  deps: UploadFilesDeps,
  goOn: () => void,
): Promise<readonly MediaRecord[]> => {
  const opened: UploadSession[] = [];
  const each = (work: (one: Storing) => Promise<void>): Promise<void> =>
    forEachConcurrently(CONCURRENCY, storing, async (one) => {
      goOn();
      await work(one);
    });
  try {
    await each(async ({ session }) => {
      opened.push(session);
      await deps.uploads.open(session, quota);
    });
    await each(({ session, file }) => deps.files.store(permitOf(session), createReadStream(file.path)));
    await each((one) => conclude(one, field, deps));
  } catch (error) {
    await Promise.allSettled(opened.map((session) => undo(session, deps)));
    throw error;
  }
  return Promise.all(storing.map(({ session }) => recordOf(session, deps)));
};

const keyOf = ({ teamId, mediaId, id }: UploadSession): string => originalKey(teamId, mediaId, id);

/** Records a file that was verified on disk, by the same steps as when S3 tells of it. */
export const conclude = async ({ session, file }: Storing, field: string, deps: ConcludeDeps): Promise<void> => {
  await awaitScan(keyOf(session), { field, index: file.index }, deps);
  try {
    const notPermitted = !(await deps.mayStillBring(session));
    await processUpload({
      ...deps,
      files: { ...deps.files, read: async () => createReadStream(file.path) },
      // It was scanned before this, on disk or in the bucket.
      scanner: noScanner,
      examineStored: async () => file,
    })(keyOf(session), { notPermitted });
  } catch (error) {
    throw error instanceof MediaError ? error : new UnrecordedError(error);
  }
};

const recordOf = async ({ mediaId }: UploadSession, { media }: UploadFilesDeps): Promise<MediaRecord> => {
  const record = await media.get(mediaId);
  if (!record) throw new MediaError('CONFLICT', 'A file was removed while it was stored');
  return record;
};

/** Takes back one file of a call that failed, whatever became of it meanwhile. What this cannot do, the sweep does. */
const undo = async (session: UploadSession, deps: UploadFilesDeps): Promise<void> => {
  const now = deps.clock();
  const closed =
    (await deps.uploads.close(session, 'deleted', now)) || (await deps.uploads.close(session, 'expired', now));
  if (closed) return removeUpload(session, deps.files);
  await moveToTrash(() => deps.media.get(session.mediaId), deps);
  const deleted = await deps.media.get(session.mediaId);
  if (deleted) await purgeRecord(deleted, deps);
};

import { createReadStream } from 'node:fs';
import type { KeyedWork } from '../domain/call.ts';
import { MediaError, UnrecordedError } from '../domain/errors.ts';
import { type MediaRecord, originalKey } from '../domain/media.ts';
import type { UploadStore } from '../domain/ports.ts';
import type { Quota, Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { Examined } from '../files/checks/examine-file.ts';
import type { FileStore } from '../files/file-store.ts';
import { noScanner } from '../files/malware/scanner.ts';
import type { ObjectStore } from '../library/object-store.ts';
import { type PurgeDeps, purgeRecord } from '../lifecycle/purge-record.ts';
import { moveToTrash } from '../media/move-to-trash.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import { permitOf } from './create-upload.ts';
import type { MayStillBring } from './may-still-bring.ts';
import { type ProcessUploadDeps, processUpload } from './process-upload.ts';
import type { ReceivedFile } from './receive-files.ts';
import { removeUpload } from './remove-upload.ts';
import { awaitScan, type ScanDeps } from './scan-files.ts';

/** The result of examining a file on disk, as recording it needs it. */
export type RecordingDeps = Omit<ProcessUploadDeps, 'examineStored'> & {
  /** A form may take minutes to arrive, in which its sender was removed. */
  readonly mayStillBring: MayStillBring;
};

export interface StoreFilesDeps extends RecordingDeps {
  readonly uploads: UploadStore;
  readonly due: PurgeDeps['due'];
  readonly versions: PurgeDeps['versions'] & RecordingDeps['versions'];
  readonly objects: ObjectStore;
  readonly files: FileStore;
  readonly settings: Settings;
  readonly pause: ScanDeps['pause'];
}

/** A file of a form that passed its checks. */
export interface VerifiedFile extends ReceivedFile, Examined {}

interface Storing {
  readonly file: VerifiedFile;
  readonly session: UploadSession;
}

interface Found extends Storing {
  /** The session is stored: an earlier attempt at the call opened it. */
  readonly isOpen: boolean;
}

interface OneForm {
  readonly field: string;
  readonly quota: Quota;
  readonly keyed: KeyedWork | undefined;
  /** Throws when there is no time left for more. */
  readonly goOn: () => void;
}

/** Files that are stored at once: storage and table are waited for, and more would only meet at the team's totals. */
const CONCURRENCY = 4;

/**
 * Stores the verified files of a form and makes their records, or undoes all of it. Uploads that an earlier attempt opened are
 * continued; where that attempt was undone in part, the rest is undone, and a repeat starts anew.
 */
export const storeFiles = async (
  files: readonly Storing[],
  form: OneForm,
  deps: StoreFilesDeps,
): Promise<readonly MediaRecord[]> => {
  const { field, quota, keyed, goOn } = form;
  const storing = keyed?.isRepeat ? await findOpened(files, deps) : files.map((file) => ({ ...file, isOpen: false }));
  const opened = storing.filter(({ isOpen }) => isOpen).map(({ session }) => session);
  const each = (work: (one: Found) => Promise<void>): Promise<void> =>
    forEachConcurrently(CONCURRENCY, storing, async (one) => {
      goOn();
      await work(one);
    });
  try {
    if (opened.some(isClosed)) {
      throw new MediaError('BUSY', 'An earlier attempt at this call was given up, send it again', { retryAfter: 1 });
    }
    await each(async ({ session, isOpen }) => {
      if (isOpen) return;
      opened.push(session);
      await deps.uploads.open(session, quota);
    });
    await each(async ({ session, file }) => {
      if (session.status !== 'active') await deps.files.store(permitOf(session), createReadStream(file.path));
    });
    await each((one) => conclude(one, field, deps));
    return await Promise.all(storing.map(({ session }) => recordOf(session, deps)));
  } catch (error) {
    await undoAll(opened, keyed, deps);
    throw error;
  }
};

const findOpened = (files: readonly Storing[], { uploads }: StoreFilesDeps): Promise<readonly Found[]> =>
  Promise.all(
    files.map(async ({ file, session }) => {
      const stored = await uploads.get(session.id);
      return { file, session: stored ?? session, isOpen: stored !== undefined };
    }),
  );

const isClosed = ({ status }: UploadSession): boolean => !['pending', 'processing', 'active'].includes(status);

const keyOf = ({ teamId, mediaId, id }: UploadSession): string => originalKey(teamId, mediaId, id);

/** Records a file that was verified on disk, by the same steps as when S3 tells of it. */
export const conclude = async (
  { session, file }: Storing,
  field: string,
  deps: RecordingDeps & Pick<ScanDeps, 'pause'>,
): Promise<void> => {
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

const recordOf = async ({ mediaId }: UploadSession, { media }: StoreFilesDeps): Promise<MediaRecord> => {
  const record = await media.get(mediaId);
  if (!record) throw new MediaError('CONFLICT', 'A file was removed while it was stored');
  return record;
};

/** An attempt that another one took over from undoes nothing: the files are that one's. */
const undoAll = async (
  opened: readonly UploadSession[],
  keyed: KeyedWork | undefined,
  deps: StoreFilesDeps,
): Promise<void> => {
  if (keyed && !(await keyed.isHeld().catch(() => false))) return;
  const undone = await Promise.allSettled(opened.map((session) => undo(session, deps)));
  if (undone.every(({ status }) => status === 'fulfilled')) keyed?.undone();
};

/** Takes back one file of a call that failed, whatever became of it meanwhile. What this cannot do, the sweep does. */
const undo = async (session: UploadSession, deps: StoreFilesDeps): Promise<void> => {
  const now = deps.clock();
  const closed =
    (await deps.uploads.close(session, 'deleted', now)) || (await deps.uploads.close(session, 'expired', now));
  if (closed) return removeUpload(session, deps.files);
  await moveToTrash(() => deps.media.get(session.mediaId), deps);
  const deleted = await deps.media.get(session.mediaId);
  if (deleted) await purgeRecord(deleted, deps);
};

import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FormPart } from '../api/form.ts';
import type { Call } from '../api/route.ts';
import { type FieldError, MediaError } from '../domain/errors.ts';
import { type MediaRecord, originalKey } from '../domain/media.ts';
import type { UploadStore } from '../domain/ports.ts';
import { quotaOf, type Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';
import { purgeTime } from '../media/delete-media.ts';
import type { ProcessingOutcome } from '../processing/outcome.ts';
import { type ProcessUploadDeps, processUpload } from '../processing/process-upload.ts';
import type { FileStore } from '../stores/file-store.ts';
import { type PurgeDeps, purgeRecord } from '../trash/purge-record.ts';
import { permitOf } from './create-upload.ts';
import { newSession } from './new-session.ts';
import { fileFault, type ReceivedFile, receiveFiles } from './receive-files.ts';

export interface UploadFiles {
  readonly parts: AsyncIterable<FormPart>;
}

export interface UploadFilesDeps extends ProcessUploadDeps {
  readonly uploads: UploadStore;
  readonly due: PurgeDeps['due'];
  readonly files: FileStore;
  readonly settings: Settings;
  readonly newId: () => string;
}

interface VerifiedFile extends ReceivedFile {
  readonly outcome: ProcessingOutcome;
}

interface Storing {
  readonly file: VerifiedFile;
  readonly session: UploadSession;
}

/**
 * Stores the files of a form as records: all of them, or none.
 *
 * The files lie on disk until each is verified; only then is room reserved, stored and recorded, by the same steps as
 * an upload by signed request. S3 checks the SHA-256 of what was verified, so nothing has to be read back; its
 * notification finds the upload finished, or finishes it should this function die half way.
 */
export const uploadFiles =
  (deps: UploadFilesDeps) =>
  async ({ input, principal }: Call<UploadFiles>): Promise<readonly MediaRecord[]> => {
    const folder = await mkdtemp(join(tmpdir(), 'upload-'));
    try {
      const received = await receiveFiles(input.parts, folder, deps.settings);
      const verified = await verifyAll(received, deps);
      const storing = verified.map((file) => ({ file, session: sessionOf(file, principal, deps) }));
      return await storeAll(storing, quotaOf(deps.settings, principal), deps);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

/** One file after the other: a picture is decoded in memory, and one at a time has to fit. */
const verifyAll = async (
  received: readonly ReceivedFile[],
  { processFile }: UploadFilesDeps,
): Promise<readonly VerifiedFile[]> => {
  const verified: VerifiedFile[] = [];
  const faults: FieldError[] = [];
  for (const file of received) {
    const { path, mimeType, size, sha256, index } = file;
    const outcome = await processFile({ body: createReadStream(path), declared: { mimeType, size, sha256 } });
    if (outcome.outcome === 'ok') verified.push({ ...file, outcome });
    else faults.push(fileFault(index, outcome.code, outcome.message));
  }
  if (faults.length > 0) {
    throw new MediaError('FILE_REFUSED', 'Files were refused, and none was stored', { fields: faults });
  }
  return verified;
};

const sessionOf = (
  file: VerifiedFile,
  principal: Call<unknown>['principal'],
  { settings, newId, clock }: UploadFilesDeps,
): UploadSession =>
  newSession({
    file: { filename: file.filename, fileSize: file.size, mimeType: file.mimeType, sha256: file.sha256 },
    kind: file.kind,
    principal,
    settings,
    newId,
    now: clock(),
  });

const storeAll = async (
  storing: readonly Storing[],
  quotaBytes: number,
  deps: UploadFilesDeps,
): Promise<readonly MediaRecord[]> => {
  const opened: UploadSession[] = [];
  try {
    for (const { session } of storing) {
      opened.push(session);
      await deps.uploads.open(session, quotaBytes);
    }
    for (const { session, file } of storing) await deps.files.store(permitOf(session), createReadStream(file.path));
    for (const each of storing) await conclude(each, deps);
  } catch (error) {
    await Promise.allSettled(opened.map((session) => undo(session, deps)));
    throw error;
  }
  return Promise.all(storing.map(({ session }) => recordOf(session, deps)));
};

const keyOf = ({ teamId, mediaId, id }: UploadSession): string => originalKey(teamId, mediaId, id);

const conclude = ({ session, file }: Storing, deps: UploadFilesDeps): Promise<void> =>
  processUpload({
    ...deps,
    files: { ...deps.files, read: async () => createReadStream(file.path) },
    processFile: async () => file.outcome,
  })(keyOf(session));

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
  if (closed) return deps.files.remove(keyOf(session));
  const record = await deps.media.get(session.mediaId);
  if (!record) return;
  await deps.media.softDelete(record, now.toISOString(), purgeTime(now, deps.settings.retentionDays));
  const deleted = await deps.media.get(session.mediaId);
  if (deleted) await purgeRecord(deleted, deps);
};

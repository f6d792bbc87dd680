import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call } from '../domain/call.ts';
import { MediaError, noFiles, notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore, UploadStore } from '../domain/ports.ts';
import { type Quota, quotaOf, type Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { ExamineFile } from '../files/checks/examine-file.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Form } from '../http/form.ts';
import { findMedia } from '../media/find-media.ts';
import { admitVersion } from './admit-upload.ts';
import { permitOf } from './create-upload.ts';
import type { InFormPlace } from './form-places.ts';
import { type FormRoomDeps, formRoom } from './form-room.ts';
import { newSession } from './new-session.ts';
import { receiveFiles } from './receive-files.ts';
import { removeUpload } from './remove-upload.ts';
import type { ScanDeps } from './scan-files.ts';
import { SPOOL_PREFIX } from './spool.ts';
import { conclude, type RecordingDeps, type VerifiedFile } from './store-files.ts';
import { verifyAll } from './upload-files.ts';

export interface ReplaceFile {
  readonly id: string;
  readonly parts: Form;
  /** The field of the form that holds the file. */
  readonly field: string;
}

export interface ReplaceFileDeps extends RecordingDeps, Pick<FormRoomDeps, 'committed' | 'expectDisk'> {
  readonly inFormPlace: InFormPlace;
  readonly examine: ExamineFile;
  readonly versions: RecordingDeps['versions'] & Parameters<typeof admitVersion>[1];
  readonly uploads: UploadStore;
  readonly media: MediaStore;
  readonly files: FileStore;
  readonly settings: Settings;
  readonly newId: () => string;
  readonly pause: ScanDeps['pause'];
}

/**
 * Gives a record another file, under a new key, verified like any upload. A separate upload session reserves the quota; S3's
 * notification finishes it if this function crashes, and its end is the one transaction that changes the record. Of two
 * concurrent calls one succeeds; the other is a `CONFLICT` and leaves nothing.
 */
export const replaceFile =
  (deps: ReplaceFileDeps) =>
  async ({ input, principal }: Call<ReplaceFile>): Promise<MediaRecord> => {
    const { id, parts, field } = input;
    const record = await findMedia(deps.media, principal, id);
    await admitVersion(record, deps.versions);
    const folder = await mkdtemp(join(tmpdir(), SPOOL_PREFIX));
    try {
      const rules = { field, mostFiles: 1, hasFields: false, room: await formRoom(principal, deps) };
      const { files } = await receiveFiles(parts, folder, deps.settings, rules);
      const [file] = await deps.inFormPlace(principal, () => verifyAll(files, field, deps));
      if (!file) throw noFiles(field);
      const session = sessionOf(record, file, principal, deps);
      return await store(session, { file, field }, quotaOf(deps.settings, principal), deps);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

const sessionOf = (
  replaced: MediaRecord,
  { filename, size, mimeType, sha256, kind }: VerifiedFile,
  principal: Call<unknown>['principal'],
  { settings, newId, clock }: ReplaceFileDeps,
): UploadSession => {
  const file = { filename, fileSize: size, mimeType, sha256 };
  return newSession({ file, kind, principal, settings, newId, now: clock(), replaced });
};

const store = async (
  session: UploadSession,
  { file, field }: { readonly file: VerifiedFile; readonly field: string },
  quota: Quota,
  deps: ReplaceFileDeps,
): Promise<MediaRecord> => {
  try {
    await deps.uploads.open(session, quota);
    await deps.files.store(permitOf(session), createReadStream(file.path));
    await conclude({ session, file }, field, deps);
  } catch (error) {
    if (await giveUp(session, deps).catch(() => true)) throw error;
  }
  const current = await deps.media.get(session.mediaId);
  if (current?.state !== 'active') throw notFound();
  if (current.fileVersion !== session.id) throw new MediaError('CONFLICT', 'The file was changed meanwhile');
  return current;
};

/** False when the file replaced the former one all the same. The sweep removes the rest. */
const giveUp = async (session: UploadSession, { uploads, files, clock }: ReplaceFileDeps): Promise<boolean> => {
  if (await uploads.close(session, 'expired', clock())) {
    await removeUpload(session, files);
    return true;
  }
  return (await uploads.get(session.id))?.status !== 'active';
};

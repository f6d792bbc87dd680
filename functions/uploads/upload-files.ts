import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Call, idsOf } from '../domain/call.ts';
import { type FieldError, MediaError } from '../domain/errors.ts';
import type { ShownMedia, Visibility } from '../domain/media.ts';
import type { Principal } from '../domain/principal.ts';
import type { MediaTexts } from '../domain/record-fields.ts';
import { quotaOf } from '../domain/settings.ts';
import { noRoom, type UploadSession } from '../domain/upload.ts';
import type { ExamineFile } from '../files/checks/examine-file.ts';
import type { Form } from '../http/form.ts';
import type { ShowTags } from '../library/tag-store.ts';
import type { NameTags } from '../tags/name-tags.ts';
import type { InFormPlace } from './form-places.ts';
import { type FormRoom, formRoom } from './form-room.ts';
import { newSession } from './new-session.ts';
import { type FormFields, type FormRules, fileFault, type ReceivedFile, receiveFiles } from './receive-files.ts';
import { refusedFiles, scanAndExamine } from './scan-files.ts';
import { SPOOL_PREFIX } from './spool.ts';
import { type StoreFilesDeps, storeFiles, type VerifiedFile } from './store-files.ts';

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

export interface UploadFilesDeps extends StoreFilesDeps {
  readonly inFormPlace: InFormPlace;
  readonly examine: ExamineFile;
  readonly nameTags: NameTags;
  /** Bytes of a team that are stored or promised. */
  readonly committed: (teamId: string) => Promise<number>;
  readonly expectDisk: FormRoom['expectDisk'];
  /** Throws unless the sender still holds what they came with, and may still bring files. */
  readonly expectStill: (principal: Principal) => Promise<void>;
  readonly show: ShowTags;
  readonly newId: () => string;
}

/**
 * Stores the files of a form as records: all of them, or none.
 *
 * The files stay on disk until each is verified; only then is quota reserved, and they are stored and recorded by the same
 * steps as an upload by signed request. S3 checks the SHA-256 of the verified bytes, so they need not be read back; its
 * notification finds the upload finished, or finishes it if this function crashes. A repeat with the same key finds these uploads
 * by their ids, and goes on where they are.
 */
export const uploadFiles =
  (deps: UploadFilesDeps) =>
  async ({ input, principal, millisecondsLeft, keyed }: Call<UploadFiles>): Promise<readonly ShownMedia[]> => {
    const { parts, describe, ...rules } = input;
    const folder = await mkdtemp(join(tmpdir(), SPOOL_PREFIX));
    try {
      const hasFields = describe !== undefined;
      // What an earlier attempt took of the quota is this call's own.
      const committed = keyed?.isRepeat ? async () => 0 : deps.committed;
      const room = await formRoom(principal, { ...deps, committed });
      const { files, fields } = await receiveFiles(parts, folder, deps.settings, { ...rules, hasFields, room });
      const { tagNames = [], ...said } = describe?.(fields) ?? {};
      const goOn = withinTime(millisecondsLeft);
      const verified = await deps.inFormPlace(principal, () => verifyAll(files, rules.field, deps, goOn));
      // The form may have taken an hour, and the next steps write.
      await deps.expectStill(principal);
      if (tagNames.length > 0) await expectRoom(verified, principal, { ...deps, committed });
      const tagIds = await deps.nameTags(tagNames, principal.teamId, principal);
      const withIds = { ...deps, newId: idsOf({ keyed }, deps.newId) };
      const storing = verified.map((file) => ({
        file,
        session: sessionOf(file, { ...said, tagIds }, principal, withIds),
      }));
      const { field } = rules;
      return deps.show(
        await storeFiles(storing, { field, quota: quotaOf(deps.settings, principal), keyed, goOn }, deps),
      );
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

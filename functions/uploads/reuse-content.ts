import type { FileMetadata } from '../domain/file-metadata.ts';
import { type MediaRecord, type ObjectRef, objectRefOf, originalKey } from '../domain/media.ts';
import { fileOf, type MediaFile } from '../domain/media-file.ts';
import type { MediaStore } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { FileStore } from '../files/file-store.ts';
import type { MetadataStore } from '../library/metadata-store.ts';
import { type FillSessionDeps, fillSession } from '../media/fill-texts.ts';
import { purgeTime } from '../media/move-to-trash.ts';
import type { TextStore } from '../text/text-store.ts';
import { newRecord } from './new-record.ts';
import type { Reuse, ReuseStore } from './reuse-store.ts';

export interface ReuseContentDeps extends FillSessionDeps {
  readonly media: Pick<MediaStore, 'get'>;
  readonly files: Pick<FileStore, 'head'>;
  readonly metadata: Pick<MetadataStore, 'get'>;
  readonly texts: Pick<TextStore, 'wordsOf'>;
  readonly reuse: ReuseStore;
  readonly settings: Pick<Settings, 'fillFromMetadata' | 'retentionDays'>;
  /** What is done for a file whose words search does not have yet. */
  readonly recorded?: (session: UploadSession, place: ObjectRef) => Promise<void>;
}

/** An upload that finished at once, and the record whose content it reused. */
export interface Reused {
  readonly session: UploadSession;
  readonly duplicateOf: string;
}

/**
 * Lets an upload reuse the content of one of the team's records, without sending a byte: both then share one object.
 * `candidates` are records of the team with the declared SHA-256, which was computed from their bytes at verification and does
 * not come from a client. Size and type must be the declared ones. Undefined when none of them fits; then the bytes must be
 * sent.
 */
export const reuseContent =
  (deps: ReuseContentDeps) =>
  async (
    upload: UploadSession,
    candidates: readonly string[],
    replaced: MediaRecord | undefined,
    now: Date,
    mostRecords: number,
  ): Promise<Reused | undefined> => {
    for (const id of candidates) {
      // The record's own content would become another version of the same.
      if (id === replaced?.id) continue;
      const source = await deps.media.get(id);
      const place = source && (await placeFor(upload, source, deps));
      if (!place) continue;
      const session: UploadSession = { ...upload, status: 'active', multipart: null };
      const [known, words] = await Promise.all([deps.metadata.get(source), deps.texts.wordsOf(source)]);
      // Metadata of older rules is not copied as if these had read it: it is read again on request.
      const reuse = { session, source, place, metadata: known?.isCurrent ? known.metadata : undefined, words };
      if (!(await take(reuse, replaced, { known: known?.metadata, now, mostRecords }, deps))) continue;
      if (words === undefined) await deps.recorded?.(session, place);
      return { session, duplicateOf: source.id };
    }
    return undefined;
  };

/** The location of a record's content, if it is the declared one and exists. */
const placeFor = async (
  { teamId, sha256, fileSize, mimeType }: UploadSession,
  source: MediaRecord,
  { files }: ReuseContentDeps,
): Promise<ObjectRef | undefined> => {
  const place = objectRefOf(source);
  const isDeclared =
    source.teamId === teamId &&
    source.state === 'active' &&
    source.checksum === sha256 &&
    !source.checksumAlgorithm &&
    source.fileSize === fileSize &&
    source.mimeType === mimeType;
  if (!place || !isDeclared) return undefined;
  const object = await files.head(originalKey(teamId, place.mediaId, place.fileVersion));
  // An object from before headers were checked may have some; then its bytes must be sent again.
  return object?.size === fileSize && !object.carries?.length ? place : undefined;
};

const take = async (
  reuse: Reuse,
  replaced: MediaRecord | undefined,
  {
    known,
    now,
    mostRecords,
  }: { readonly known: FileMetadata | undefined; readonly now: Date; readonly mostRecords: number },
  deps: ReuseContentDeps,
): Promise<boolean> => {
  const { session } = reuse;
  const [at, file] = [now.toISOString(), fileFrom(reuse, now)];
  if (replaced) return deps.reuse.replace(reuse, replaced, file, at, purgeTime(now, deps.settings.retentionDays));
  return deps.reuse.create(reuse, newRecord(await fillSession(session, known, deps), file, at), mostRecords);
};

/** The file of the source under the announced name, without the choices that people made for the source. */
const fileFrom = ({ session, source, place, words }: Reuse, now: Date): MediaFile => {
  const { textAt: _, ...file } = fileOf(source);
  return {
    ...file,
    kind: session.kind,
    filename: session.filename,
    fileVersion: session.id,
    storedAs: place,
    focalX: null,
    focalY: null,
    ...(words === undefined ? {} : { textAt: now.toISOString() }),
  };
};

import type { FileMetadata } from '../domain/file-metadata.ts';
import {
  type FileRef,
  inboxKey,
  originalKey,
  parseInboxKey,
  parseOriginalKey,
  type RenditionName,
  renditionKey,
} from '../domain/media.ts';
import type { MediaFile } from '../domain/media-file.ts';
import { mostBytesOf } from '../domain/parts.ts';
import type { Clock, MediaStore, StoredObject, UploadStore } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { Examined, ExamineStored } from '../files/checks/examine-file.ts';
import { carriesHeaders, forbidden, type ProcessingOutcome, type Refusal } from '../files/checks/outcome.ts';
import type { FileStore } from '../files/file-store.ts';
import type { MalwareScanner } from '../files/malware/scanner.ts';
import { refusalOf } from '../files/malware/verdict-refusal.ts';
import type { ObjectStore } from '../library/object-store.ts';
import { type FillSessionDeps, fillSession } from '../media/fill-texts.ts';
import { type IsHeldDeps, isHeld } from '../media/is-held.ts';
import { trashRecordsOfLostObject } from '../media/trash-records-of-lost-object.ts';
import { concludeReplacement } from './conclude-replacement.ts';
import { newRecord } from './new-record.ts';
import { removeUpload } from './remove-upload.ts';

export interface ProcessUploadDeps {
  readonly uploads: Pick<UploadStore, 'get' | 'settleSize' | 'begin' | 'complete' | 'replace' | 'refuse' | 'close'>;
  readonly media: Pick<MediaStore, 'get' | 'softDelete'>;
  readonly objects: Pick<ObjectStore, 'holders' | 'isShared'>;
  readonly versions: IsHeldDeps['versions'];
  readonly files: Pick<FileStore, 'head' | 'read' | 'write' | 'copyOnce' | 'remove'>;
  readonly examineStored: ExamineStored;
  readonly scanner: MalwareScanner;
  /** What is done for a file that became a record's; may be called again for the same. */
  readonly recorded?: (session: UploadSession) => Promise<void>;
  readonly fillTags: FillSessionDeps['fillTags'];
  readonly settings: Pick<Settings, 'retentionDays' | 'fillFromMetadata'>;
  readonly clock: Clock;
}

/** The facts of the message. */
export interface Hint {
  /** The verdict of a malware scanner on the object. */
  readonly reported?: string | undefined;
  /** The person or key that announced the file was not permitted any more when it arrived. */
  readonly notPermitted?: boolean | undefined;
}

type Verified = Extract<ProcessingOutcome, { outcome: 'ok' }>;

/**
 * Brings the library in step with one object of `originals/`. What S3 said happened is only a hint: the object and the
 * upload session say what is to be done, so an event may come late, twice, out of order or about nothing.
 */
export const processUpload =
  (deps: ProcessUploadDeps) =>
  async (key: string, hint: Hint = {}): Promise<void> => {
    const arrived = parseInboxKey(key);
    if (arrived) return takeOver(arrived, deps);
    const place = parseOriginalKey(key);
    if (!place) return;
    const [session, object] = await Promise.all([deps.uploads.get(place.fileVersion), deps.files.head(key)]);
    if (!object) return trashRecordsOfLostObject(place, deps);
    // An object without a session has no owner; the sweep removes it once it is old enough to be sure.
    if (!session || session.teamId !== place.teamId || session.mediaId !== place.mediaId) return;
    if (session.status === 'pending' || session.status === 'processing')
      return verify(session, { object, ...hint }, deps);
    // Its signature outlived the record: the bytes came a second time, after the first were removed.
    if (session.status === 'active' && !(await isHeld(place, place.teamId, deps))) return deps.files.remove(key);
    return settle(session, deps);
  };

/**
 * A form is stored in the inbox. The first one that is copied becomes the original, whose event starts this function again;
 * later objects of the same form are removed.
 */
const takeOver = async (place: FileRef, { uploads, files }: ProcessUploadDeps): Promise<void> => {
  const session = await uploads.get(place.fileVersion);
  if (!session || session.teamId !== place.teamId || session.mediaId !== place.mediaId) return;
  const key = inboxKey(place.teamId, place.mediaId, place.fileVersion);
  if (session.status === 'pending' || session.status === 'processing') {
    await files.copyOnce(key, originalKey(place.teamId, place.mediaId, place.fileVersion), session.mimeType);
  }
  await files.remove(key);
};

const verify = async (announced: UploadSession, stored: Stored, deps: ProcessUploadDeps): Promise<void> => {
  const key = originalKey(announced.teamId, announced.mediaId, announced.id);
  const measuredSession = (await measured(announced, stored.object, deps)) ?? announced;
  const session: UploadSession = { ...measuredSession, status: 'processing' };
  if (await deps.uploads.begin(session)) {
    const examined = await examine(session, stored, deps);
    // Gone: the sweep expires the session, unless its bytes are sent again before. Waiting: the scanner's message, or
    // the sweep, queues it again.
    if (!examined) return;
    const status = await conclude(session, examined, deps);
    // Removed meanwhile: that event found no record yet, and is not repeated.
    if (!(await deps.files.head(key)))
      await trashRecordsOfLostObject({ mediaId: session.mediaId, fileVersion: session.id }, deps);
    if (status) return settle({ ...session, status }, deps);
  }
  const current = await deps.uploads.get(session.id);
  if (current) await settle(current, deps);
};

/** The session with the real size, if it was open. A larger size than allowed stays, to be refused. */
const measured = (
  session: UploadSession,
  { size }: StoredObject,
  { uploads }: ProcessUploadDeps,
): Promise<UploadSession | undefined> | undefined =>
  session.sizeOpen && size <= mostBytesOf(session) ? uploads.settleSize(session, size) : undefined;

interface Stored extends Hint {
  readonly object: StoredObject;
}

const MOST_HEADERS_NAMED = 5;

/** Headers that S3 would send with the verified bytes: an encoding changes the content for clients. */
const headersBeyond = ({ mimeType }: UploadSession, { contentType, carries = [] }: StoredObject): readonly string[] =>
  (contentType === mimeType ? carries : ['content-type', ...carries]).slice(0, MOST_HEADERS_NAMED);

/** Scans a file, and decodes it only after that. Undefined when it is gone, or its scan has not ended. */
const examine = async (
  session: UploadSession,
  stored: Stored,
  { files, scanner, examineStored }: ProcessUploadDeps,
): Promise<Examined | undefined> => {
  const { object, reported, notPermitted } = stored;
  // A file that was uploaded with permission is refused when its uploader has lost that permission.
  if (notPermitted) return refused(forbidden());
  const { key } = object;
  const unasked = headersBeyond(session, object);
  if (unasked.length > 0) return refused(carriesHeaders(unasked));
  const verdict = await scanner.scan({ key, reported, read: () => files.read(key) });
  if (verdict === 'waiting') return undefined;
  const refusal = refusalOf(verdict);
  if (refusal) return refused(refusal);
  const { size, checksum } = object;
  const declared = { mimeType: session.mimeType, size: session.fileSize, sha256: session.sha256 };
  return examineStored({ key, size, checksum }, declared);
};

const refused = (outcome: Refusal): Examined => ({ outcome, metadata: undefined });

/** Answers what the session ended as; undefined where another call was first, and its end has to be read. */
const conclude = async (
  session: UploadSession,
  { outcome, metadata }: Examined,
  deps: ProcessUploadDeps,
): Promise<UploadSession['status'] | undefined> => {
  const now = deps.clock();
  if (outcome.outcome !== 'ok') {
    const { code, message } = outcome;
    const isRefused = await deps.uploads.refuse(session, { status: outcome.outcome, code, message }, now);
    return isRefused ? outcome.outcome : undefined;
  }
  // Renditions first: a record never names a missing one. Their keys and bytes depend only on the original.
  await Promise.all(
    outcome.renditions.map(({ name, bytes }) =>
      deps.files.write(renditionKey(session.teamId, session.mediaId, session.id, name), bytes, 'image/webp'),
    ),
  );
  const file = fileOf(session, outcome, metadata);
  if (session.replaces) {
    await concludeReplacement(session, session.replaces, file, deps);
    return undefined;
  }
  const record = newRecord(await fillSession(session, metadata, deps), file, now.toISOString());
  return (await deps.uploads.complete(session, record, now.toISOString(), metadata)) ? 'active' : undefined;
};

/** An ended session: recorded files continue, bytes without an owner (refused, cancelled, too late) are removed. */
const settle = async (session: UploadSession, { files, recorded }: ProcessUploadDeps): Promise<void> => {
  if (session.status === 'active') await recorded?.(session);
  if (session.status === 'rejected' || session.status === 'expired' || session.status === 'deleted') {
    await removeUpload(session, files);
  }
};

const fileOf = (
  session: UploadSession,
  { facts, renditions, large }: Verified,
  metadata: FileMetadata | undefined,
): MediaFile => {
  const sizes = new Map<RenditionName, { width: number; height: number }>(
    renditions.map(({ name, width, height }) => [name, { width, height }]),
  );
  if (large) sizes.set('large', large);
  return {
    kind: session.kind,
    filename: session.filename,
    fileSize: facts.size,
    mimeType: session.mimeType,
    externalUrl: null,
    fileVersion: session.id,
    width: facts.width ?? metadata?.video?.width ?? null,
    height: facts.height ?? metadata?.video?.height ?? null,
    duration: facts.duration ?? metadata?.container?.duration ?? null,
    orientation: facts.orientation,
    frames: facts.frames,
    pages: metadata?.document?.pages ?? null,
    warnings: facts.warnings ?? [],
    checksum: facts.checksum,
    checksumAlgorithm: facts.checksumAlgorithm ?? null,
    thumbhash: facts.thumbhash,
    dominantColor: facts.dominantColor,
    focalX: null,
    focalY: null,
    renditions: Object.fromEntries(sizes),
  };
};

import type { MediaTexts } from './record-fields.ts';

export const MEDIA_KINDS = ['image', 'video', 'audio', 'document'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** `purging` is the point of no return: files are being removed, a restore is refused. */
export type MediaState = 'active' | 'deleted' | 'purging';

/** `private` needs credentials, `shared` opens to every holder of the unguessable id, `public` may be cached and listed. */
export const VISIBILITIES = ['private', 'shared', 'public'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** Boxes in pixels that renditions fit in; a picture is never enlarged. */
export const RENDITION_BOX = { small: 160, medium: 480, large: 1280 } as const;
export type RenditionName = keyof typeof RENDITION_BOX;
export const RENDITION_NAMES = Object.keys(RENDITION_BOX) as readonly RenditionName[];

/**
 * What verification found in a file that it accepts, and that a person may want to know before opening it: code that runs,
 * programs that are started, files inside, what is fetched from elsewhere, and encryption, behind which nothing was seen; and
 * that the marker of a JPEG's end is missing, without which some programs refuse it.
 */
export const WARNINGS = [
  'MACROS',
  'SCRIPT',
  'LAUNCH',
  'OPEN_ACTION',
  'EMBEDDED_FILES',
  'REMOTE_CONTENT',
  'ENCRYPTED',
  'NO_END',
] as const;
export type Warning = (typeof WARNINGS)[number];

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

export interface TagReference {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** Where the object of a file lies: below the record and the version that brought it. */
export interface ObjectRef {
  readonly mediaId: string;
  readonly fileVersion: string;
}

/** One file of a team's library, as all dialects translate it. Sizes in bytes, lengths in pixels, times in ISO 8601 (UTC). */
export interface MediaRecord extends MediaTexts {
  readonly id: string;
  /** The number that one API knows the record by, the same as long as the record lives; allotted where it is stored. */
  readonly alias?: number;
  readonly teamId: string;
  readonly userId: string;
  readonly state: MediaState;
  readonly kind: MediaKind;
  readonly filename: string;
  readonly fileSize: number;
  readonly mimeType: string;
  /** Set for a record that names a file elsewhere; such a file is never fetched. */
  readonly externalUrl: string | null;
  /** The upload session that brought the current file; null for an external file, and where the file was removed. */
  readonly fileVersion: string | null;
  /** Where the object lies, for a file that another record brought; null or absent where it is the record's own. */
  readonly storedAs?: ObjectRef | null;
  readonly width: number | null;
  readonly height: number | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly orientation: number | null;
  readonly frames: number | null;
  /** Of a PDF; records that are older than this field lack it. */
  readonly pages?: number | null;
  readonly visibility: Visibility;
  /** Absent when there are none. */
  readonly warnings?: readonly Warning[];
  /** SHA-256 of the bytes, base64, unless `checksumAlgorithm` names another. */
  readonly checksum: string | null;
  /** Null or absent where it is SHA-256. */
  readonly checksumAlgorithm?: StoredChecksum | null;
  readonly thumbhash: string | null;
  /** `#rrggbb`. */
  readonly dominantColor: string | null;
  /** The point that crops keep, as fractions of width and height. */
  readonly focalX: number | null;
  readonly focalY: number | null;
  /** The name in the stable address, where it is not `filename`: that of the first file, which others took the place of. */
  readonly addressName?: string;
  /** Tags in the order in which they were put on; one that was removed from the team may still stand here for a while. */
  readonly tagIds: readonly string[];
  readonly renditions: Readonly<Partial<Record<RenditionName, PixelSize>>>;
  /** Counts every change of the record. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  /** When search last got words of the file's text; absent where it never did. */
  readonly textAt?: string;
}

/** How S3 keeps the content of a file that is too large to be read at one go: a CRC of all of it, or a digest of its parts' digests. */
export const STORED_CHECKSUMS = ['CRC64NVME', 'SHA256_COMPOSITE'] as const;
export type StoredChecksum = (typeof STORED_CHECKSUMS)[number];

/** A record as people see it: with the names of its tags as they are now. */
export interface ShownMedia extends MediaRecord {
  readonly tags: readonly TagReference[];
}

/** A record that has just been made and carries no tag. */
export const untagged = (record: MediaRecord): ShownMedia => ({ ...record, tags: [] });

/** The kind that a media type belongs to; what is neither picture nor sound nor film is a document. */
export const kindOf = (mimeType: string): MediaKind => {
  const family = mimeType.split('/', 1)[0];
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document';
};

/**
 * The last part of a stable address: the file name without what a path would read as structure. API Gateway decodes a path
 * before it matches it, and cuts it at a question mark, so that to encode one is not enough.
 */
export const addressName = (filename: string): string => encodeURIComponent(filename.replace(/[/\\?]/g, '_'));

/** The stable address of a record's file. It never expires; each request checks visibility anew. */
export const stableAddress = (publicUrl: string, media: Pick<MediaRecord, 'id' | 'filename' | 'addressName'>): string =>
  `${publicUrl}/m/${media.id}/${addressName(media.addressName ?? media.filename)}`;

/** Where the object of a record's file lies; null for a record that has none here. */
export const objectRefOf = ({
  id,
  fileVersion,
  storedAs,
}: Pick<MediaRecord, 'id' | 'fileVersion' | 'storedAs'>): ObjectRef | null =>
  fileVersion === null ? null : (storedAs ?? { mediaId: id, fileVersion });

/** Whether the file of a record is the object at a place. */
export const isStoredAt = (record: Pick<MediaRecord, 'id' | 'fileVersion' | 'storedAs'>, place: ObjectRef): boolean => {
  const own = objectRefOf(record);
  return own?.mediaId === place.mediaId && own.fileVersion === place.fileVersion;
};

export const originalKey = (teamId: string, mediaId: string, fileVersion: string): string =>
  `originals/${teamId}/${mediaId}/${fileVersion}`;

/**
 * Where a file lies that came as a form, until it is taken over to its original key. S3 takes a form as often as it is sent
 * before its policy expires, so what lies here may be replaced by its sender at any moment; an original never is.
 */
export const inboxKey = (teamId: string, mediaId: string, fileVersion: string): string =>
  `inbox/${teamId}/${mediaId}/${fileVersion}`;

export const renditionPrefix = (teamId: string, mediaId: string, fileVersion: string): string =>
  `renditions/${teamId}/${mediaId}/${fileVersion}/`;

export const renditionKey = (teamId: string, mediaId: string, fileVersion: string, name: RenditionName): string =>
  `${renditionPrefix(teamId, mediaId, fileVersion)}${name}.webp`;

/** What is drawn on request: plain results, those of callers outside of the team, those of members, and pages of documents. */
export type DrawnFor = 'plain' | 'strangers' | 'members' | 'pages';

/** Where what is drawn on request is kept, until it was not drawn anew for a while. */
export const drawnPrefix = (teamId: string, mediaId: string, fileVersion: string, drawnFor: DrawnFor): string =>
  `${renditionPrefix(teamId, mediaId, fileVersion)}t/${drawnFor}/`;

/** Whether a key is that of a result that was drawn on request. */
export const isDrawnOnRequest = (key: string): boolean => /^renditions\/[^/]+\/[^/]+\/[^/]+\/t\//.test(key);

/** Where an extracted text is kept. */
export const textResultKey = (teamId: string, mediaId: string, fileVersion: string, name: string): string =>
  `${renditionPrefix(teamId, mediaId, fileVersion)}text/${name}.json`;

/** What the key of an uploaded file names. */
export interface FileRef {
  readonly teamId: string;
  readonly mediaId: string;
  readonly fileVersion: string;
}

const parseKey = (expected: string, key: string): FileRef | undefined => {
  const [prefix, teamId, mediaId, fileVersion, ...rest] = key.split('/');
  if (prefix !== expected || !teamId || !mediaId || !fileVersion || rest.length > 0) return undefined;
  return { teamId, mediaId, fileVersion };
};

/** The reverse of `originalKey`; undefined for a key that no upload of ours was given. */
export const parseOriginalKey = (key: string): FileRef | undefined => parseKey('originals', key);
/** The reverse of `inboxKey`. */
export const parseInboxKey = (key: string): FileRef | undefined => parseKey('inbox', key);

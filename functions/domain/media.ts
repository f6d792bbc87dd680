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
/** Renditions that are stored before their record; another one is drawn on its first request. */
export const STORED_RENDITIONS: ReadonlySet<RenditionName> = new Set(['small', 'medium']);

/**
 * Features of an accepted file that a person may want to know before opening it: code, started programs, files inside, content
 * that is loaded from other hosts, and encryption, behind which nothing was verified; and a missing end marker of a JPEG,
 * without which some programs refuse it.
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

/** The key of a file's object: below the record and the version that uploaded it. */
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
  /** The upload session of the current file; null for an external file, and after the file was removed. */
  readonly fileVersion: string | null;
  /** The location of the object, for a file that another record uploaded; null or absent for the record's own. */
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
  /** The name in the stable address, if it is not `filename`: that of the first file, which was replaced. */
  readonly addressName?: string;
  /** Tags in the order in which they were set; a tag that was removed from the team may still be here for a while. */
  readonly tagIds: readonly string[];
  readonly renditions: Readonly<Partial<Record<RenditionName, PixelSize>>>;
  /** Counts every change of the record. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  /** When search last got words of the file's text; absent if it never did. */
  readonly textAt?: string;
}

/**
 * The checksum that S3 stores for a file that is too large to be read in one run: a CRC of the whole, or a digest of its parts'
 * digests.
 */
export const STORED_CHECKSUMS = ['CRC64NVME', 'SHA256_COMPOSITE'] as const;
export type StoredChecksum = (typeof STORED_CHECKSUMS)[number];

/** A record as people see it: with the names of its tags as they are now. */
export interface ShownMedia extends MediaRecord {
  readonly tags: readonly TagReference[];
}

/** The address at which a stored rendition opens for some minutes; undefined for one that only the stable address has. */
export type RenditionAddress = (record: MediaRecord, name: RenditionName) => string | undefined;

/** A record that has just been made and carries no tag. */
export const untagged = (record: MediaRecord): ShownMedia => ({ ...record, tags: [] });

/** The kind of a media type; a type that is neither image, audio nor video is a document. */
export const kindOf = (mimeType: string): MediaKind => {
  const family = mimeType.split('/', 1)[0];
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document';
};

/**
 * The last part of a stable address: the file name without characters that a path treats as structure. API Gateway decodes a
 * path before it matches it, and cuts it at a question mark, so encoding one is not enough.
 */
export const addressName = (filename: string): string => encodeURIComponent(filename.replace(/[/\\?]/g, '_'));

/** The stable address of a record's file. It never expires; each request checks visibility anew. */
export const stableAddress = (publicUrl: string, media: Pick<MediaRecord, 'id' | 'filename' | 'addressName'>): string =>
  `${publicUrl}/m/${media.id}/${addressName(media.addressName ?? media.filename)}`;

/** The location of a record's object; null for a record that has none here. */
export const objectRefOf = ({
  id,
  fileVersion,
  storedAs,
}: Pick<MediaRecord, 'id' | 'fileVersion' | 'storedAs'>): ObjectRef | null =>
  fileVersion === null ? null : (storedAs ?? { mediaId: id, fileVersion });

/** Whether the file of a record is stored at this location. */
export const isStoredAt = (record: Pick<MediaRecord, 'id' | 'fileVersion' | 'storedAs'>, place: ObjectRef): boolean => {
  const own = objectRefOf(record);
  return own?.mediaId === place.mediaId && own.fileVersion === place.fileVersion;
};

export const originalKey = (teamId: string, mediaId: string, fileVersion: string): string =>
  `originals/${teamId}/${mediaId}/${fileVersion}`;

/**
 * The key of a file that was sent as a form, until processing copies it to its original key. S3 accepts a form as often as it
 * is sent before its policy expires, so its sender may replace this object at any moment; an original is never replaced.
 */
export const inboxKey = (teamId: string, mediaId: string, fileVersion: string): string =>
  `inbox/${teamId}/${mediaId}/${fileVersion}`;

export const renditionPrefix = (teamId: string, mediaId: string, fileVersion: string): string =>
  `renditions/${teamId}/${mediaId}/${fileVersion}/`;

export const renditionKey = (teamId: string, mediaId: string, fileVersion: string, name: RenditionName): string =>
  `${renditionPrefix(teamId, mediaId, fileVersion)}${name}.webp`;

/**
 * The folders of results drawn on request: plain results, those of callers outside of the team, those of members, and pages of
 * documents.
 */
export type DrawnFor = 'plain' | 'strangers' | 'members' | 'pages';

/** The key of a result drawn on request, until it expires. */
export const drawnPrefix = (teamId: string, mediaId: string, fileVersion: string, drawnFor: DrawnFor): string =>
  `${renditionPrefix(teamId, mediaId, fileVersion)}t/${drawnFor}/`;

/** Whether a key is that of a result drawn on request. */
export const isDrawnOnRequest = (key: string): boolean => /^renditions\/[^/]+\/[^/]+\/[^/]+\/t\//.test(key);

/** The key of an extracted text. */
export const textResultKey = (teamId: string, mediaId: string, fileVersion: string, name: string): string =>
  `${renditionPrefix(teamId, mediaId, fileVersion)}text/${name}.json`;

/** The parts of an uploaded file's key. */
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

/** The reverse of `originalKey`; undefined for a key that is not of that form. */
export const parseOriginalKey = (key: string): FileRef | undefined => parseKey('originals', key);
/** The reverse of `inboxKey`. */
export const parseInboxKey = (key: string): FileRef | undefined => parseKey('inbox', key);

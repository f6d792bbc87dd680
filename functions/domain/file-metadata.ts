import { kindOf } from './media.ts';

/**
 * The version of the rules that read metadata; it is stored with the result. A higher number makes audio and video be read
 * again: 2 measures the duration where a header is wrong. Metadata without a number was read by the first rules.
 */
export const METADATA_RULES = 2;

/** True for a type that is read as sound or film. */
export const isSoundOrFilm = (mimeType: string): boolean =>
  ['audio', 'video'].includes(kindOf(mimeType)) || mimeType === 'application/ogg';

/** True when these rules and the present ones read the same from a file of this type. */
export const isCurrent = (mimeType: string, rules: number | undefined): boolean =>
  !isSoundOrFilm(mimeType) || (rules ?? 1) >= METADATA_RULES;

/**
 * The embedded metadata of a file: read from its bytes, not from the request. A part that its kind does not have, or that could
 * not be read, is null. Lengths in pixels and millimetres, durations in seconds, rates in bits a second.
 */
export interface FileMetadata {
  /** The usual extension of the type, `jpg` for example; stored as null if the bytes show no type of their own. */
  readonly fileType: string | null;
  /** The media type that the bytes show, or else the declared one. */
  readonly contentType: string;
  readonly picture: PictureMetadata | null;
  readonly camera: CameraMetadata | null;
  readonly location: Location | null;
  readonly texts: EmbeddedTexts;
  readonly document: DocumentMetadata | null;
  readonly container: ContainerMetadata | null;
  readonly video: VideoMetadata | null;
  readonly audio: AudioMetadata | null;
  readonly tags: SoundTags | null;
}

export interface PictureMetadata {
  /** In display orientation: `orientation` applied. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
  readonly colorSpace: string;
  /** Bits a channel. */
  readonly depth: number | null;
  readonly alpha: boolean;
  readonly frames: number;
  /** Dots per inch. */
  readonly density: number | null;
}

export interface CameraMetadata {
  readonly make: string | null;
  readonly model: string | null;
  readonly lens: string | null;
  /** Seconds. */
  readonly exposureTime: number | null;
  /** The number behind f/. */
  readonly aperture: number | null;
  readonly iso: number | null;
  readonly focalLength: number | null;
  /** ISO 8601; without an offset when the camera did not note its zone. */
  readonly takenAt: string | null;
}

/** Degrees, north and east positive; metres above the sea. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number | null;
}

/** Texts that an author wrote into a file: IPTC, XMP, EXIF, a document's properties, a song's tags. */
export interface EmbeddedTexts {
  readonly title: string | null;
  readonly caption: string | null;
  /** The alternative text of the picture. */
  readonly alt: string | null;
  readonly keywords: readonly string[];
  readonly author: string | null;
  readonly copyright: string | null;
}

export interface DocumentMetadata {
  /** Null when the document needs a password to open. */
  readonly pages: number | null;
  readonly encrypted: boolean;
  readonly subject: string | null;
  readonly producer: string | null;
  readonly createdAt: string | null;
}

export interface ContainerMetadata {
  /** `MP4`, `QuickTime`, `WebM`, `MP3` and so on. */
  readonly format: string;
  readonly duration: number | null;
  readonly bitRate: number | null;
}

export interface VideoMetadata {
  readonly codec: string | null;
  /** As RFC 6381 writes it: `avc1.64000b`. */
  readonly codecString: string | null;
  /** In display orientation: `rotation` and the pixel aspect ratio applied. */
  readonly width: number | null;
  readonly height: number | null;
  /** Degrees clockwise. */
  readonly rotation: number;
  /** Frames a second. */
  readonly frameRate: number | null;
  readonly bitRate: number | null;
}

export interface AudioMetadata {
  readonly codec: string | null;
  readonly codecString: string | null;
  /** Samples a second. */
  readonly sampleRate: number | null;
  readonly channels: number | null;
  readonly bitRate: number | null;
}

export interface SoundTags {
  readonly title: string | null;
  readonly artist: string | null;
  readonly album: string | null;
  readonly albumArtist: string | null;
  readonly genre: string | null;
  readonly track: number | null;
  readonly year: number | null;
  readonly comment: string | null;
}

export const NO_TEXTS: EmbeddedTexts = {
  title: null,
  caption: null,
  alt: null,
  keywords: [],
  author: null,
  copyright: null,
};

/** The metadata of a file without any. */
export const bareMetadata = (contentType: string, fileType: string | null = null): FileMetadata => ({
  fileType,
  contentType,
  picture: null,
  camera: null,
  location: null,
  texts: NO_TEXTS,
  document: null,
  container: null,
  video: null,
  audio: null,
  tags: null,
});

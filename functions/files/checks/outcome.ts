import type { FileMetadata } from '../../domain/file-metadata.ts';
import type { PixelSize, RenditionName, StoredChecksum, Warning } from '../../domain/media.ts';
import type { RefusalCode } from '../../domain/upload.ts';
import type { Bound } from '../../sandbox/limits.ts';
import type { ByteSource } from '../../shared/byte-source.ts';

/**
 * Why a file does not become a record. `rejected`: it is not what was announced, and is removed. `failed`: it cannot be read,
 * and stays until it expires. The message is a sentence for its uploader, without paths or messages of libraries.
 */
export interface Refusal {
  readonly outcome: 'rejected' | 'failed';
  readonly code: RefusalCode;
  readonly message: string;
}

/** The facts of a verified file. Fields that its kind does not have are null. */
export interface FileFacts {
  /** SHA-256, base64, unless `checksumAlgorithm` names another. */
  readonly checksum: string;
  readonly checksumAlgorithm?: StoredChecksum;
  /** Bytes. */
  readonly size: number;
  /** Pixels as a person sees the picture: EXIF orientation applied. */
  readonly width: number | null;
  readonly height: number | null;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number | null;
  readonly frames: number | null;
  /** Base64. */
  readonly thumbhash: string | null;
  /** `#rrggbb`; null for a picture that is wholly transparent. */
  readonly dominantColor: string | null;
  /** Seconds. */
  readonly duration: number | null;
  /** Warnings before the file is opened; absent when there are none. */
  readonly warnings?: readonly Warning[];
}

/** One encoded WebP. */
export interface Rendition extends PixelSize {
  readonly name: RenditionName;
  readonly bytes: Buffer;
}

/** The result of a file. `large` is the size that this rendition will have once it is requested. */
export type ProcessingOutcome =
  | {
      readonly outcome: 'ok';
      readonly facts: FileFacts;
      readonly renditions: readonly Rendition[];
      readonly large: PixelSize | null;
      /** The whole file, if it is in memory: further reads need no request to the storage. */
      readonly whole?: ByteSource;
      /** The embedded metadata, if it was read in the same step. */
      readonly metadata?: FileMetadata;
    }
  | Refusal;

export const rejected = (code: RefusalCode, message: string): Refusal => ({ outcome: 'rejected', code, message });

export const forbidden = (): Refusal =>
  rejected('NOT_PERMITTED', 'The person or key that announced this file may not upload any more.');

export const contentMismatch = (mimeType: string): Refusal =>
  rejected('CONTENT_MISMATCH', `The content of the file is not what it was announced as (${mimeType}).`);

export const carriesHeaders = (names: readonly string[]): Refusal =>
  rejected('HEADERS_NOT_ALLOWED', `The file was sent with headers that it may not have: ${names.join(', ')}.`);

export const unsupported = (mimeType: string): Refusal =>
  rejected('UNSUPPORTED', `Files of type ${mimeType} cannot be verified and are not supported.`);

/** Sent in part is the usual reason, and sending again the first thing to try. */
const DAMAGED =
  'cannot be read: the file is damaged or incomplete. If it opens on your computer, upload it again, or save it anew.';

/** A file of the declared type, but truncated or damaged. */
export const damaged = (what: 'picture' | 'document' | 'sound' | 'film'): Refusal => ({
  outcome: 'failed',
  code: 'DECODE_ERROR',
  message: `The ${what} ${DAMAGED}`,
});

export const undecodable = (): Refusal => damaged('picture');

export const encrypted = (): Refusal =>
  rejected(
    'ENCRYPTED',
    'The document is protected by a password, so its content cannot be verified: save it without one.',
  );

const GIVEN_UP: Readonly<Record<Bound, string>> = {
  time: 'decoding it takes too long',
  processor: 'decoding it takes too much processor time',
  memory: 'decoding it takes too much memory',
  crash: 'decoding it ends the decoder',
};

/** A file whose decoder was ended, with the bound that it exceeded. */
export const givenUp = ({ bound }: { readonly bound: Bound }, what: 'picture' | 'document'): Refusal => ({
  outcome: 'failed',
  code: 'DECODE_ERROR',
  message: `The ${what} cannot be read: ${GIVEN_UP[bound]}.`,
});

import type { FileMetadata } from '../../../functions/domain/file-metadata.ts';
import { EXPECTED_METADATA } from '../../fixtures/expected-metadata.ts';
import { fixture } from '../fixtures.ts';

/** A place of a picture, as fractions of its sides, and its colour there in steps of 64. */
export type Spot = readonly [x: number, y: number, colour: readonly [red: number, green: number, blue: number]];

type Said<T> = T extends object ? { readonly [Key in keyof T]?: Said<T[Key]> } : T;

/** What is to become of one file on its way through upload, previews, analysis and extraction of its text. */
export interface ExpectedFile {
  /** Unlike every other; ends as a person's file does. */
  readonly name: string;
  /** As which it is announced. */
  readonly type: string;
  readonly bytes: () => Buffer | Promise<Buffer>;
  readonly becomes: Kept | Refused;
}

export interface Kept {
  readonly status: 'active';
  /** What the record says beside sizes and dates. */
  readonly record: {
    readonly width: number | null;
    readonly height: number | null;
    readonly duration?: number;
    readonly pages?: number;
    readonly warnings?: readonly string[];
  };
  readonly shows: ExpectedShow;
  /** At least this is read of it. */
  readonly metadata: Said<FileMetadata>;
  readonly text: ExpectedText;
}

export interface ExpectedShow {
  /** Of `large`; the other renditions follow from it. */
  readonly size: readonly [width: number, height: number];
  readonly spots?: readonly Spot[];
}

export interface Refused {
  /** Where it ends; `announced` when it is not even accepted for upload. */
  readonly status: 'rejected' | 'failed' | 'announced';
  readonly code: string;
}

/**
 * All of a text, page by page; why there is none; `picture`, of which one page is recognized, whatever that sees in it; or
 * `unasked`: recognition takes a processor for a second, and of pictures without writing a few stand for all.
 */
export type ExpectedText = readonly string[] | { readonly code: string } | 'picture' | 'unasked';

/** What has no text to ask for is answered 415. */
export const NO_TEXT = { code: 'TYPE_NOT_ALLOWED' } as const;

/** Size of a card, which stands for what cannot be drawn, or shows the first lines of a text. */
export const CARD = { size: [960, 1280] } as const;

/** A committed file whose metadata are known to the last field. */
export const described = (path: string, more: Omit<Kept, 'status' | 'metadata'>, type?: string): ExpectedFile => {
  const metadata = EXPECTED_METADATA[path];
  if (!metadata) throw new Error(`nothing is expected of ${path}`);
  return {
    name: path.replace('/', '-'),
    type: type ?? metadata.contentType,
    bytes: () => fixture(path),
    becomes: { status: 'active', metadata, ...more },
  };
};

/** Another file that is kept. */
export const kept = (
  name: string,
  type: string,
  bytes: ExpectedFile['bytes'],
  becomes: Omit<Kept, 'status'>,
): ExpectedFile => ({ name, type, bytes, becomes: { status: 'active', ...becomes } });

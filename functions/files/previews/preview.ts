import type { PixelSize } from '../../domain/media.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import type { CodedColours } from '../formats/coded-colours.ts';

/** Decoders that run outside of the function's thread: their input is untrusted, and an endless loop must be terminated. */
export type RendererName = 'heic' | 'pdf' | 'poster' | 'waveform' | 'text';

/** The requested drawing of a file. */
export interface PreviewJob {
  readonly maker: RendererName;
  readonly mimeType: string;
  /** Pixels: the longest side that is wanted. */
  readonly box: number;
  /** From 1; only a PDF has more than one. */
  readonly page: number;
  /** The colours of a HEIC picture are Display P3, as those of telephones are. */
  readonly displayP3?: boolean;
  /** The colours of a HEIC picture, where its container names others than sRGB. */
  readonly coded?: CodedColours | undefined;
}

/** Decoded pixels: rows from the top, 8 bits a channel, sRGB. */
export interface Picture extends PixelSize {
  readonly data: Uint8Array;
  readonly channels: 3 | 4;
}

/** Why a valid file has no picture. */
export type NoPreviewReason =
  /** A password is needed. */
  | 'encrypted'
  /** The decoder cannot read it. */
  | 'broken'
  /** Reading or decoding it would take more than there is. */
  | 'too-large'
  /** No decoder for it, or no content that can be shown. */
  | 'unsupported'
  /** The document has fewer pages. */
  | 'no-page';

/** The result of a renderer. */
export type PreviewResult =
  | { readonly kind: 'picture'; readonly picture: Picture }
  /** Loudness from the start to the end, 0 to 1. */
  | { readonly kind: 'peaks'; readonly peaks: readonly number[] }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'nothing'; readonly reason: NoPreviewReason; readonly detail?: string };

/** Reads the needed parts of a file and draws them. An exception means `broken`. */
export type PreviewRenderer = (source: ByteSource, job: PreviewJob) => Promise<PreviewResult>;

export const noPreview = (reason: NoPreviewReason, detail?: string): PreviewResult => ({
  kind: 'nothing',
  reason,
  ...(detail === undefined ? {} : { detail }),
});

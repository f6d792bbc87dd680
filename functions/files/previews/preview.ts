import type { PixelSize } from '../../domain/media.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import type { CodedColours } from '../formats/coded-colours.ts';

/** Decoders that run apart from the function: what they are given comes from strangers, and a loop in one must be ended. */
export type RendererName = 'heic' | 'pdf' | 'poster' | 'waveform' | 'text';

/** What is to be made of a file. */
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

/** Why there is no picture of a file that is otherwise in order. */
export type NoPreviewReason =
  /** A password is needed. */
  | 'encrypted'
  /** The decoder cannot read it. */
  | 'broken'
  /** Reading or decoding it would take more than there is. */
  | 'too-large'
  /** No decoder for it, or nothing in it that can be shown. */
  | 'unsupported'
  /** The document has fewer pages. */
  | 'no-page';

/** What a maker found in a file. */
export type PreviewResult =
  | { readonly kind: 'picture'; readonly picture: Picture }
  /** Loudness from the start to the end, 0 to 1. */
  | { readonly kind: 'peaks'; readonly peaks: readonly number[] }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'nothing'; readonly reason: NoPreviewReason; readonly detail?: string };

/** Reads what it needs of a file and makes something that can be shown. What it throws means `broken`. */
export type PreviewRenderer = (source: ByteSource, job: PreviewJob) => Promise<PreviewResult>;

export const noPreview = (reason: NoPreviewReason, detail?: string): PreviewResult => ({
  kind: 'nothing',
  reason,
  ...(detail === undefined ? {} : { detail }),
});

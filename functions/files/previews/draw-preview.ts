import { MediaError } from '../../domain/errors.ts';
import { kindOf, RENDITION_BOX } from '../../domain/media.ts';
import { SandboxEndedError } from '../../sandbox/limits.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import { logInfo } from '../../shared/log.ts';
import type { Pixels } from '../pictures/sharp.ts';
import { textCard, typeCard, waveform } from './cards.ts';
import { type IsolationLimits, isolate } from './isolate.ts';
import { isPlainText, makePlainText } from './plain-text.ts';
import { noPreview, type PreviewResult, type RendererName } from './preview.ts';

export interface DrawPreview {
  readonly source: ByteSource;
  readonly mimeType: string;
  /** From 1. */
  readonly page?: number;
  /** Pixels: the requested longest side. Pictures with pixels are not enlarged. */
  readonly box?: number;
  readonly limits?: Partial<IsolationLimits>;
}

/** Whether pages of a file of this type can be requested. */
export const hasPages = (mimeType: string): boolean => mimeType === 'application/pdf';

const makerOf = (mimeType: string): RendererName => {
  if (hasPages(mimeType)) return 'pdf';
  const kind = kindOf(mimeType);
  if (kind === 'video') return 'poster';
  return kind === 'audio' ? 'waveform' : 'text';
};

/**
 * Draws the preview of a file that is no picture: the page of a PDF, a frame of a video, the waveform of an audio file, the
 * first lines of a text. For a file without these, or one that cannot be decoded within bounds, a card with its type: a
 * verified file is kept even if it cannot be drawn.
 *
 * Throws `VALIDATION` for a page that a PDF does not have, and the errors of `source`.
 */
export const drawPreview = async (wanted: DrawPreview): Promise<Pixels> => {
  const { mimeType, page = 1 } = wanted;
  const made = await make(wanted, page);
  switch (made.kind) {
    case 'picture':
      return { ...made.picture, data: bufferOf(made.picture.data) };
    case 'peaks':
      return drawnOrCard(mimeType, () => waveform(made.peaks));
    case 'lines':
      return drawnOrCard(mimeType, () => textCard(mimeType, made.lines));
    case 'nothing':
      if (made.reason === 'no-page' || page > 1) throw new MediaError('VALIDATION', `The document has no page ${page}`);
      logInfo({ noPreview: made.reason, mimeType, detail: made.detail });
      return typeCard(mimeType);
  }
};

/** Characters or numbers of a file that cannot be drawn do not cost it its place: it has the card of its type. */
const drawnOrCard = async (mimeType: string, draw: () => Pixels | Promise<Pixels>): Promise<Pixels> => {
  try {
    return await draw();
  } catch (error) {
    logInfo({ noPreview: 'undrawn', mimeType, detail: String(error) });
    return typeCard(mimeType);
  }
};

const make = async (
  { source, mimeType, box = RENDITION_BOX.large, limits }: DrawPreview,
  page: number,
): Promise<PreviewResult> => {
  if (isPlainText(mimeType)) return makePlainText(source);
  try {
    return await isolate({ maker: makerOf(mimeType), mimeType, box, page }, source, limits);
  } catch (error) {
    if (!(error instanceof SandboxEndedError)) throw error;
    return noPreview('too-large', error.message);
  }
};

export const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

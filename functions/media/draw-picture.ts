import { MediaError } from '../domain/errors.ts';
import type { FileStore } from '../files/file-store.ts';
import { storedSource } from '../shared/byte-source.ts';
import type { DrawOriginal } from './draw-original.ts';
import { DRAWING_REFUSALS, type DrawingAnswer, type DrawingOrder } from './drawing-order.ts';

export interface DrawPictureDeps extends DrawOriginal {
  readonly files: Pick<FileStore, 'readRange' | 'write'>;
}

/**
 * Draws an ordered picture, and stores it. It decides nothing: permission and bounds were checked before. A file that cannot be
 * drawn is an answer, not an error.
 */
export const drawPicture =
  ({ files, render, renderTransform }: DrawPictureDeps) =>
  async ({ original: { key, size, ...about }, picture, result }: DrawingOrder): Promise<DrawingAnswer> => {
    const original = { ...about, source: storedSource(files, key, size) };
    try {
      const bytes = await ('rendition' in picture
        ? render(original, picture.rendition)
        : renderTransform(original, picture.transform));
      await files.write(result.key, bytes, result.contentType);
      return { size: bytes.length };
    } catch (error) {
      const code = DRAWING_REFUSALS.find((refusal) => error instanceof MediaError && error.code === refusal);
      if (code === undefined) throw error;
      return { refusal: { code, message: (error as MediaError).message } };
    }
  };

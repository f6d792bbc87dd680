import { kindOf, type RenditionName } from '../domain/media.ts';
import { sourceSide, type Transform } from '../domain/transform.ts';
import type { Pictures } from '../files/pictures/pictures.ts';
import { renderOne } from '../files/pictures/render-image.ts';
import { renderTransform } from '../files/pictures/render-transform.ts';
import { bufferOf, drawPreview } from '../files/previews/draw-preview.ts';
import type { ByteSource } from '../shared/byte-source.ts';

/** A verified file, of which a page may be meant. */
export interface Original {
  readonly source: ByteSource;
  readonly mimeType: string;
  readonly page: number;
}

export interface DrawOriginal {
  /** Draws a rendition that is only drawn on its first request. */
  readonly render: (original: Original, name: RenditionName) => Promise<Uint8Array>;
  readonly renderTransform: (original: Original, transform: Transform) => Promise<Uint8Array>;
}

const bytesOf = async ({ source }: Original): Promise<Buffer> => bufferOf(await source.read(0, source.size));
const isPicture = ({ mimeType }: Original): boolean => kindOf(mimeType) === 'image';

/**
 * Draws renditions and transforms of verified originals. `pictures` decodes pictures; of other files a thread makes pixels,
 * which are shrunk and encoded here.
 */
export const drawOriginal = (pictures: Pick<Pictures, 'draw' | 'transform'>): DrawOriginal => ({
  render: async (original, name) =>
    isPicture(original)
      ? pictures.draw(await bytesOf(original), original.mimeType, name)
      : (await renderOne({ pixels: await drawPreview(original) }, name)).bytes,
  renderTransform: async (original, transform) => {
    if (isPicture(original)) return pictures.transform(await bytesOf(original), original.mimeType, transform);
    const pixels = await drawPreview({ ...original, box: sourceSide(transform) });
    return (await renderTransform({ pixels }, transform)).bytes;
  },
});

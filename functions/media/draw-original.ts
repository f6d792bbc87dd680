import { kindOf, type RenditionName } from '../domain/media.ts';
import { sourceSide, type Transform } from '../domain/transform.ts';
import { bufferOf, drawPreview } from '../previews/draw-preview.ts';
import type { Pictures } from '../processing/pictures.ts';
import { renderOne } from '../processing/render-image.ts';
import { renderTransform } from '../processing/render-transform.ts';
import type { DrawnContentDeps, Original } from './drawn-content.ts';

const bytesOf = async ({ source }: Original): Promise<Buffer> => bufferOf(await source.read(0, source.size));
const isPicture = ({ mimeType }: Original): boolean => kindOf(mimeType) === 'image';

/**
 * Draws renditions and transforms of verified originals. Pictures are decoded where `pictures` does it; of other files a
 * thread makes pixels, and what is left to do here is to shrink and encode those.
 */
export const drawOriginal = (
  pictures: Pick<Pictures, 'draw' | 'transform'>,
): Pick<DrawnContentDeps, 'render' | 'renderTransform'> => ({
  render: async (original, name: RenditionName) =>
    isPicture(original)
      ? pictures.draw(await bytesOf(original), original.mimeType, name)
      : (await renderOne({ pixels: await drawPreview(original) }, name)).bytes,
  renderTransform: async (original, transform: Transform) => {
    if (isPicture(original)) return pictures.transform(await bytesOf(original), original.mimeType, transform);
    const pixels = await drawPreview({ ...original, box: sourceSide(transform) });
    return (await renderTransform({ pixels }, transform)).bytes;
  },
});

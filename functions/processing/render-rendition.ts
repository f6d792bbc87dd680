import { buffer } from 'node:stream/consumers';
import { MediaError } from '../domain/errors.ts';
import type { RenditionName } from '../domain/media.ts';
import { readHeader } from './image-header.ts';
import { renderLarge, renderThumbnails } from './render-image.ts';

/** Draws one rendition of a verified original: `large` on its first request, another one if its object was lost. */
export const renderRendition = async (original: NodeJS.ReadableStream, name: RenditionName): Promise<Uint8Array> => {
  const bytes = await buffer(original);
  if (name === 'large') return (await renderLarge(bytes)).bytes;
  const header = await readHeader(bytes);
  const thumbnails = header && (await renderThumbnails(bytes, header));
  const rendition = thumbnails?.renditions.find((candidate) => candidate.name === name);
  if (!rendition) throw new MediaError('CONTENT_UNAVAILABLE', 'The picture cannot be drawn');
  return rendition.bytes;
};

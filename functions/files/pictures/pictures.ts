import type { FileMetadata } from '../../domain/file-metadata.ts';
import { RENDITION_BOX, type RenditionName, type Warning } from '../../domain/media.ts';
import type { Transform } from '../../domain/transform.ts';
import { SandboxEndedError } from '../../sandbox/limits.ts';
import { bufferSource } from '../../shared/byte-source.ts';
import type { Digest } from '../checks/hash.ts';
import { hasAllOfItsData } from '../checks/open-end.ts';
import { givenUp, type ProcessingOutcome, type Refusal, undecodable } from '../checks/outcome.ts';
import { readMetadata } from '../metadata/read-metadata.ts';
import { openImageFile, openPicture } from '../previews/open-picture.ts';
import type { ImageHeader } from './image-header.ts';
import { inspectImage } from './inspect-image.ts';
import { fitInside, renderOne, renderThumbnails, type Thumbnails } from './render-image.ts';
import { renderTransform } from './render-transform.ts';
import { promisedWork } from './work/promised-work.ts';

/** The known facts of a picture before it is examined. */
export interface AboutPicture extends Pick<Digest, 'checksum' | 'size'> {
  readonly mimeType: string;
  readonly maxPixels: number;
}

/**
 * All operations on the bytes of a picture: native decoders can only be ended with their process, so functions call them
 * through `picturesInProcess`, and that process calls `picturesHere`.
 */
export interface Pictures {
  /** Verifies a picture, draws its renditions, and reads its metadata. */
  verify(bytes: Buffer, about: AboutPicture): Promise<ProcessingOutcome>;
  /** The metadata of a picture. */
  readMetadata(bytes: Buffer, mimeType: string): Promise<FileMetadata>;
  /** Draws a rendition of a verified picture. Throws `CONTENT_UNAVAILABLE` if it cannot. */
  draw(bytes: Buffer, mimeType: string, name: RenditionName): Promise<Uint8Array>;
  /** Draws a transform of one. Throws `CONTENT_UNAVAILABLE` if it cannot. */
  transform(bytes: Buffer, mimeType: string, transform: Transform): Promise<Uint8Array>;
}

/** The renditions and placeholder of a picture; a refusal when it cannot be decoded. */
const thumbnailsOf = async (bytes: Buffer, header: ImageHeader): Promise<Thumbnails | Refusal> => {
  try {
    return await renderThumbnails(await openImageFile(bytes, header));
  } catch (error) {
    return error instanceof SandboxEndedError ? givenUp(error, 'picture') : undecodable();
  }
};

/** A JPEG without its end marker is complete for a decoder with this option, and for few others. */
const warningsOf = (bytes: Buffer): { readonly warnings?: readonly Warning[] } =>
  promisedWork(bytes).openEnd === undefined ? {} : { warnings: ['NO_END'] };

const verify = async (
  bytes: Buffer,
  { checksum, size, mimeType, maxPixels }: AboutPicture,
): Promise<ProcessingOutcome> => {
  const inspection = await inspectImage(bytes, mimeType, maxPixels);
  if (inspection.outcome !== 'ok') return inspection;
  const { header } = inspection;
  if (!(await hasAllOfItsData(bytes, header))) return undecodable();
  const thumbnails = await thumbnailsOf(bytes, header);
  if ('outcome' in thumbnails) return thumbnails;
  const { width, height, orientation, frames } = header;
  const { renditions, ...placeholder } = thumbnails;
  const metadata = await readMetadata(bufferSource(bytes), mimeType).catch(() => undefined);
  return {
    outcome: 'ok',
    facts: { checksum, size, width, height, orientation, frames, duration: null, ...placeholder, ...warningsOf(bytes) },
    renditions,
    large: fitInside(header, RENDITION_BOX.large),
    ...(metadata ? { metadata } : {}),
  };
};

/** Decodes in this process. */
export const picturesHere: Pictures = {
  verify,
  readMetadata: (bytes, mimeType) => readMetadata(bufferSource(bytes), mimeType),
  draw: async (bytes, mimeType, name) =>
    (await renderOne(await openPicture({ source: bufferSource(bytes), mimeType }), name)).bytes,
  transform: async (bytes, mimeType, transform) =>
    (await renderTransform(await openPicture({ source: bufferSource(bytes), mimeType }), transform)).bytes,
};

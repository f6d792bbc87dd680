import { kindOf } from '../../domain/media.ts';
import type { Pictures } from '../pictures/pictures.ts';
import { bareOf, MOST_OF_PICTURE, readMetadata } from './read-metadata.ts';

/** Reads the metadata of files; `pictures` reads that of pictures, whose header needs native code. */
export const metadataReader =
  (pictures: Pick<Pictures, 'readMetadata'>): typeof readMetadata =>
  async (source, mimeType, limits) => {
    if (kindOf(mimeType) !== 'image') return readMetadata(source, mimeType, limits);
    if (source.size > MOST_OF_PICTURE) return bareOf(source, mimeType);
    const { buffer, byteOffset, length } = await source.read(0, source.size);
    return pictures
      .readMetadata(Buffer.from(buffer, byteOffset, length), mimeType)
      .catch(() => bareOf(source, mimeType));
  };

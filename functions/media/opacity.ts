import { type MediaRecord, objectRefOf, renditionKey } from '../domain/media.ts';
import type { FileStore } from '../files/file-store.ts';
import { hasTransparency, WEBP_HEAD_BYTES } from '../files/formats/webp.ts';

/** Whether the picture of a record is opaque. */
export type IsOpaque = (record: MediaRecord) => Promise<boolean>;

/** Types whose pictures may have transparency; pictures of other files are opaque. */
const MAY_BE_TRANSPARENT: ReadonlySet<string> = new Set([
  ...['image/png', 'image/webp', 'image/gif'],
  ...['image/avif', 'image/heic', 'image/heif'],
]);

const MOST_REMEMBERED = 1000;

/**
 * Reads from the first bytes of the smallest rendition whether a picture is opaque: it was drawn from all pixels, and its
 * encoder drops an opaque alpha channel. A file version never changes, so the answer is cached.
 */
export const opacity = ({ files }: { files: Pick<FileStore, 'readRange'> }): IsOpaque => {
  const remembered = new Map<string, boolean>();
  return async (record) => {
    const place = objectRefOf(record);
    if (!place || !MAY_BE_TRANSPARENT.has(record.mimeType)) return true;
    const key = renditionKey(record.teamId, place.mediaId, place.fileVersion, 'small');
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const head = await files.readRange(key, 0, WEBP_HEAD_BYTES);
    // An unknown picture is treated as transparent: that costs bytes, and the opposite would damage the picture.
    if (!head) return false;
    const isOpaque = hasTransparency(head) === false;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, isOpaque);
    return isOpaque;
  };
};

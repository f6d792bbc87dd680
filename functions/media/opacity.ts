import { type MediaRecord, objectRefOf, renditionKey } from '../domain/media.ts';
import type { FileStore } from '../files/file-store.ts';
import { hasTransparency, WEBP_HEAD_BYTES } from '../files/formats/webp.ts';

/** Whether nothing shines through the picture of a record. */
export type IsOpaque = (record: MediaRecord) => Promise<boolean>;

/** Types whose pictures may have transparency; what is drawn of other files is opaque. */
const MAY_BE_TRANSPARENT: ReadonlySet<string> = new Set([
  ...['image/png', 'image/webp', 'image/gif'],
  ...['image/avif', 'image/heic', 'image/heif'],
]);

const MOST_REMEMBERED = 1000;

/**
 * Reads from the head of the smallest rendition, a few bytes, whether a picture is opaque: it was drawn from all pixels, and
 * its encoder drops an alpha channel that hides nothing. A file version never changes, so the answer is remembered.
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
    // What cannot be told is taken for transparent: that costs bytes, and the other way would cost the picture.
    if (!head) return false;
    const isOpaque = hasTransparency(head) === false;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, isOpaque);
    return isOpaque;
  };
};

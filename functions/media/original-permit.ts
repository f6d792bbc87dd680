import { notFound } from '../domain/errors.ts';
import { type MediaRecord, objectRefOf, originalKey } from '../domain/media.ts';
import { namedAfterType } from '../domain/media-types.ts';
import { contentDisposition } from '../domain/names.ts';
import { type FilePermit, IMMUTABLE } from './drawn-content.ts';

/** Types that a browser shows in place; everything else is downloaded, so that no upload becomes a page of ours. */
const SHOWN_INLINE = /^(image|video|audio)\/(?!svg)|^application\/pdf$|^text\/plain$/;

/** The address of a record's own file: by default shown in place if its type may be, otherwise downloaded. */
export const originalPermit = (record: MediaRecord, asked?: 'attachment'): FilePermit => {
  const place = objectRefOf(record);
  if (!place) throw notFound();
  return {
    key: originalKey(record.teamId, place.mediaId, place.fileVersion),
    contentType: record.mimeType,
    contentDisposition: contentDisposition(
      asked ?? (SHOWN_INLINE.test(record.mimeType) ? 'inline' : 'attachment'),
      namedAfterType(record.filename, record.mimeType),
    ),
    cacheControl: IMMUTABLE,
  };
};

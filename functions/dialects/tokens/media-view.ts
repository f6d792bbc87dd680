import { type MediaRecord, stableAddress } from '../../domain/media.ts';
import { fileAddress } from '../../domain/media-file.ts';

/** A record as `tokens` shows it: a type that is neither image, video nor audio is a `file`. */
export const mediaView = (record: MediaRecord, publicUrl: string) => ({
  id: record.id,
  name: record.filename,
  type: record.kind === 'document' ? ('file' as const) : record.kind,
  mime_type: record.mimeType,
  size: record.fileSize,
  path: stableAddress('', record).slice(1),
  url: fileAddress(publicUrl, record),
  width: record.width,
  height: record.height,
  duration: record.duration,
  created_at: record.createdAt,
  updated_at: record.updatedAt,
  created_by: record.userId,
});

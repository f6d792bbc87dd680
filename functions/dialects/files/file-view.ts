import type { ShownMedia } from '../../domain/media.ts';
import { fileAddress } from '../../domain/media-file.ts';
import { byName } from '../../domain/record-fields.ts';
import { FILE_TEXTS } from './file-texts.ts';

/** A record as `files` shows it. */
export const fileView = (record: ShownMedia, publicUrl: string) => ({
  id: record.id,
  filename: record.filename,
  url: fileAddress(publicUrl, record),
  size: record.fileSize,
  mime_type: record.mimeType,
  ...byName(FILE_TEXTS, (name) => record[name]),
  tags: record.tags.map(({ name }) => name),
  visibility: record.visibility,
  created_at: record.createdAt,
  updated_at: record.updatedAt,
});

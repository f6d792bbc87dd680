import type { ShownMedia } from '../../domain/media.ts';
import { fileAddress } from '../../domain/media-file.ts';
import { byName } from '../../domain/record-fields.ts';
import { ITEM_TEXTS } from './item-texts.ts';

/** A record as `base` shows it. Pages print the title, so for a record without one it is the name of its file. */
export const itemView = (record: ShownMedia, publicUrl: string) => ({
  id: record.id,
  ...byName(ITEM_TEXTS, (name) => record[name]),
  title: record.title ?? record.filename,
  url: fileAddress(publicUrl, record),
  filename: record.filename,
  mimeType: record.mimeType,
  size: record.fileSize,
  width: record.width,
  height: record.height,
  tags: record.tags.map(({ name }) => name),
  createdAt: record.createdAt,
  updatedAt: record.updatedAt,
});

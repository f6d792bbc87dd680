import * as z from 'zod/mini';
import { noFiles } from '../../domain/errors.ts';
import type { ShownMedia } from '../../domain/media.ts';
import { byName } from '../../domain/record-fields.ts';
import { formOf } from '../../http/form-body.ts';
import { route } from '../../http/route.ts';
import type { ReplaceFile } from '../../uploads/replace-file.ts';
import type { FileDescription, UploadFiles } from '../../uploads/upload-files.ts';
import { texts } from '../common/fields.ts';
import { formMetadata, tagNames } from '../common/form-metadata.ts';
import { ITEM_TEXTS } from './item-texts.ts';
import { itemView } from './item-view.ts';
import { one } from './items.ts';

const FIELD = 'file';

const FormMetadata = z.strictObject({
  ...byName(ITEM_TEXTS, (name) => texts[name]),
  tags: tagNames,
  visibility: texts.visibility,
});

const describe = (fields: Parameters<ReturnType<typeof formMetadata>>[0]): FileDescription => {
  const { tags, ...said } = formMetadata(FormMetadata)(fields);
  return { ...said, tagNames: tags };
};

export const baseUploadItem = route({
  method: 'POST',
  path: '/base/api/media',
  summary: 'Upload an item in a form',
  dialect: 'base',
  operation: 'upload-media',
  access: 'media:create',
  needsUploads: true,
  failure: 'Failed to upload media',
  idempotent: true,
  input: ({ event }): UploadFiles => ({ parts: formOf(event), field: FIELD, mostFiles: 1, describe }),
  reply: ([record]: readonly ShownMedia[], { publicUrl }) => {
    if (!record) throw noFiles(FIELD);
    return { status: 201, body: itemView(record, publicUrl) };
  },
});

export const baseReplaceFile = route({
  method: 'PUT',
  path: '/base/api/media/{id}/file',
  summary: 'Replace the file of an item',
  dialect: 'base',
  operation: 'upload-media',
  access: 'media:update',
  scopeIn: 'found',
  needsUploads: true,
  readsBack: true,
  failure: 'Failed to replace the file',
  input: ({ path, event }): ReplaceFile => ({ id: path.id ?? '', parts: formOf(event), field: FIELD }),
  reply: one,
});

import * as z from 'zod/mini';
import { noFiles } from '../../domain/errors.ts';
import type { ShownMedia } from '../../domain/media.ts';
import { byName } from '../../domain/record-fields.ts';
import { formOf } from '../../http/form-body.ts';
import { lastSegment } from '../../http/form-names.ts';
import { route } from '../../http/route.ts';
import type { FileDescription, UploadFiles } from '../../uploads/upload-files.ts';
import { fileName, texts } from '../common/fields.ts';
import { formMetadata, tagNames } from '../common/form-metadata.ts';
import { FILE_TEXTS } from './file-texts.ts';
import { fileView } from './file-view.ts';

const FIELD = 'file';

/** The limits of this API, if the settings have larger ones for a kind of file. */
const LARGEST_FILE = 100 * 1024 ** 2;

const FormMetadata = z.strictObject({
  filename: z.optional(z.pipe(z.pipe(z.string(), z.transform(lastSegment)), fileName)),
  ...byName(FILE_TEXTS, (name) => texts[name]),
  tags: tagNames,
  visibility: texts.visibility,
});

const describe = (fields: Parameters<ReturnType<typeof formMetadata>>[0]): FileDescription => {
  const { tags, ...said } = formMetadata(FormMetadata)(fields);
  return { ...said, tagNames: tags };
};

export const filesUploadFile = route({
  method: 'POST',
  path: '/v1/media/upload',
  summary: 'Upload a file in a form',
  dialect: 'files',
  operation: 'upload-media',
  access: 'media:create',
  needsUploads: true,
  failure: 'Failed to upload file',
  idempotent: true,
  input: ({ event }): UploadFiles => ({
    parts: formOf(event),
    field: FIELD,
    mostFiles: 1,
    largestFile: LARGEST_FILE,
    describe,
  }),
  reply: ([record]: readonly ShownMedia[], { publicUrl }) => {
    if (!record) throw noFiles(FIELD);
    return { status: 200, body: { data: fileView(record, publicUrl) } };
  },
});

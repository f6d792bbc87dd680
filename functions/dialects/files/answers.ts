import * as z from 'zod/mini';
import { VISIBILITIES } from '../../domain/media.ts';
import { byName, RECORD_TEXTS } from '../../domain/record-fields.ts';
import { answer, type DialectDocument, toFile } from '../common/dialect-document.ts';
import { Metadata } from '../common/metadata-answer.ts';
import { FILE_TEXTS } from './file-texts.ts';

const count = z.int().check(z.nonnegative());
const time = z.iso.datetime();

const File = z.strictObject({
  id: z.string(),
  filename: z.string(),
  url: z.nullable(z.url()),
  size: count,
  mime_type: z.string(),
  ...byName(FILE_TEXTS, () => z.nullable(z.string())),
  tags: z.array(z.string()),
  visibility: z.enum(VISIBILITIES),
  created_at: time,
  updated_at: time,
});

/** While a text is still being read (202), `text` is the text so far: call again for the rest. */
const Text = z.strictObject({
  status: z.enum(['done', 'processing']),
  text: z.string(),
  language: z.optional(z.nullable(z.string())),
  page_count: z.optional(count),
  truncated: z.optional(z.boolean()),
});

const { id: _, fileSize: __, fileType, contentType, ...parts } = Metadata.shape;

const Analysis = z.strictObject({
  file_type: z.optional(fileType),
  content_type: z.optional(contentType),
  metadata: z.optional(z.extend(z.partial(z.strictObject(parts)), { size: count })),
});

const dataOf = <Data extends z.ZodMiniType>(data: Data) => z.strictObject({ data });

/** The answers of `files`, by route. */
export const filesDocument: DialectDocument = {
  title: 'Mediashelf: files',
  description: 'The library as a place for files: upload, list, download, stream.',
  answers: {
    'POST /llm/auth/guest-login': {
      ...answer(200, z.strictObject({ access_token: z.string(), token_type: z.literal('bearer'), expires_in: count })),
      refusals: [403],
    },
    'POST /v1/media/upload': answer(200, dataOf(File)),
    'GET /v1/media/files': answer(200, dataOf(z.array(File))),
    'GET /v1/media/files/{id}': answer(200, dataOf(File)),
    'GET /v1/media/files/{id}/download': toFile,
    'GET /v1/media/files/{id}/stream': toFile,
    'PATCH /v1/media/files/{id}': answer(200, dataOf(File)),
    'DELETE /v1/media/files/{id}': answer(204),
    'POST /v1/media/files/bulk-delete': answer(200, dataOf(z.strictObject({ deleted_count: count }))),
    'POST /v1/media/files/{id}/preview': answer(
      200,
      dataOf(z.strictObject({ preview_url: z.url(), width: count, height: count })),
    ),
    'POST /v1/media/files/{id}/extract-text': { ...answer(200, dataOf(Text)), also: [202] },
    'POST /v1/media/files/{id}/analyze': answer(200, dataOf(Analysis)),
  },
  error: z.strictObject({ detail: z.string() }),
  schemas: { File },
  forms: {
    'POST /v1/media/upload': {
      type: 'object',
      properties: {
        file: { type: 'string', format: 'binary' },
        filename: { type: 'string', maxLength: 255 },
        ...byName(FILE_TEXTS, (name) => ({ type: 'string', maxLength: RECORD_TEXTS[name].longest })),
        tags: {
          description: 'A field for each tag; or one with a JSON array, or with a list by commas',
          type: 'array',
          items: { type: 'string', maxLength: 100 },
        },
        visibility: { enum: [...VISIBILITIES] },
      },
      required: ['file'],
    },
  },
};

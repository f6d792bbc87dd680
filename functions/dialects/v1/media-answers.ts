import * as z from 'zod/mini';
import { codesOf, TEXT_CODES } from '../../domain/error-reference.ts';
import { MEDIA_KINDS, RENDITION_NAMES, STORED_CHECKSUMS, VISIBILITIES, WARNINGS } from '../../domain/media.ts';
import { byName, TEXT_NAMES } from '../../domain/record-fields.ts';
import { type Answer, answer, toFile } from '../common/dialect-document.ts';
import { Metadata } from '../common/metadata-answer.ts';
import { count, id, message, nullable, text, time } from './shapes.ts';

const Rendition = z.strictObject({ url: z.url(), width: count, height: count });

const { title, alt, caption, ...otherTexts } = byName(TEXT_NAMES, () => text);

export const Media = z.strictObject({
  id,
  userId: id,
  teamId: id,
  url: nullable(z.url()),
  filename: z.string(),
  fileSize: count,
  mimeType: z.string(),
  width: nullable(count),
  height: nullable(count),
  title,
  alt,
  caption,
  status: z.enum(['active', 'deleted', 'purging']),
  createdAt: time,
  updatedAt: time,
  ...otherTexts,
  visibility: z.enum(VISIBILITIES),
  checksum: text,
  checksumAlgorithm: nullable(z.enum(['SHA256', ...STORED_CHECKSUMS])),
  duration: nullable(z.number()),
  pages: nullable(count),
  warnings: z.array(z.enum(WARNINGS)),
  thumbhash: text,
  dominantColor: text,
  focalX: nullable(z.number()),
  focalY: nullable(z.number()),
  version: count,
  tags: z.array(z.strictObject({ id, slug: z.string(), name: z.string() })),
  renditions: z.partialRecord(z.enum(RENDITION_NAMES as [string, ...string[]]), Rendition),
});

const Version = z.strictObject({
  id,
  current: z.boolean(),
  filename: z.string(),
  fileSize: count,
  mimeType: z.string(),
  width: nullable(count),
  height: nullable(count),
  checksum: text,
  checksumAlgorithm: nullable(z.enum(['SHA256', ...STORED_CHECKSUMS])),
  /** Null for the current one. */
  replacedAt: nullable(time),
  keptUntil: nullable(time),
});

const pageOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.strictObject({
    data: z.array(item),
    total: count,
    limit: count,
    offset: count,
    /** Opens the page after this one. */
    nextCursor: z.optional(z.string()),
    /** False where a search stopped counting. */
    totalIsExact: z.optional(z.boolean()),
  });

const Tag = z.strictObject({
  id,
  type: z.literal('media_tag'),
  slug: z.string(),
  name: z.string(),
  description: text,
  icon: text,
  color: text,
  order: z.int(),
  isActive: z.boolean(),
  createdAt: time,
  updatedAt: time,
});
const NewTag = z.object({
  id,
  slug: z.string(),
  name: z.string(),
  color: text,
  icon: text,
  order: z.int(),
  isActive: z.boolean(),
});

const Usage = z.strictObject({
  bytes: count,
  reservedBytes: count,
  quotaBytes: count,
  records: count,
  quotaRecords: count,
  counts: z.record(z.enum(['all', ...MEDIA_KINDS]), count),
  trash: count,
});

const Duplicates = z.strictObject({
  duplicates: z.array(
    z.strictObject({
      filename: z.string(),
      fileSize: count,
      existing: z.array(z.strictObject({ id, url: z.url(), createdAt: time })),
    }),
  ),
});

/** Why there is no text of a file. */
export const textCode = z.enum(codesOf(TEXT_CODES));

const ExtractedText = z.strictObject({
  mediaId: id,
  status: z.enum(['done', 'processing', 'failed']),
  preserveFormatting: z.boolean(),
  code: nullable(textCode),
  message: text,
  /** The following fields are present once it is done. */
  language: z.optional(text),
  pageCount: z.optional(count),
  truncated: z.optional(z.boolean()),
  text: z.optional(z.string()),
  pages: z.optional(
    z.array(
      z.strictObject({
        number: count,
        name: text,
        text: z.string(),
        source: z.enum(['file', 'ocr']),
        confidence: nullable(z.number()),
      }),
    ),
  ),
});

const UploadedFiles = z.strictObject({
  message: z.string(),
  urls: z.array(z.url()),
  media: z.array(Media),
  count,
  storage: z.literal('s3'),
});

/** The answers of v1 about records: reading, editing, tags, text, trash and usage. */
export const mediaAnswers: Readonly<Record<string, Answer>> = {
  'GET /api/v1/media': answer(200, pageOf(Media)),
  'POST /api/v1/media': answer(201, Media),
  'POST /api/v1/media/upload': answer(200, UploadedFiles),
  'POST /api/v1/media/check-duplicates': answer(200, Duplicates),
  'GET /api/v1/media/{id}': answer(200, Media),
  'GET /api/v1/media/{id}/metadata': { ...answer(200, Metadata), refusals: [409] },
  'PATCH /api/v1/media/{id}': answer(200, Media),
  'DELETE /api/v1/media/{id}': answer(200, message),
  'POST /api/v1/media/{id}/restore': answer(200, Media),
  'GET /api/v1/media/{id}/versions': answer(200, z.array(Version)),
  'POST /api/v1/media/{id}/versions/{version}/restore': answer(200, Media),
  'GET /api/v1/media/{id}/content': toFile,
  'HEAD /api/v1/media/{id}/content': toFile,
  // Behind the edge, public pictures themselves.
  'GET /m/{id}/{filename}': { ...toFile, also: [200, 304] },
  'HEAD /m/{id}/{filename}': { ...toFile, also: [200, 304] },
  'POST /api/v1/renditions/cookies': answer(200, z.strictObject({ teams: z.array(id), expiresAt: nullable(time) })),
  'GET /api/v1/media/{id}/tags': answer(200, z.array(Tag)),
  'POST /api/v1/media/{id}/tags': answer(201, z.array(Tag)),
  'PUT /api/v1/media/{id}/tags': answer(200, z.array(Tag)),
  'DELETE /api/v1/media/{id}/tags': answer(200, z.strictObject({ success: z.literal(true) })),
  'POST /api/v1/media/{id}/extract-text': { ...answer(200, ExtractedText), also: [202] },
  'GET /api/v1/media/{id}/text': { ...answer(200, ExtractedText), also: [202], refusals: [409, 415] },
  'GET /api/v1/media-tags': answer(200, z.array(Tag)),
  'POST /api/v1/media-tags': answer(201, NewTag),
  'PATCH /api/v1/media-tags/{id}': answer(200, Tag),
  'DELETE /api/v1/media-tags/{id}': answer(200, message),
  'GET /api/v1/trash': answer(200, pageOf(z.extend(Media, { deletedAt: nullable(time) }))),
  'DELETE /api/v1/trash/{id}': answer(200, message),
  'GET /api/v1/usage': answer(200, Usage),
};

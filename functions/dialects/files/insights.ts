import * as z from 'zod/mini';
import type { FileMetadata } from '../../domain/file-metadata.ts';
import type { MediaRecord } from '../../domain/media.ts';
import { joinedText } from '../../domain/text.ts';
import { route } from '../../http/route.ts';
import type { AnalyzedParts, AnalyzeParts } from '../../media/analyze-media.ts';
import type { ExtractedText, ExtractText } from '../../text/extract-text.ts';

/** The client waits for the answer, as the reference shows; API Gateway ends a request after 30 seconds. */
const PATIENCE_SECONDS = 24;

/** A client counts the characters of `text` for every status, so it is always present. */
const textData = (extracted: Exclude<ExtractedText, { readonly status: 'failed' }>) => {
  if (extracted.status === 'processing') return { status: 'processing', text: extracted.soFar };
  const { pages, pageCount, language, truncated } = extracted.text;
  return {
    status: 'done',
    text: joinedText(pages),
    language,
    page_count: pageCount,
    truncated,
  };
};

export const filesExtractText = route({
  method: 'POST',
  path: '/v1/media/files/{id}/extract-text',
  summary: 'Extract the text of a file',
  dialect: 'files',
  operation: 'extract-text',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to extract text',
  body: z.strictObject({
    language: z._default(z.string().check(z.maxLength(20)), 'auto'),
    preserve_formatting: z._default(z.boolean(), false),
  }),
  input: ({ path, body }): ExtractText => ({
    id: path.id ?? '',
    options: {
      language: body.language,
      preserveFormatting: body.preserve_formatting,
      pages: undefined,
    },
    action: 'extract',
    patience: PATIENCE_SECONDS,
  }),
  reply: (extracted: ExtractedText) =>
    extracted.status === 'failed'
      ? { status: 400, body: { detail: extracted.message } }
      : { status: extracted.status === 'done' ? 200 : 202, body: { data: textData(extracted) } },
});

const ANALYSES = ['file_type', 'content_type', 'metadata'] as const;
type Analysis = (typeof ANALYSES)[number];

/** The embedded metadata of a file, without the parts that its kind does not have. */
const detailsOf = ({ fileType: _, contentType: __, ...parts }: FileMetadata) =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== null));

const analysisOf = (record: MediaRecord, metadata: FileMetadata) => ({
  file_type: metadata.fileType,
  content_type: metadata.contentType,
  metadata: { filename: record.filename, size: record.fileSize, ...detailsOf(metadata) },
});

export const filesAnalyzeFile = route({
  method: 'POST',
  path: '/v1/media/files/{id}/analyze',
  summary: 'Get the metadata embedded in a file',
  dialect: 'files',
  operation: 'analyze-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to analyze file',
  body: z.strictObject({
    analyses: z._default(z.array(z.enum(ANALYSES)).check(z.maxLength(ANALYSES.length)), [...ANALYSES]),
  }),
  input: ({ path, body }): AnalyzeParts<Analysis> => ({ id: path.id ?? '', parts: body.analyses }),
  reply: ({ record, metadata, parts }: AnalyzedParts<Analysis>) => {
    const all = analysisOf(record, metadata);
    return { status: 200, body: { data: Object.fromEntries(parts.map((name) => [name, all[name]])) } };
  },
});

import * as z from 'zod/mini';
import { parsePages, type TextOptions, type TextPage } from '../../domain/text.ts';
import { route } from '../../http/route.ts';
import type { ExtractedText, ExtractText } from '../../text/extract-text.ts';
import { envelope } from './media-view.ts';

/** Which languages there are is for the use case to say. */
const language = z.optional(z.string().check(z.maxLength(20)));
const pages = z.optional(
  z.string().check(
    z.maxLength(20),
    z.refine((text) => parsePages(text) !== undefined, 'Expected a page or a range such as 2-5'),
  ),
);

interface Asked {
  readonly language?: string | undefined;
  readonly preserveFormatting?: boolean | undefined;
  readonly pages?: string | undefined;
}

const optionsOf = ({ language: asked = 'auto', preserveFormatting = false, pages: range }: Asked): TextOptions => ({
  language: asked,
  preserveFormatting,
  pages: range === undefined ? undefined : parsePages(range),
});

/** Pages of a text are apart as they are on paper: by a form feed, as `pdftotext` has it. */
const PAGE_BREAK = '\f';

/** A page without what else recognition counted, which texts that were kept before may hold. */
const pageView = ({ number, name, text, source, confidence }: TextPage): TextPage => ({
  number,
  name,
  text,
  source,
  confidence,
});

/** An extraction as v1 shows it. */
export const textView = (extracted: ExtractedText) => {
  const { mediaId, status, options } = extracted;
  const about = {
    mediaId,
    status,
    preserveFormatting: options.preserveFormatting,
    code: extracted.status === 'failed' ? extracted.code : null,
    message: extracted.status === 'failed' ? extracted.message : null,
  };
  if (extracted.status !== 'done') return about;
  const { text } = extracted;
  return {
    ...about,
    language: text.language,
    pageCount: text.pageCount,
    truncated: text.truncated,
    text: text.pages.map((page) => page.text).join(PAGE_BREAK),
    pages: text.pages.map(pageView),
  };
};

const reply = (extracted: ExtractedText) => ({
  status: extracted.status === 'processing' ? 202 : 200,
  body: envelope(textView(extracted)),
});

export const v1ExtractText = route({
  method: 'POST',
  path: '/api/v1/media/{id}/extract-text',
  summary: 'Extract the text of a file',
  dialect: 'v1',
  operation: 'extract-text',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to extract text',
  body: z.strictObject({ language, preserveFormatting: z.optional(z.boolean()), pages }),
  input: ({ path, body }): ExtractText => ({
    id: path.id ?? '',
    options: optionsOf(body),
    action: 'extract',
    patience: 0,
  }),
  reply,
});

const flag = z.optional(z.enum(['true', 'false']));

export const v1GetText = route({
  method: 'GET',
  path: '/api/v1/media/{id}/text',
  summary: 'Get the extracted text, or the state of an extraction',
  dialect: 'v1',
  operation: 'extract-text',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to get text',
  query: z.strictObject({ language, preserveFormatting: flag, pages }),
  input: ({ path, query }): ExtractText => ({
    id: path.id ?? '',
    options: optionsOf({ ...query, preserveFormatting: query.preserveFormatting === 'true' }),
    action: 'look',
    patience: 0,
  }),
  reply,
});

import * as z from 'zod/mini';
import { isFileName } from '../../domain/names.ts';
import { MOST_TAGS_OF_RECORD } from '../../domain/tag.ts';
import { tagsOfText } from '../common/form-metadata.ts';
import { tagName } from '../common/tag-name.ts';
import { missingParameters } from './missing-parameters.ts';

/** The number in a path. Any other text counts as a missing number. */
export const numberIn = (text = ''): number => {
  if (!/^\d{1,15}$/.test(text)) throw missingParameters();
  return Number(text);
};

/** Absent and null mean the same, so that both get the reference's answer. */
const maybe = <Schema extends z.ZodMiniType>(schema: Schema) => z.optional(z.nullable(schema));

const tagNames = z.array(tagName).check(z.maxLength(MOST_TAGS_OF_RECORD));

/** Tags in one text are JSON, or separated by commas. */
const tagList = z.pipe(z.string().check(z.maxLength(5000)), z.pipe(z.transform(tagsOfText), tagNames));

/** The editable fields of a file. */
export const described = {
  name: maybe(
    z.string().check(
      z.maxLength(255),
      z.refine(
        (text) => text.trim() === '' || isFileName(text),
        'Control characters and the names . and .. are not allowed',
      ),
    ),
  ),
  tags: maybe(z.union([tagList, tagNames])),
} as const;

/** Both are required; a name without a letter is not accepted. */
export const required = <Body extends { name?: string | null | undefined; tags?: string[] | null | undefined }>({
  name,
  tags,
}: Body): { readonly name: string; readonly tags: readonly string[] } => {
  if (!name?.trim() || !tags) throw missingParameters();
  return { name: name.trim(), tags };
};

/** The answer of a call that did something. */
export const done = (data: string) => ({ status: 200, body: { data, code: 200 } });

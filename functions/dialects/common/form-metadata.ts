import * as z from 'zod/mini';
import { MOST_TAGS_OF_RECORD } from '../../domain/tag.ts';
import { parse } from '../../http/validation.ts';
import type { FormFields } from '../../uploads/receive-files.ts';
import { tagName } from './tag-name.ts';

/** Tags as words, in JSON. */
export const tagNames = z.optional(z.array(tagName).check(z.maxLength(MOST_TAGS_OF_RECORD)));

/** Tags as one text has them: a JSON array, or a list with commas. What only begins like JSON stays a text, which is no list. */
export const tagsOfText = (text: string): unknown => {
  if (!text.trimStart().startsWith('[')) {
    return text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Tags as a form has them: a field for each, or one with all. */
const tagsIn = (values: readonly string[]): unknown => (values.length > 1 ? values : tagsOfText(values[0] ?? ''));

/** The fields of a form as the object that a schema takes; a repeated single field is invalid for it. */
export const formObject = (fields: FormFields): Record<string, unknown> =>
  Object.fromEntries(
    [...fields].map(([name, values]) => {
      if (name === 'tags') return [name, tagsIn(values)];
      return [name, values.length === 1 ? values[0] : values];
    }),
  );

/** Reads the record's fields of a form. Empty fields are ignored. */
export const formMetadata =
  <Schema extends z.ZodMiniType>(schema: Schema) =>
  (fields: FormFields): z.output<Schema> => {
    const said = new Map([...fields].filter(([, values]) => values.some((value) => value !== '')));
    return parse(schema, formObject(said), 'Invalid form');
  };

import * as z from 'zod/mini';
import type { FormFields } from '../uploads/receive-files.ts';
import { tagName } from './v1/tags.ts';
import { parse } from './validation.ts';

/** Tags as words, as JSON has them. */
export const tagNames = z.optional(z.array(tagName));

/** Tags as a form has them: a field for each, a JSON array, or a list with commas. */
const tagsIn = (values: readonly string[]): unknown => {
  const [only = ''] = values;
  if (values.length > 1) return values;
  if (!only.trimStart().startsWith('[')) return only.split(',').filter((name) => name.trim() !== '');
  try {
    return JSON.parse(only);
  } catch {
    return only;
  }
};

/** The fields of a form as the object that a schema takes; one that should come once and came twice is no text to it. */
export const formObject = (fields: FormFields): Record<string, unknown> =>
  Object.fromEntries(
    [...fields].map(([name, values]) => {
      if (name === 'tags') return [name, tagsIn(values)];
      return [name, values.length === 1 ? values[0] : values];
    }),
  );

/** Reads what a form says of its files. A field that was left empty says nothing. */
export const describedBy =
  <Schema extends z.ZodMiniType>(schema: Schema) =>
  (fields: FormFields): z.output<Schema> => {
    const said = new Map([...fields].filter(([, values]) => values.some((value) => value !== '')));
    return parse(schema, formObject(said), 'Invalid form');
  };

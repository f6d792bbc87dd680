import * as z from 'zod/mini';
import { TAG_NAME_LENGTH } from '../../domain/tag.ts';
import { nameOfAtMost } from './fields.ts';

/** The allowed names of a tag. */
export const tagName = z.pipe(
  nameOfAtMost(TAG_NAME_LENGTH),
  z.transform((text: string) => text.trim()),
);

import * as z from 'zod/mini';
import { TAG_NAME_LENGTH } from '../../domain/tag.ts';
import { nameOfAtMost } from './fields.ts';

/** What a tag may be called. */
export const tagName = z.pipe(
  nameOfAtMost(TAG_NAME_LENGTH),
  z.transform((text: string) => text.trim()),
);

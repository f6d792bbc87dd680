import * as z from 'zod/mini';
import { isFileName } from '../../domain/names.ts';
import { TAG_NAME_LENGTH } from '../../domain/tag.ts';

/** What a tag may be called. */
export const tagName = z.pipe(
  z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(TAG_NAME_LENGTH),
      z.refine(isFileName, 'Control characters and the names . and .. are not allowed'),
    ),
  z.transform((text: string) => text.trim()),
);

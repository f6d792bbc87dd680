import * as z from 'zod/mini';
import { notFound } from '../../domain/errors.ts';
import { VISIBILITIES } from '../../domain/media.ts';
import { canonicalType } from '../../domain/media-types.ts';
import { FILE_NAME_LENGTH, isFileName, isPlainText } from '../../domain/names.ts';
import { byName, RECORD_TEXTS, TEXT_NAMES } from '../../domain/record-fields.ts';

const text = (longest: number) =>
  z.nullable(z.string().check(z.maxLength(longest), z.refine(isPlainText, 'Control characters are not allowed')));

/** The texts that a person may send for a file; lengths as in the v1 reference. */
export const texts = {
  ...byName(TEXT_NAMES, (name) => z.optional(text(RECORD_TEXTS[name].longest))),
  visibility: z.optional(z.enum(VISIBILITIES)),
} as const;

/** A name, of at most so many characters. */
export const nameOfAtMost = (longest: number) =>
  z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(longest),
      z.refine(isFileName, 'Control characters and the names . and .. are not allowed'),
    );

export const fileName = nameOfAtMost(FILE_NAME_LENGTH);

/** A name of a team, a key or the like. */
export const label = nameOfAtMost(100);

/** A part of a path that names something by id; what no id could be is answered as missing. */
export const identifier = (text: string | undefined, what: string): string => {
  if (text === undefined || !/^[\w-]{1,64}$/.test(text)) throw notFound(what);
  return text;
};

const MIME = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
/** A media type as clients write it, parameters and all; the output is its canonical name. */
export const mimeType = z.pipe(
  z.pipe(z.string().check(z.maxLength(255)), z.transform(canonicalType)),
  z.string().check(z.regex(MIME, 'Expected a media type such as image/jpeg')),
);

export const bytes = z.number().check(z.int(), z.nonnegative());

/** SHA-256 in base64, as S3 has it: 32 bytes are 43 digits, the last with two bits that stay zero, and one `=`. */
export const sha256 = z
  .string()
  .check(z.regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'Expected a SHA-256 digest in base64'));

/** A whole number in a query string, within bounds. Words, fractions and exponents are refused, not rounded. */
export const integerText = (least: number, most: number, whenAbsent: number) =>
  z._default(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^-?\d{1,15}$/, 'Expected a whole number')), z.transform(Number)),
      z.number().check(z.gte(least), z.lte(most)),
    ),
    whenAbsent,
  );

import type { MediaError } from '../../domain/errors.ts';
import type { Dialect } from '../../http/dialect.ts';
import { asItIs, inOneLine } from '../common/one-line.ts';

const TOO_LARGE = 'File too large';

/** The message for a file that is too large, followed by the allowed alternative: a limit, or another way. */
const tooLarge = (error: MediaError): string => {
  const words = inOneLine(error);
  return words.startsWith(TOO_LARGE) ? words : `${TOO_LARGE}: ${words}`;
};

/** Errors whose message the reference of `tokens` defines; a type that is not accepted is a bad request there. */
const TOKENS_WORDS: Partial<Record<MediaError['code'], { status?: number; error: string }>> = {
  UNAUTHORIZED: { error: 'Missing or invalid API token' },
  FORBIDDEN: { error: 'Insufficient scope' },
  NO_FILES: { error: 'No file uploaded' },
  TYPE_NOT_ALLOWED: { status: 400, error: 'Invalid file type' },
};

/** A file that is not of the type that it was sent as. */
const isDisguised = ({ code, fields }: MediaError): boolean =>
  code === 'FILE_REFUSED' && fields.some((field) => field.code === 'CONTENT_MISMATCH' || field.code === 'UNSUPPORTED');

/** `{error}`. */
export const tokens: Dialect = {
  credentials: ['bearer'],
  scopeName: asItIs,
  refuse: (error) => {
    const code = isDisguised(error) ? 'TYPE_NOT_ALLOWED' : error.code;
    const { status = error.status, error: known } = TOKENS_WORDS[code] ?? {};
    return { status, body: { error: known ?? (code === 'TOO_LARGE' ? tooLarge(error) : inOneLine(error)) } };
  },
};

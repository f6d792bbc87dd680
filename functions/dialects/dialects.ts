import type { MediaError } from '../domain/errors.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Dialect, DialectName } from '../http/dialect.ts';
import { missingParameters } from './admin/missing-parameters.ts';

const asItIs = (scope: Scope): string => scope;

/** An error's message, with what is wrong with each field, for APIs that have but one line to say it in. */
const inOneLine = ({ message, fields }: MediaError): string => {
  const faults = fields
    .filter((field) => field.message !== message)
    .map((field) => (field.path.length > 0 ? `${field.path.join('.')}: ${field.message}` : field.message));
  return faults.length > 0 ? `${message}: ${faults.join('; ')}` : message;
};

const v1ScopeName = (scope: Scope): string =>
  scope === 'media:create' || scope === 'media:update' ? 'media:write' : scope;

/** The canonical API: `{success:false,error,details?}`. */
const v1: Dialect = {
  credentials: ['bearer', 'session'],
  scopeName: v1ScopeName,
  refuse: ({ status, message, scope, code, fields }) => ({
    status,
    body: {
      success: false,
      error: scope ? `${message} - ${v1ScopeName(scope)} scope required` : message,
      ...(status === 404 || status === 401 || status === 403 || status >= 500
        ? {}
        : { details: { code, ...(fields.length > 0 ? { errors: fields } : {}) } }),
    },
  }),
};

const TOO_LARGE = 'File too large';

/** The words for a file that is too large, and behind them what would not have been: a limit, or another way. */
const tooLarge = (error: MediaError): string => {
  const words = inOneLine(error);
  return words.startsWith(TOO_LARGE) ? words : `${TOO_LARGE}: ${words}`;
};

/** Errors whose words the reference of `tokens` fixes; a type that is not taken is a bad request there. */
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
const tokens: Dialect = {
  credentials: ['bearer'],
  scopeName: asItIs,
  refuse: (error) => {
    const code = isDisguised(error) ? 'TYPE_NOT_ALLOWED' : error.code;
    const { status = error.status, error: known } = TOKENS_WORDS[code] ?? {};
    return { status, body: { error: known ?? (code === 'TOO_LARGE' ? tooLarge(error) : inOneLine(error)) } };
  },
};

/** `{detail}`, one line. A type that is not taken is a bad request, as its reference has it. */
const files: Dialect = {
  credentials: ['bearer'],
  scopeName: asItIs,
  refuse: (error) => ({
    status: error.code === 'TYPE_NOT_ALLOWED' ? 400 : error.status,
    body: { detail: inOneLine(error) },
  }),
};

const PERMISSIONS: Readonly<Record<Scope, string>> = {
  'media:read': 'view-media',
  'media:create': 'add-media',
  'media:update': 'edit-media',
  'media:delete': 'delete-media',
  'realtime:broadcast': 'broadcast',
};

const adminWords = (error: MediaError): string =>
  error.scope ? `Missing permission: ${PERMISSIONS[error.scope]}` : inOneLine(error);

/** `{data,code}`, where `code` repeats the status. A picture that cannot be processed is a fault in this API's reference. */
const admin: Dialect = {
  credentials: ['refresh'],
  invalidId: missingParameters,
  scopeName: (scope) => PERMISSIONS[scope],
  refuse: (error) => {
    const [status, data] =
      error.code === 'FILE_REFUSED' ? [500, 'Error adding media'] : [error.status, adminWords(error)];
    return { status, body: { data, code: status } };
  },
};

/** `{error}`. */
const base: Dialect = {
  credentials: ['bearer'],
  scopeName: asItIs,
  refuse: (error) => ({ status: error.status, body: { error: inOneLine(error) } }),
};

/** `{error,message}`: versions of Uppy differ in which of the two they show. */
const uppy: Dialect = {
  credentials: ['upload-token', 'bearer', 'session'],
  scopeName: asItIs,
  refuse: (error) => {
    const words = inOneLine(error);
    return { status: error.status, body: { error: words, message: words } };
  },
};

export const dialects: Readonly<Record<DialectName, Dialect>> = { v1, tokens, files, admin, base, uppy };

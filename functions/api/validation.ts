import type * as z from 'zod/mini';
import { type FieldError, MediaError } from '../domain/errors.ts';

type Issue = z.core.$ZodRawIssue;

const UNIT: Readonly<Record<string, string>> = { string: 'character(s)', array: 'element(s)' };

const bound = (origin: string, relation: 'at least' | 'at most', limit: number | bigint): string => {
  if (origin === 'string' || origin === 'array') {
    return `${origin === 'string' ? 'String' : 'Array'} must contain ${relation} ${limit} ${UNIT[origin]}`;
  }
  return `Number must be ${relation === 'at most' ? 'less' : 'greater'} than or equal to ${limit}`;
};

/** `zod/mini` brings no texts; these are worded as clients of zod know them. */
const messageOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'too_big':
      return bound(issue.origin, 'at most', issue.maximum);
    case 'too_small':
      return bound(issue.origin, 'at least', issue.minimum);
    case 'unrecognized_keys':
      return `Unrecognized key(s) in object: ${issue.keys.map((key: string) => `'${key}'`).join(', ')}`;
    case 'invalid_value':
      return `Invalid enum value. Expected ${issue.values.map((value: unknown) => `'${String(value)}'`).join(' | ')}`;
    case 'invalid_type':
      return issue.input === undefined ? 'Required' : `Expected ${issue.expected}, received ${typeOf(issue.input)}`;
    case 'invalid_format':
      return `Invalid ${issue.format}`;
    default:
      return 'Invalid input';
  }
};

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

const BOUNDS = ['maximum', 'minimum', 'expected', 'keys', 'values', 'format'] as const;

const fieldError = (issue: z.core.$ZodIssue): FieldError => {
  const known = issue as unknown as Record<string, unknown>;
  return {
    code: issue.code,
    ...Object.fromEntries(BOUNDS.filter((name) => known[name] !== undefined).map((name) => [name, known[name]])),
    path: issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
    message: issue.message,
  };
};

/** What was sent, as the schema gives it; throws `VALIDATION` or `UNKNOWN_FIELD` naming every field that is wrong. */
export const parse = <Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  title: string,
): z.output<Schema> => {
  const result = schema.safeParse(value, { error: (issue) => messageOf(issue) });
  if (result.success) return result.data;
  const fields = result.error.issues.map(fieldError);
  const unknown = fields.some(({ code }) => code === 'unrecognized_keys');
  throw new MediaError(unknown ? 'UNKNOWN_FIELD' : 'VALIDATION', title, { fields });
};

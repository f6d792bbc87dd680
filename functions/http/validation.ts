import type * as z from 'zod/mini';
import { type FieldError, MediaError } from '../domain/errors.ts';

type Issue = z.core.$ZodRawIssue;

const UNIT: Readonly<Record<string, string>> = { string: 'character(s)', array: 'element(s)' };

interface Bound {
  readonly origin: string;
  readonly relation: 'at least' | 'at most';
  readonly limit: number | bigint;
  /** False where the limit itself is out of bounds. */
  readonly inclusive?: boolean | undefined;
}

const boundMessage = ({ origin, relation, limit, inclusive }: Bound): string => {
  if (origin === 'string' || origin === 'array') {
    return `${origin === 'string' ? 'String' : 'Array'} must contain ${relation} ${limit} ${UNIT[origin]}`;
  }
  const side = relation === 'at most' ? 'less' : 'greater';
  return `Number must be ${side} than ${inclusive === false ? '' : 'or equal to '}${limit}`;
};

/** Faults of one body that are told: a list can have as many as it has elements, and the answer has to be sent. */
export const MOST_FIELD_ERRORS = 100;
const toldOf = <Fault>(faults: readonly Fault[]): readonly Fault[] => faults.slice(0, MOST_FIELD_ERRORS);

/** `zod/mini` brings no texts; these are worded as clients of zod know them. */
const messageOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'too_big':
      return boundMessage({ ...issue, relation: 'at most', limit: issue.maximum });
    case 'too_small':
      return boundMessage({ ...issue, relation: 'at least', limit: issue.minimum });
    case 'unrecognized_keys':
      return `Unrecognized key(s) in object: ${toldOf<string>(issue.keys)
        .map((key) => `'${key}'`)
        .join(', ')}`;
    case 'invalid_value':
      return `Invalid enum value. Expected ${issue.values.map((value: unknown) => `'${String(value)}'`).join(' | ')}`;
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'invalid_format':
      return `Invalid ${issue.format}`;
    case 'invalid_union':
      return noneOf(issue.errors, issue.input);
    default:
      return 'Invalid input';
  }
};

const wrongType = (expected: string, input: unknown): string => {
  if (input === undefined) return 'Required';
  if (expected === 'int') return `Expected integer, received ${typeof input === 'number' ? 'float' : typeOf(input)}`;
  return `Expected ${expected}, received ${typeOf(input)}`;
};

/** What is wrong with a value of several possible forms: the fault of the form that it has, or else which forms there are. */
const noneOf = (faults: readonly (readonly z.core.$ZodIssue[])[], input: unknown): string => {
  const firsts = faults.flatMap(([first]) => first ?? []);
  const fault = firsts.find(({ code, path }) => code !== 'invalid_type' || path.length > 0);
  if (fault) return [...fault.path.map(String), fault.message].join(': ');
  const forms = firsts.flatMap((first) => (first.code === 'invalid_type' ? first.expected : []));
  return `Expected ${forms.join(' or ')}, received ${typeOf(input)}`;
};

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

const BOUNDS = ['maximum', 'minimum', 'expected', 'keys', 'values', 'format'] as const;

const told = (bound: unknown): unknown => (Array.isArray(bound) ? toldOf(bound) : bound);

const fieldError = (issue: z.core.$ZodIssue): FieldError => {
  const known = issue as unknown as Record<string, unknown>;
  return {
    code: issue.code,
    ...Object.fromEntries(BOUNDS.flatMap((name) => (known[name] === undefined ? [] : [[name, told(known[name])]]))),
    path: issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
    message: issue.message,
  };
};

/**
 * One fault for each field: the first. Checks that follow a failed one judge a value that they were not made for, and say
 * of a text in place of a list that it is too long.
 */
const firstOfEach = (fields: readonly FieldError[]): readonly FieldError[] => {
  const seen = new Set<string>();
  return fields.filter(({ code, path }) => {
    const key = JSON.stringify(path);
    if (code === 'unrecognized_keys') return true;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
};

/** What was sent, as the schema gives it; throws `VALIDATION` or `UNKNOWN_FIELD` naming the fields that are wrong. */
export const parse = <Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  title: string,
): z.output<Schema> => {
  const result = schema.safeParse(value, { error: (issue) => messageOf(issue) });
  if (result.success) return result.data;
  const { issues } = result.error;
  const fields = firstOfEach(toldOf(issues).map(fieldError));
  const unknown = issues.some(({ code }) => code === 'unrecognized_keys');
  throw new MediaError(unknown ? 'UNKNOWN_FIELD' : 'VALIDATION', title, { fields });
};

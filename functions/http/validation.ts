import type * as z from 'zod/mini';
import { type FieldError, MediaError } from '../domain/errors.ts';

type Issue = z.core.$ZodRawIssue;

const UNIT: Readonly<Record<string, string>> = { string: 'character(s)', array: 'element(s)' };

interface Bound {
  readonly origin: string;
  readonly relation: 'at least' | 'at most';
  readonly limit: number | bigint;
  /** False if the limit itself is invalid. */
  readonly inclusive?: boolean | undefined;
}

const boundMessage = ({ origin, relation, limit, inclusive }: Bound): string => {
  if (origin === 'string' || origin === 'array') {
    return `${origin === 'string' ? 'String' : 'Array'} must contain ${relation} ${limit} ${UNIT[origin]}`;
  }
  const side = relation === 'at most' ? 'less' : 'greater';
  return `Number must be ${side} than ${inclusive === false ? '' : 'or equal to '}${limit}`;
};

/** The most faults that are reported: a list can have as many as it has elements, and the answer must fit. */
export const MOST_FIELD_ERRORS = 100;
/** The longest part of a request that is repeated in a fault, several times with each quote escaped twice. */
const MOST_REPEATED = 200;
const repeated = (name: string): string =>
  name.length > MOST_REPEATED ? `${name.slice(0, MOST_REPEATED).toWellFormed()}…` : name;
const toldOf = <Fault>(faults: readonly Fault[]): readonly Fault[] => faults.slice(0, MOST_FIELD_ERRORS);

/** `zod/mini` has no texts; these are the ones that clients of zod know. */
const messageOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'too_big':
      return boundMessage({ ...issue, relation: 'at most', limit: issue.maximum });
    case 'too_small':
      return boundMessage({ ...issue, relation: 'at least', limit: issue.minimum });
    case 'unrecognized_keys':
      return `Unrecognized key(s) in object: ${toldOf<string>(issue.keys)
        .map((key) => `'${repeated(key)}'`)
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

/** The fault of a value with several possible forms: that of the matching form, or else the list of forms. */
const noneOf = (faults: readonly (readonly z.core.$ZodIssue[])[], input: unknown): string => {
  const firsts = faults.flatMap(([first]) => first ?? []);
  const fault = firsts.find(({ code, path }) => code !== 'invalid_type' || path.length > 0);
  if (fault) return [...fault.path.map((part) => repeated(String(part))), fault.message].join(': ');
  const forms = firsts.flatMap((first) => (first.code === 'invalid_type' ? first.expected : []));
  return `Expected ${forms.join(' or ')}, received ${typeOf(input)}`;
};

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

const BOUNDS = ['maximum', 'minimum', 'expected', 'keys', 'values', 'format'] as const;

const told = (bound: unknown): unknown =>
  Array.isArray(bound) ? toldOf(bound).map((each) => (typeof each === 'string' ? repeated(each) : each)) : bound;

const fieldError = (issue: z.core.$ZodIssue): FieldError => {
  const known = issue as unknown as Record<string, unknown>;
  return {
    code: issue.code,
    ...Object.fromEntries(BOUNDS.flatMap((name) => (known[name] === undefined ? [] : [[name, told(known[name])]]))),
    path: issue.path.map((part) => (typeof part === 'number' ? part : repeated(String(part)))),
    message: issue.message,
  };
};

/**
 * Only the first fault of each field. Checks that follow a failed one would judge an unexpected value, and report a text in
 * place of a list as too long.
 */
const firstOfEach = (fields: readonly FieldError[]): readonly FieldError[] => {
  const seen = new Set<string>();
  return fields.filter(({ code, path }) => {
    const key = JSON.stringify(path);
    if (code === 'unrecognized_keys') return true;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
};

/** The request, as the schema returns it; throws `VALIDATION` or `UNKNOWN_FIELD` with the wrong fields. */
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

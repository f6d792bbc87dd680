import { isRecord, type Json, list } from '../template/json.ts';

/** Decides whether an event is for the function. */
export type EventFilter = (event: Json) => boolean;

/**
 * Reads the patterns of an event source's filter criteria: an event passes that matches one of them, or when there is none.
 *
 * The rules are EventBridge's: an object matches key by key, a list holds the alternatives for a value, and an event's list
 * matches when one of its members does. An unsupported rule fails the start.
 */
export const parseFilters = (patterns: readonly string[]): EventFilter => {
  if (patterns.length === 0) return () => true;
  const parsed = patterns.map((pattern) => matcherOf(JSON.parse(pattern) as Json, pattern));
  return (event) => parsed.some((matches) => matches(event));
};

type Matcher = (value: Json | undefined) => boolean;

const matcherOf = (pattern: Json, where: string): Matcher => {
  if (Array.isArray(pattern)) {
    const rules = (pattern as readonly Json[]).map((rule) => ruleOf(rule, where));
    return (value) => {
      const values: readonly (Json | undefined)[] = Array.isArray(value) ? value : [value];
      return rules.some((rule) => values.some(rule));
    };
  }
  if (!isRecord(pattern)) throw new Error(`The filter ${where} has ${JSON.stringify(pattern)} where a list belongs.`);
  const keys = Object.entries(pattern).map(([key, inner]): Matcher => {
    if (key === '$or') {
      const alternatives = list(inner).map((each) => matcherOf(each, where));
      return (value) => alternatives.some((matches) => matches(value));
    }
    const matches = matcherOf(inner as Json, where);
    return (value) => matches(isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined);
  });
  return (value) => keys.every((matches) => matches(value));
};

const ruleOf = (rule: Json, where: string): Matcher => {
  if (!isRecord(rule)) return (value) => value === rule;
  const [[name, argument] = []] = Object.entries(rule);
  switch (name) {
    case 'prefix':
      return (value) => typeof value === 'string' && value.startsWith(String(argument));
    case 'suffix':
      return (value) => typeof value === 'string' && value.endsWith(String(argument));
    case 'equals-ignore-case':
      return (value) => typeof value === 'string' && value.toLowerCase() === String(argument).toLowerCase();
    case 'exists':
      return (value) => (value !== undefined) === argument;
    case 'anything-but':
      return anythingBut(argument as Json, where);
    case 'numeric':
      return numeric(list(argument), where);
    default:
      throw new Error(`The local runtime does not know the filter rule ${name} in ${where}.`);
  }
};

const anythingBut = (argument: Json, where: string): Matcher => {
  const refused = (Array.isArray(argument) ? (argument as readonly Json[]) : [argument]).map((rule) =>
    ruleOf(rule, where),
  );
  return (value) => value !== undefined && !refused.some((matches) => matches(value));
};

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
};

const numeric = (argument: readonly Json[], where: string): Matcher => {
  const tests = Array.from({ length: argument.length / 2 }, (_, index) => {
    const compare = COMPARISONS[String(argument[2 * index])];
    if (compare === undefined) throw new Error(`The local runtime does not know a comparison in the filter ${where}.`);
    const limit = Number(argument[2 * index + 1]);
    return (value: number) => compare(value, limit);
  });
  // DynamoDB writes its numbers as strings.
  return (value) => {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) && tests.every((test) => test(number));
  };
};
